"""Reading where it is asked for, on SQLite, as long as that is short.

A visit to the thread of a connection takes several times as long as reading twenty rows along an index. So a unit that
is short for almost every question runs on the event loop, like a lookup; a unit that turns out to be long is stopped
before others notice, and run again where long ones belong.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from app.db.session import ReadSession

P = ParamSpec("P")
T = TypeVar("T")

# Counted in steps of SQLite's machine, not by a clock: what else the computer does must not make a unit a long one.
_STEPS: Final = 1000  # at once; 20 to 50 µs
_MOST: Final = 50  # times so many
_STOPPED: Final = frozenset({sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY})
_PRIMARY: Final = 0xFF  # of an extended result code, such as SQLITE_BUSY_RECOVERY


class TooLong(Exception):
    """The unit did not come to an end within the steps that everybody can wait for."""


class Glances:
    """Runs units on one connection of the event loop's own, which stays open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._left = 0

    def run(
        self, info: dict[Any, Any], unit: Callable[Concatenate[ReadSession, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the unit on one snapshot. Raises `TooLong` when that takes the database more than a millisecond or two,
        or when it is busy."""
        self._left = _MOST
        try:
            with ReadSession(self._connect(), info=info) as session:
                return unit(session, *args, **kwargs)
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY not in _STOPPED:
                raise
            raise TooLong from error

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            driver: Any = self._connection.connection.driver_connection
            driver.set_progress_handler(self._is_over, _STEPS)
        return self._connection

    def _is_over(self) -> bool:
        """SQLite asks after so many steps, and stops what it is doing when this is true."""
        self._left -= 1
        return self._left < 0

    def dispose(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()
