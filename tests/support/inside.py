"""What tests let happen while a unit of work is under way."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy.util import await_only

T = TypeVar("T")


class Inside:
    """Waits inside a unit for what goes on in the event loop, whether the unit runs beside the loop's other work or in
    a thread of its own, as those do that write to SQLite. Made where the loop runs."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def wait(self, awaited: Coroutine[Any, Any, T]) -> T:
        if threading.get_ident() == self._thread:
            return await_only(awaited)
        return asyncio.run_coroutine_threadsafe(awaited, self._loop).result()
