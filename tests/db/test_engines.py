"""The settings that make the databases safe are those of the live connections."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.db.database import Database
from app.db.engines import asyncpg_url
from app.db.session import ReadSession, WriteSession

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


def pragma(session: ReadSession, name: str) -> object:
    return session.scalar(text(f"PRAGMA {name}"))


@on_sqlite
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("query_only", 0),
    ],
)
async def test_the_writer_of_sqlite(db: Database, name: str, value: object) -> None:
    assert await db.write(pragma, name) == value


@on_sqlite
@pytest.mark.parametrize(
    ("name", "value"), [("query_only", 1), ("busy_timeout", 5000), ("trusted_schema", 0), ("cache_size", -512)]
)
async def test_the_readers_of_sqlite(db: Database, name: str, value: object) -> None:
    assert await db.read(pragma, name) == value


@on_postgres
@pytest.mark.parametrize("setting", ["transaction_read_only", "transaction_isolation"])
async def test_reading_and_writing_on_postgres(db: Database, setting: str) -> None:
    expected = {"transaction_read_only": ("off", "on"), "transaction_isolation": ("read committed", "repeatable read")}
    shown = text(f"SHOW {setting}")
    writer = await db.write(lambda session: session.scalar(shown))
    reader = await db.read(lambda session: session.scalar(shown))
    assert (writer, reader) == expected[setting]
    assert await db.write(lambda session: session.scalar(shown)) == writer  # the pool gave the connection back clean


@on_postgres
async def test_only_lookups_keep_prepared_statements(db: Database) -> None:
    """Behind a pooler a transaction may find the statements of anybody; lookups do not go through one."""
    count = select(func.count()).select_from(text("pg_prepared_statements"))

    async def kept_by_units() -> list[int | None]:
        units = (db.write, db.read)
        return [await run(lambda session: session.scalar(count)) for run in units for _ in range(2)]

    async def kept_by_lookups() -> int:
        row = await db.look_up(lambda lookup: lookup.one(count))
        assert row is not None
        return row[0]

    assert await kept_by_units() == [0] * 4
    kept = [await kept_by_lookups() for _ in range(3)]
    assert kept[0] > 0  # SQLAlchemy asks a few things on its first connection
    assert kept == kept[:1] * 3


async def test_a_foreign_key_is_enforced(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        session.execute(text("INSERT INTO refresh_tokens VALUES ('hash', 'aus_nobody', 0, NULL)"))

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        await db.write(unit)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("postgresql://a:b@h/db", "postgresql+asyncpg://a:b@h/db"),
        ("postgres://h/db?sslmode=require", "postgresql+asyncpg://h/db?ssl=require"),
        ("postgresql://h/db?sslmode=require&channel_binding=require", "postgresql+asyncpg://h/db?ssl=require"),
        ("postgresql:///db?host=/tmp/socket", "postgresql+asyncpg:///db?host=%2Ftmp%2Fsocket"),
    ],
)
def test_a_copied_address_is_put_into_asyncpg_s_words(given: str, made: str) -> None:
    assert asyncpg_url(given) == made
