"""What `Database.read` and `Database.write` promise, on both databases."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession, WriteSession
from app.jobs.models import Job
from tests.db import rows
from tests.support.clock import ManualClock
from tests.support.inside import Inside


async def test_a_write_is_committed_before_it_returns(db: Database, settings: Settings, clock: ManualClock) -> None:
    await db.write(rows.insert, "job_1")
    other = Database(create_engines(settings), clock, EventBus())
    assert await other.read(rows.count) == 1
    await other.engines.dispose()


async def test_a_unit_s_answer_and_arguments_go_through(db: Database) -> None:
    def unit(_session: WriteSession, first: int, *, second: str) -> tuple[int, str]:
        return first, second

    assert await db.write(unit, 1, second="b") == (1, "b")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, asyncio.CancelledError])
async def test_any_exception_rolls_back(db: Database, error: type[BaseException]) -> None:
    def unit(session: WriteSession) -> None:
        rows.insert(session, "job_1")
        raise error

    with pytest.raises(error):
        await db.write(unit)
    assert await db.read(rows.count) == 0
    assert await db.write(rows.insert, "job_2") == 1


async def test_a_returned_row_can_be_read_after_the_commit(db: Database) -> None:
    def unit(session: WriteSession) -> Job:
        rows.insert(session, "job_1")
        return session.get_one(Job, "job_1")

    assert (await db.write(unit)).kind == "lamp"


async def test_concurrent_read_decide_write_loses_nothing(db: Database) -> None:
    await db.write(rows.insert, "job_1")
    await asyncio.gather(*(db.write(rows.increment, "job_1") for _ in range(50)))
    assert await db.read(rows.attempts, "job_1") == 50


async def test_readers_and_writers_do_not_disturb_each_other(db: Database) -> None:
    await db.write(rows.insert, "job_1")
    reads = [db.read(rows.attempts, "job_1") for _ in range(40)]
    await asyncio.gather(*reads, *(db.write(rows.increment, "job_1") for _ in range(20)))
    assert await db.read(rows.attempts, "job_1") == 20


async def test_a_reader_cannot_write(db: Database) -> None:
    await db.write(rows.insert, "job_1")

    def unit(session: ReadSession) -> None:
        session.execute(delete(Job))

    with pytest.raises(DBAPIError, match=r"read-?only"):
        await db.read(unit)
    assert await db.read(rows.count) == 1


async def test_a_read_sees_one_snapshot(db: Database) -> None:
    inside = Inside()

    def unit(session: ReadSession) -> tuple[int, int]:
        before = rows.count(session)
        inside.wait(db.write(rows.insert, "job_2"))
        return before, rows.count(session)

    await db.write(rows.insert, "job_1")
    assert await db.read(unit) == (1, 1)
    assert await db.read(rows.count) == 2


async def test_the_unit_s_instant_stands_still(db: Database, clock: ManualClock) -> None:
    def unit(session: WriteSession) -> tuple[datetime, datetime]:
        first = session.now
        clock.advance(hours=1)
        return first, session.now

    start = clock.now()
    assert await db.write(unit) == (start, start)
    assert await db.read(lambda session: session.now) == clock.now()


async def test_a_cancelled_write_leaves_nothing_and_the_database_usable(db: Database) -> None:
    inside, entered, left = Inside(), asyncio.Event(), asyncio.Event()

    async def stay() -> None:
        entered.set()
        await left.wait()

    def unit(session: WriteSession) -> None:
        rows.insert(session, "job_1")
        inside.wait(stay())

    task = asyncio.create_task(db.write(unit))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    left.set()
    assert await db.read(rows.count) == 0
    assert await db.write(rows.insert, "job_2") == 1


async def test_a_commit_wakes_the_runner_and_a_rollback_does_not(db: Database) -> None:
    def unit(session: WriteSession, *, fails: bool) -> None:
        session.wake_runner()
        if fails:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(unit, fails=True)
    assert not db.runner_wanted.is_set()
    await db.write(unit, fails=False)
    assert db.runner_wanted.is_set()


async def test_what_is_to_be_done_after_the_commit_sees_it_and_nothing_is_after_a_rollback(db: Database) -> None:
    done: list[str] = []

    def unit(session: WriteSession, name: str, *, fails: bool) -> None:
        session.after_commit(lambda: done.append(name))
        rows.insert(session, name)
        assert name not in done
        if fails:
            raise RuntimeError

    await db.write(unit, "job_1", fails=False)
    with pytest.raises(RuntimeError):
        await db.write(unit, "job_2", fails=True)
    assert done == ["job_1"]


async def test_what_is_to_be_done_at_the_end_is_done_once_for_all_and_undone_with_the_unit(db: Database) -> None:
    done: list[set[str]] = []

    def last(session: WriteSession, names: set[str]) -> None:
        done.append(names)
        rows.insert(session, "job_last")
        if "bad" in names:
            raise RuntimeError

    def unit(session: WriteSession, *names: str) -> None:
        for name in names:
            session.at_the_end(last, name)
        assert rows.count(session) == 0

    with pytest.raises(RuntimeError):
        await db.write(unit, "bad")
    await db.write(unit, "one", "two", "one")
    assert done == [{"bad"}, {"one", "two"}]
    assert await db.read(rows.count) == 1


async def test_a_unit_that_is_run_again_has_its_effects_once(db: Database) -> None:
    done: list[int] = []
    attempts = 0

    def unit(session: WriteSession) -> None:
        nonlocal attempts
        attempts += 1
        session.after_commit(lambda: done.append(attempts))
        if attempts == 1:
            raise DBAPIError("", {}, _Deadlock())

    await db.write(unit)
    assert done == [2]


class _Deadlock(Exception):
    sqlstate = "40P01"
