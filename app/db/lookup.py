"""Finding rows by their keys, which every request does to learn who is asking, at the price of the query itself.

A single statement needs no transaction to see one state of the database: what is committed when it runs. On SQLite it
runs where it is asked for, because a row that is found by its key takes a fraction of a hop to another thread; readers
of a file in WAL mode wait for nobody. On Postgres it is one round trip on a connection that commits by itself and keeps
its prepared statements; each round trip, and each visit to the pool, takes longer than anything else in a request.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar, TypeVarTuple

from sqlalchemy import Connection, Engine, Row, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from app.db.session import ReadSession

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Lookup:
    """What a unit that looks up receives. Only for rows that are found by a unique key: a list would hold up all."""

    __slots__ = ("_connection", "now")

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    def one(self, statement: Select[*Ts], **values: object) -> Row[*Ts] | None:
        """The row that the statement finds with these values of its parameters."""
        return self._connection.execute(statement, values).one_or_none()


def lookup_in(session: ReadSession) -> Lookup:
    """For units of work that ask the same: it sees what the session's transaction sees."""
    return Lookup(session.connection(), session.now)


class Lookups(Protocol):
    """Runs units that look up."""

    async def run(
        self, now: datetime, unit: Callable[Concatenate[Lookup, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def dispose(self) -> None: ...


class InlineLookups:
    """On one connection of the event loop's own, which stays open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    async def run(
        self, now: datetime, unit: Callable[Concatenate[Lookup, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        return unit(Lookup(self._connection, now), *args, **kwargs)

    async def dispose(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


class PooledLookups:
    """On a connection of a pool of its own, which `app.db.engines` describes."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(
        self, now: datetime, unit: Callable[Concatenate[Lookup, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run once more after an error: nobody asks a connection whether it is still there before it is used, and a
        prepared statement may be older than the tables. Nothing is changed here that could happen twice."""
        try:
            return await self._run_once(now, unit, *args, **kwargs)
        except DBAPIError:
            return await self._run_once(now, unit, *args, **kwargs)

    async def _run_once(
        self, now: datetime, unit: Callable[Concatenate[Lookup, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def run() -> T:
            with self._engine.sync_engine.connect() as connection:
                return unit(Lookup(connection, now), *args, **kwargs)

        return await greenlet_spawn(run)  # as `AsyncConnection.run_sync`, but once for all three steps

    async def dispose(self) -> None:
        await self._engine.dispose()
