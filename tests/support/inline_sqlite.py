"""SQLite in the thread of the event loop, for runs of many thousand transactions in which nobody waits for anybody.

The driver has a thread for each connection, and handing a statement over and back takes longer than the statement:
four fifths of a random history's time on a busy machine. The statements, transactions and settings stay the same.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from typing import Any

import aiosqlite
from sqlalchemy import Engine, event

_Task = tuple[asyncio.Future[Any] | None, Callable[[], Any]]


class _AtOnce:
    """In the place of the queue to the thread: whatever is put is done by then."""

    def put_nowait(self, task: _Task) -> None:
        future, function = task
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - the future is where the driver passes on all of them
            if future is not None:
                future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class InlineConnection(aiosqlite.Connection):
    """Others have their turn after each transaction, as they would while a thread commits."""

    def __init__(self, connector: Callable[[], Any]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._tx: Any = _AtOnce()

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    async def commit(self) -> None:
        await super().commit()
        await asyncio.sleep(0)

    async def rollback(self) -> None:
        await super().rollback()
        await asyncio.sleep(0)


def use_inline_sqlite() -> None:
    """From now on, in this process."""
    event.listen(Engine, "do_connect", _connect_inline)


def _connect_inline(dialect: Any, _record: object, _arguments: object, options: dict[str, Any]) -> None:
    if dialect.driver == "aiosqlite":
        options["async_creator_fn"] = _inline


def _inline(database: str, **options: Any) -> InlineConnection:
    return InlineConnection(lambda: sqlite3.connect(database, **options))
