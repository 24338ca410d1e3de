"""`Database.read`, `glance`, `look_up` and `write`: the only way to run a unit of work.

A unit is a plain function of a session and values that never awaits, so no provider can be called while a
transaction is open. `write` commits before it returns, hence before any response leaves, and rolls back on every
exception. How a unit reaches the database is the business of `app.db.transactions`.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.clock import Clock
from app.core.errors import Unavailable
from app.core.events import EventBus
from app.db.engines import Engines
from app.db.glances import TooLong
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession, do_the_last, run_effects, session_info, wants_runner

P = ParamSpec("P")
T = TypeVar("T")

_ATTEMPTS = 6
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
# Connection lost, out of resources, shutting down; a statement or a transaction took longer than the role may.
_AWAY_POSTGRES = ("08", "53", "57P", "57014", "25P03")
_AWAY_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class Database:
    """Runs units of work. One per process, made in the composition root."""

    def __init__(self, engines: Engines, clock: Clock, events: EventBus) -> None:
        self.engines = engines
        self.clock = clock
        self._events = events
        self.runner_wanted = asyncio.Event()

    async def read(self, unit: Callable[Concatenate[ReadSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit on one snapshot. Raises `Unavailable` when the database is away or too busy."""
        with _absence_as_problem():
            return await self.engines.reader.read(self._info(), lambda session: unit(session, *args, **kwargs))

    async def glance(self, unit: Callable[Concatenate[ReadSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, for units that a database answers in less than a millisecond for almost every question. One that
        does not is run again, so it must do nothing but read."""
        if self.engines.glances is not None:
            with suppress(TooLong), _absence_as_problem():
                return self.engines.glances.run(self._info(), unit, *args, **kwargs)
        return await self.read(unit, *args, **kwargs)

    async def look_up(self, unit: Callable[Concatenate[Lookup, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit that finds single rows by their keys, each as committed now. Raises `Unavailable` like `read`."""
        with _absence_as_problem():
            return await self.engines.lookups.run(self.clock.now(), unit, *args, **kwargs)

    async def write(self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit in one transaction and commit it. A unit that lost a race in the database is run again.

        Raises `Unavailable` when the database is away or too busy.
        """
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._write_once(unit, *args, **kwargs)
            except DBAPIError as error:
                if _sqlstate(error) not in _RETRYABLE:
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311 - jitter
        try:
            return await self._write_once(unit, *args, **kwargs)
        except DBAPIError as error:
            if _sqlstate(error) not in _RETRYABLE:
                raise
            raise Unavailable from error

    async def _write_once(
        self, unit: Callable[Concatenate[WriteSession, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def whole(session: WriteSession) -> T:
            result = unit(session, *args, **kwargs)
            do_the_last(session)
            return result

        with _absence_as_problem():
            result, info = await self.engines.writer.write(self._info(), whole)
        run_effects(info)
        if wants_runner(info):
            self.runner_wanted.set()
        return result

    def _info(self) -> dict[Any, Any]:
        return session_info(self.clock.now(), self._events)


@contextmanager
def _absence_as_problem() -> Iterator[None]:
    """A database that is away, full or too busy is an expected refusal; other errors of it are mistakes of ours."""
    try:
        yield
    except (PoolTimeout, OSError) as error:  # asyncpg gives connection errors and time-outs as the system's own
        raise Unavailable from error
    except DBAPIError as error:
        if not _is_away(error):
            raise
        raise Unavailable from error


def _is_away(error: DBAPIError) -> bool:
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    return error.connection_invalidated or name.startswith(_AWAY_SQLITE) or _sqlstate(error).startswith(_AWAY_POSTGRES)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
