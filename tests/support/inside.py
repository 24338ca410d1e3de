"""What tests let happen while a unit of work is under way."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy.util import await_only

from app.db.session import ReadSession

T = TypeVar("T")


class Inside:
    """Waits inside a unit for what goes on in the event loop: in the unit's own thread on SQLite, beside the loop's other
    work on Postgres. Made where the loop runs."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def wait(self, session: ReadSession, awaited: Coroutine[Any, Any, T]) -> T:
        if session.on_postgres:
            return await_only(awaited)
        return asyncio.run_coroutine_threadsafe(awaited, self._loop).result()
