"""Copies all rows of a SQLite file to an empty Postgres, in one transaction, and compares them there before it commits.

Both databases have the same tables, made by the same migrations, and nothing in them but rows: no counters, nothing
that a trigger keeps. So a copy is whole when every row of every table is there.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import asyncpg
from sqlalchemy import BigInteger, Connection, Row, Select, String, Table, Text, cast, collate, func, select, text
from sqlalchemy import type_coerce as as_type
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import JSON

from app.core.config import Settings
from app.db.engines import create_migration_engine, create_sole_engine, sqlite_path
from app.db.migrations import current_revision, migrate, newest_revision
from app.db.session import ReadSession
from app.db.types import UtcDateTime

Progress = Callable[[int], None]
"""Told how many more rows were copied or compared."""

_BATCH: Final = 1000
# A role has short limits for what the API does; this takes as long as it takes.
_LIMITS: Final = ("statement_timeout", "idle_in_transaction_session_timeout")


class CannotCopy(Exception):
    """Nothing was copied; the text says why and what to do."""


@contextmanager
def open_source(settings: Settings) -> Iterator[Connection]:
    """A snapshot of the SQLite file, which nobody else has open until this is closed. Raises `CannotCopy`."""
    if settings.database_url:
        raise CannotCopy("PEERLOOP_DATABASE_URL is set, so the API is on Postgres already. Empty it to copy SQLite.")
    if not sqlite_path(settings).exists():
        raise CannotCopy(f"There is no database {sqlite_path(settings)}.")
    engine = create_sole_engine(settings)
    try:
        with engine.connect() as connection:
            _demand_newest(connection)
            yield connection
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        raise CannotCopy("The database is in use. Stop the API first: what it wrote now would be lost.") from None


def _demand_newest(source: Connection) -> None:
    if current_revision(ReadSession(source)) != newest_revision():
        raise CannotCopy("The SQLite database is of another version. Run `peerloop migrate` first.")


def prepare_target(settings: Settings) -> None:
    """Make the tables that are missing. Raises `CannotCopy`."""
    from alembic.util import CommandError  # noqa: PLC0415 - never loaded in the server

    try:
        migrate(settings)
    except CommandError:
        raise CannotCopy("The target is of a version that this one does not know.") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
        raise CannotCopy(f"The target cannot be used: {error}.") from None


def count_rows(source: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """By table."""
    return {table.name: source.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


async def copy_rows(source: Connection, target: Settings, tables: Sequence[Table], progress: Progress) -> None:
    """All or nothing; a table comes after those that it refers to. Raises `CannotCopy`."""
    engine = create_migration_engine(target)
    assert isinstance(engine, AsyncEngine)  # noqa: S101 - narrows the type; the target is Postgres
    try:
        async with engine.begin() as connection:
            await _take(connection, tables)
            for table in tables:
                await _send(source, connection, table, progress)
            for table in tables:
                await _compare(source, connection, table, progress)
            await connection.execute(text("ANALYZE"))
    except DBAPIError as error:
        raise CannotCopy(f"Postgres refused: {error.orig}.") from None
    finally:
        await engine.dispose()


async def _take(target: AsyncConnection, tables: Sequence[Table]) -> None:
    """Keep others from writing, and see to it that nobody has."""
    for name in _LIMITS:
        await target.execute(text(f"SET LOCAL {name} = 0"))
    names = ", ".join(f'"{table.name}"' for table in tables)
    await target.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in tables:
        if await target.scalar(select(1).select_from(table).limit(1)) is not None:
            raise CannotCopy(f"The target is not empty: there are rows in {table.name}.")


async def _send(source: Connection, target: AsyncConnection, table: Table, progress: Progress) -> None:
    """In one statement, so that rows may refer to others that come later."""
    driver = (await target.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - narrows the type; the connection is open
    columns = [column.name for column in table.columns]
    try:
        await driver.copy_records_to_table(table.name, records=_records(source, table, progress), columns=columns)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotCopy(f"Postgres does not take a row of {table.name}: {error.args[0]}.") from None


async def _records(source: Connection, table: Table, progress: Progress) -> AsyncIterator[Row[Any]]:
    for row in _rows(source, table, progress):
        yield row


def _rows(source: Connection, table: Table, progress: Progress) -> Iterator[Row[Any]]:
    for batch in source.execution_options(stream_results=True).execute(_all(table)).partitions(_BATCH):
        yield from batch
        progress(len(batch))


async def _compare(source: Connection, target: AsyncConnection, table: Table, progress: Progress) -> None:
    """Row by row, in the same order on both sides."""
    expected = _rows(source, table, progress)
    documents = [place for place, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    found = await target.stream(_all(table, collation="C"), execution_options={"yield_per": _BATCH})
    async for row in found:
        if _parsed(row, documents) != _parsed(next(expected, ()), documents):
            raise CannotCopy(f"A row of {table.name} is not the same after it was copied.")
    if next(expected, None) is not None:
        raise CannotCopy(f"Rows of {table.name} are missing after it was copied.")


def _all(table: Table, *, collation: str = "BINARY") -> Select[Any]:
    """All rows by their keys, as both databases store them: a document is text, an instant a number."""
    keys = [collate(key, collation) if isinstance(key.type, String) else key for key in table.primary_key.columns]
    return select(*(_stored(column) for column in table.columns)).order_by(*keys)


def _stored(column: Any) -> Any:
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return as_type(column, BigInteger) if isinstance(column.type, UtcDateTime) else column


def _parsed(row: Sequence[Any], documents: Sequence[int]) -> list[Any]:
    """Postgres writes documents in words of its own. None is no document, and not the document `null`."""
    values = list(row)
    for place in documents:
        if values and values[place] is not None:
            values[place] = [json.loads(values[place])]
    return values
