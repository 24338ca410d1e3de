"""Looking up a row by its key: always the newest committed state, without a transaction, on both databases."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.exc import DBAPIError, MultipleResultsFound

from app.core.config import Settings
from app.core.errors import Unavailable
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.lookup import Lookup
from app.db.session import ReadSession
from app.jobs.models import Job
from tests.db import rows
from tests.support.clock import ManualClock

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)
ATTEMPTS = select(Job.attempts, Job.run_at).where(Job.id == bindparam("job_id"))


def attempts(lookup: Lookup, job_id: str) -> Row[int, datetime] | None:
    return lookup.one(ATTEMPTS, job_id=job_id)


async def test_a_row_is_found_by_its_key_with_our_types(db: Database, clock: ManualClock) -> None:
    await db.write(rows.insert, "job_1", attempts=7)
    found = await db.look_up(attempts, "job_1")
    assert found is not None
    assert tuple(found) == (7, clock.now())
    assert await db.look_up(attempts, "job_2") is None


async def test_every_lookup_sees_what_was_committed_before_it(db: Database, settings: Settings) -> None:
    """By this process or another: there is no snapshot that would outlive a revocation."""
    other = Database(create_engines(settings), db.clock, EventBus())
    await db.write(rows.insert, "job_1")
    for number in range(5):
        await (db, other)[number % 2].write(rows.set_attempts, "job_1", number)
        found = [await each.look_up(attempts, "job_1") for each in (db, other)]
        assert [row and row.attempts for row in found] == [number, number]
    await other.engines.dispose()


async def test_rows_are_the_same_however_a_unit_is_run(db: Database) -> None:
    """With a statement that was built once, for as many keys as are asked for."""
    statement = select(Job.id, Job.attempts).where(Job.id.in_(bindparam("ids", expanding=True))).order_by(Job.id)

    def found(session: ReadSession, *ids: str) -> list[tuple[str, int]]:
        return [(row.id, row.attempts) for row in session.rows(statement, ids=list(ids))]

    for number in (1, 2):
        await db.write(rows.insert, f"job_{number}", attempts=number)
    for ask in (db.glance, db.read, db.write):
        assert await ask(found, "job_2", "job_1") == [("job_1", 1), ("job_2", 2)]
        assert await ask(found, "job_2") == [("job_2", 2)]
        assert await ask(found) == []


async def test_the_unit_s_instant_and_arguments_go_through(db: Database, clock: ManualClock) -> None:
    def unit(lookup: Lookup, first: int, *, second: str) -> tuple[object, ...]:
        return lookup.now, first, second

    assert await db.look_up(unit, 1, second="b") == (clock.now(), 1, "b")


async def test_an_error_leaves_the_database_usable(db: Database) -> None:
    def broken(lookup: Lookup) -> None:
        lookup.one(select(text("nothing")).select_from(text("nowhere")))

    def several(lookup: Lookup) -> None:
        lookup.one(select(Job.id))

    await db.write(rows.insert, "job_1")
    await db.write(rows.insert, "job_2")
    for unit, error in ((broken, DBAPIError), (several, MultipleResultsFound)):
        with pytest.raises(error):
            await db.look_up(unit)
    await db.write(rows.set_attempts, "job_1", 3)
    found = await db.look_up(attempts, "job_1")
    assert found is not None
    assert found.attempts == 3


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_on_sqlite_a_lookup_cannot_write(db: Database) -> None:
    await db.write(rows.insert, "job_1")

    def unit(lookup: Lookup) -> None:
        lookup.one(text("DELETE FROM jobs RETURNING id"))  # type: ignore[arg-type]

    with pytest.raises(DBAPIError, match="readonly"):
        await db.look_up(unit)
    assert await db.read(rows.count) == 1


@on_postgres
async def test_connections_that_were_cut_off_are_replaced_unnoticed(db: Database) -> None:
    """Nobody asks whether they are still there: the first statement finds out, and is sent again on a new one."""
    await db.write(rows.insert, "job_1", attempts=7)
    await asyncio.gather(*(db.look_up(attempts, "job_1") for _ in range(8)))
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    assert await db.write(
        lambda session: len(session.scalars(text(f"SELECT pg_terminate_backend(pid) {others}")).all())
    )
    found = await asyncio.gather(*(db.look_up(attempts, "job_1") for _ in range(8)))
    assert [row and row.attempts for row in found] == [7] * 8


@on_postgres
async def test_a_prepared_statement_survives_a_change_of_its_table(db: Database) -> None:
    await db.write(rows.insert, "job_1", attempts=7)
    assert await db.look_up(attempts, "job_1")
    await db.write(lambda session: session.execute(text("ALTER TABLE jobs ALTER COLUMN attempts TYPE smallint")))
    found = await db.look_up(attempts, "job_1")
    assert found is not None
    assert found.attempts == 7


@on_postgres
async def test_on_postgres_lookups_go_to_the_direct_address(settings: Settings, clock: ManualClock) -> None:
    """The other one may lead to a pooler, which keeps no session for anybody."""
    values = {"database_url": "postgresql://nobody@127.0.0.1:1/peerloop", "database_url_direct": settings.database_url}
    db = Database(create_engines(settings.model_copy(update=values)), clock, EventBus())
    assert await db.look_up(attempts, "job_1") is None
    with pytest.raises(Unavailable):
        await db.read(rows.count)
    await db.engines.dispose()


@pytest.mark.parametrize("address", ["", "postgresql://nobody@127.0.0.1:1/peerloop"])
async def test_a_database_that_is_away_is_unavailable(address: str, tmp_path: Path, clock: ManualClock) -> None:
    settings = Settings(environment="test", data_dir=tmp_path, database_url=address)
    away = Database(create_engines(settings), clock, EventBus())
    with pytest.raises(Unavailable):
        await away.look_up(attempts, "job_1")
    await away.engines.dispose()
