"""`Database.read` and `Database.write`: the only way to run a unit of work.

A unit is a plain function of a session and values that never awaits, so no provider can be called while a
transaction is open. `write` commits before it returns, hence before any response leaves, and rolls back on every
exception. How a unit reaches the database is this module's own business.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.errors import Unavailable
from app.core.events import EventBus
from app.db.engines import Engines
from app.db.session import ReadSession, WriteSession, session_info

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 6
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


class Database:
    """Runs units of work. One per process, made in the composition root."""

    def __init__(self, engines: Engines, clock: Clock, events: EventBus) -> None:
        self.engines = engines
        self.clock = clock
        self._events = events
        self.runner_wanted = asyncio.Event()

    async def read(self, unit: Callable[Concatenate[ReadSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit on one snapshot. Raises `Unavailable` when no connection is to be had."""
        session = AsyncSession(self.engines.reader, sync_session_class=ReadSession, info=self._info())
        try:
            async with session:
                return await session.run_sync(_as_reader(unit), *args, **kwargs)
        except (PoolTimeout, OperationalError) as error:
            raise Unavailable from error

    async def write(self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit in one transaction and commit it. A unit that lost a race in the database is run again."""
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._write_once(unit, *args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRYABLE:
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311 - jitter
        return await self._write_once(unit, *args, **kwargs)

    async def _write_once(
        self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        session = AsyncSession(self.engines.writer, sync_session_class=WriteSession, info=self._info())
        try:
            async with session, session.begin():
                result = await session.run_sync(_as_writer(unit), *args, **kwargs)
        except PoolTimeout as error:
            raise Unavailable from error
        if session.sync_session.info.get("wake"):
            self.runner_wanted.set()
        return result

    def _info(self) -> dict[Any, Any]:
        return session_info(self.clock.now(), self._events)


def _as_reader(unit: Callable[Concatenate[ReadSession, P], T]) -> Callable[..., T]:
    return unit


def _as_writer(unit: Callable[Concatenate[WriteSession, P], T]) -> Callable[..., T]:
    return unit
