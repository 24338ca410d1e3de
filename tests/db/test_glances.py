"""Units that are short for almost every question: where they run must not show in what they answer, on both
databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession
from tests.db import rows
from tests.support.clock import ManualClock

_COUNTED = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300000) "
    "SELECT count(*) FROM numbers"
)


async def test_every_glance_sees_what_was_committed_before_it(db: Database, settings: Settings) -> None:
    other = Database(create_engines(settings), db.clock, EventBus())
    await db.write(rows.insert, "job_1")
    for number in range(5):
        await (db, other)[number % 2].write(rows.set_attempts, "job_1", number)
        assert [await each.glance(rows.attempts, "job_1") for each in (db, other)] == [number, number]
    await other.engines.dispose()


async def test_the_unit_s_instant_and_arguments_go_through(db: Database, clock: ManualClock) -> None:
    def unit(session: ReadSession, first: int, *, second: str) -> tuple[object, ...]:
        return session.now, first, second

    assert await db.glance(unit, 1, second="b") == (clock.now(), 1, "b")


async def test_a_long_unit_is_stopped_and_run_where_long_ones_belong(db: Database) -> None:
    begun = []

    def unit(session: ReadSession) -> object:
        begun.append(session.on_postgres)
        return session.scalar(text(_COUNTED))

    for _ in range(2):
        begun.clear()
        assert await db.glance(unit) == 300_000
        assert begun in ([True], [False, False])
        assert await db.glance(rows.count) == 0


async def test_a_unit_that_fails_is_not_run_again_and_leaves_the_database_usable(db: Database) -> None:
    begun = []

    def broken(session: ReadSession) -> None:
        begun.append(session)
        session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await db.glance(broken)
    assert len(begun) == 1
    await db.write(rows.insert, "job_1", attempts=3)
    assert await db.glance(rows.attempts, "job_1") == 3


async def test_a_glance_cannot_write(db: Database) -> None:
    await db.write(rows.insert, "job_1")

    def unit(session: ReadSession) -> None:
        session.execute(text("DELETE FROM jobs"))

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await db.glance(unit)
    assert await db.glance(rows.count) == 1
