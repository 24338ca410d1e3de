"""How a unit of work gets its transaction.

On SQLite a unit that writes runs as a whole in the one thread that does: a statement takes tens of microseconds, and
each hop between the event loop and a thread as long again, so it pays for one hop and not for every statement, and the
others who want to write wait for no hop of its. Units that read, and all of them on Postgres, run beside the event
loop's other work, which goes on while a statement is under way.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db.session import ReadSession, WriteSession

T = TypeVar("T")
SessionT = TypeVar("SessionT", bound=ReadSession)
Unit = Callable[[SessionT], T]
Info = dict[Any, Any]


class Writer(Protocol):
    """Runs units that write, each in a transaction of its own, which is over when `write` returns."""

    @property
    def sync_engine(self) -> Engine:
        """What the statements go through."""

    async def write(self, info: Info, unit: Unit[WriteSession, T]) -> tuple[T, Info]:
        """What the unit answers once it is committed, and what its session was left with."""
        ...

    async def dispose(self) -> None: ...


class PooledTransactions:
    """On a connection of an asynchronous pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @property
    def sync_engine(self) -> Engine:
        return self.engine.sync_engine

    async def read(self, info: Info, unit: Unit[ReadSession, T]) -> T:
        async with AsyncSession(self.engine, sync_session_class=ReadSession, info=info) as session:
            return await session.run_sync(unit)  # type: ignore[arg-type]  # it is of the class named above

    async def write(self, info: Info, unit: Unit[WriteSession, T]) -> tuple[T, Info]:
        # What a unit returns is read after the commit, when nothing could be loaded again.
        session = AsyncSession(self.engine, sync_session_class=WriteSession, info=info, expire_on_commit=False)
        async with session, session.begin():
            result = await session.run_sync(unit)  # type: ignore[arg-type]
        return result, session.info

    async def dispose(self) -> None:
        await self.engine.dispose()


class ThreadWriter:
    """In one thread. Who has waited `patience_s` for it is refused with a `TimeoutError`; nobody overtakes."""

    def __init__(self, engine: Engine, *, patience_s: float) -> None:
        self.sync_engine = engine
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._turn = asyncio.Semaphore(1)

    async def write(self, info: Info, unit: Unit[WriteSession, T]) -> tuple[T, Info]:
        def run(is_given_up: threading.Event) -> tuple[T, Info]:
            with WriteSession(self.sync_engine, info=info, expire_on_commit=False) as session, session.begin():
                try:
                    result = unit(session)
                except StopIteration as error:  # no future can hold it, so that its caller would wait for ever
                    raise RuntimeError("a unit of work let StopIteration out") from error
                if is_given_up.is_set():
                    raise asyncio.CancelledError
            return result, session.info

        return await self._in_turn(run)

    async def _in_turn(self, run: Callable[[threading.Event], T]) -> T:
        """A caller who is gone when the unit is done gets nothing committed."""
        async with asyncio.timeout(self._patience_s):
            await self._turn.acquire()
        is_given_up = threading.Event()
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._thread, copy_context().run, run, is_given_up)
        work.add_done_callback(lambda _done: self._turn.release())
        try:
            return await work
        except asyncio.CancelledError:
            is_given_up.set()
            raise

    async def dispose(self) -> None:
        self._thread.shutdown()
        self.sync_engine.dispose()
