"""Units that collide: deadlocks are run again, a full pool is refused, an absent database is no accident."""

import asyncio
import traceback
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.util import await_only

from app.core.config import Settings
from app.core.errors import Unavailable
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession, WriteSession
from tests.db import rows
from tests.support.clock import ManualClock
from tests.support.inside import Inside

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)  # SQLite has one writer: none collide
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # Postgres locks rows, not files
ADDRESS = f"{uuid.uuid4().hex}@peerloop.example"  # not to be found in this file, which a traceback quotes


class Crossing:
    """Two units that lock the same two rows in opposite order, each waiting until the other holds its first."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self._both_hold_one = asyncio.Barrier(2)

    def unit(self, session: WriteSession, first: str, second: str) -> None:
        is_first_try = first not in self.runs
        self.runs.append(first)
        session.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
        rows.increment(session, first)
        if is_first_try:
            await_only(self._both_hold_one.wait())
        rows.increment(session, second)


@on_postgres
async def test_a_deadlock_is_run_again(db: Database) -> None:
    crossing = Crossing()
    for name in ("job_a", "job_b"):
        await db.write(rows.insert, name)
    await asyncio.gather(
        db.write(crossing.unit, "job_a", "job_b"),
        db.write(crossing.unit, "job_b", "job_a"),
    )
    assert len(crossing.runs) == 3
    assert await db.read(rows.attempts, "job_a") == 2
    assert await db.read(rows.attempts, "job_b") == 2


@on_postgres
async def test_a_race_that_is_lost_again_and_again_is_unavailable(db: Database) -> None:
    runs = []

    def unit(session: WriteSession) -> None:
        runs.append(1)
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(Unavailable):
        await db.write(unit)
    assert len(runs) == 6


async def test_a_mistake_of_ours_is_not_run_again(db: Database) -> None:
    runs = []

    def unit(session: WriteSession) -> None:
        runs.append(1)
        session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await db.write(unit)
    assert runs == [1]


async def test_an_error_s_text_holds_no_values(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        session.execute(text("INSERT INTO jobs (id) VALUES (:id)"), {"id": ADDRESS})

    with pytest.raises(IntegrityError) as caught:
        await db.write(unit)
    assert ADDRESS not in "".join(traceback.format_exception(caught.value))


@pytest.fixture
async def tight(settings: Settings, clock: ManualClock) -> AsyncIterator[Database]:
    """A database with few connections that nobody waits for."""
    engines = create_engines(settings.model_copy(update={"database_pool_size": 1}), patience_s=0.01)
    yield Database(engines, clock, EventBus())
    await engines.dispose()


async def test_a_full_pool_is_unavailable(tight: Database) -> None:
    await tight.write(rows.insert, "job_1")
    inside, release = Inside(), asyncio.Event()

    def hold(session: ReadSession) -> int:
        found = rows.count(session)
        inside.wait(release.wait())
        return found

    writes, reads = ([asyncio.create_task(run(hold)) for _ in range(10)] for run in (tight.write, tight.read))
    await asyncio.wait([*writes, *reads], return_when=asyncio.FIRST_COMPLETED)
    for run in (tight.write, tight.read):
        with pytest.raises(Unavailable):
            await run(rows.count)
    release.set()
    outcomes = await asyncio.gather(*writes, *reads, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {int, Unavailable}
    assert await tight.read(rows.count) == 1


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/no/such/socket"])
async def test_a_database_that_is_away_is_unavailable(address: str, tmp_path: Path, clock: ManualClock) -> None:
    host = f"/peerloop?host={address}" if address.startswith("/") else f"{address}/peerloop"
    settings = Settings(environment="test", data_dir=tmp_path, database_url=f"postgresql://nobody@{host}")
    away = Database(create_engines(settings), clock, EventBus())
    for run in (away.read, away.write):
        with pytest.raises(Unavailable):
            await run(rows.count)


@on_postgres
async def test_a_connection_that_dies_in_a_unit_is_unavailable(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        rows.insert(session, "job_1")
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable):
        await db.write(unit)
    assert await db.write(rows.count) == 0


@on_postgres
async def test_what_takes_longer_than_the_role_may_is_unavailable(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        rows.insert(session, "job_1")
        session.execute(text("SET LOCAL statement_timeout = '1ms'"))
        session.execute(text("SELECT count(*) FROM generate_series(1, 100000000)"))

    with pytest.raises(Unavailable):
        await db.write(unit)
    assert await db.write(rows.count) == 0


@on_sqlite
async def test_a_file_that_another_process_locks_is_unavailable(tight: Database, settings: Settings) -> None:
    await tight.write(rows.insert, "job_1")
    other = create_engines(settings)
    with other.writer.sync_engine.begin(), pytest.raises(Unavailable):
        await tight.write(rows.count)
    await other.dispose()
    assert await tight.write(rows.count) == 1
