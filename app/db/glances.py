"""Reading where it is asked for, on SQLite, as long as that is short.

A visit to the thread of a connection takes several times as long as reading twenty rows along an index. So a unit that is
short for almost every question runs on the event loop, like a lookup; a unit that turns out to be long is stopped before
others notice, and run again where long ones belong.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from app.db.session import ReadSession

P = ParamSpec("P")
T = TypeVar("T")

_MOST_S: Final = 0.002
_STEPS: Final = 1000  # of SQLite's machine between two looks at the clock; some 50 µs
_STOPPED: Final = frozenset({sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY})


class TooLong(Exception):
    """The unit did not come to an end in the time that everybody can wait."""


class Glances:
    """Runs units on one connection of the event loop's own, which stays open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._until = 0.0

    def run(
        self, info: dict[Any, Any], unit: Callable[Concatenate[ReadSession, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the unit on one snapshot. Raises `TooLong` when it takes more than two milliseconds of the database."""
        if self._connection is None:
            self._connection = self._engine.connect()
            driver: Any = self._connection.connection.driver_connection
            driver.set_progress_handler(self._is_over, _STEPS)
        self._until = time.perf_counter() + _MOST_S
        try:
            with ReadSession(self._connection, info=info) as session:
                return unit(session, *args, **kwargs)
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) not in _STOPPED:
                raise
            raise TooLong from error

    def _is_over(self) -> bool:
        """SQLite stops what it is doing when this is true."""
        return time.perf_counter() > self._until

    def dispose(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()
