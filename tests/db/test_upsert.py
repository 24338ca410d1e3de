"""INSERT … ON CONFLICT: a unique constraint decides, without an exception, and alike on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_bump, insert_or_replace, insert_or_skip
from app.edge.idempotency import StoredAnswer
from app.jobs.models import Job
from tests.db import rows


def bump(session: WriteSession, key: str) -> None:
    row = {"scope": "lamps", "key": key, "request_hash": "h", "status": 1, "body": "", "created_at": session.now}
    insert_or_bump(session, StoredAnswer, row, keys=("scope", "key"), counter="status")


def statuses(session: ReadSession) -> dict[str, int]:
    return {row.key: row.status for row in session.scalars(select(StoredAnswer))}


async def test_a_row_that_is_there_is_skipped_and_stays_as_it_was(db: Database) -> None:
    assert await db.write(rows.insert, "job_1", attempts=3) == 1
    assert await db.write(rows.insert, "job_1", attempts=9) == 0
    assert await db.read(rows.attempts, "job_1") == 3


async def test_of_a_row_that_is_there_what_is_named_is_replaced(db: Database) -> None:
    def unit(session: WriteSession, body: str, status: int) -> None:
        key = {"scope": "lamps", "key": "a", "request_hash": "h"}
        row = key | {"status": status, "body": body, "created_at": session.now}
        insert_or_replace(session, StoredAnswer, row, keys=("scope", "key"), replaced=("body",))

    def found(session: ReadSession) -> list[tuple[str, int]]:
        return [(row.body, row.status) for row in session.scalars(select(StoredAnswer))]

    for body, status in (("old", 1), ("new", 2)):
        await db.write(unit, body, status)
    assert await db.read(found) == [("new", 1)]


async def test_any_unique_constraint_skips_a_row(db: Database) -> None:
    assert await db.write(rows.insert, "job_1", dedupe_key="once") == 1
    assert await db.write(rows.insert, "job_2", dedupe_key="once") == 0


async def test_of_many_rows_only_the_new_ones_are_counted(db: Database) -> None:
    def unit(session: WriteSession) -> int:
        wanted = [rows.job(f"job_{number}", session.now) for number in (1, 2, 3, 3)]
        return insert_or_skip(session, Job, *wanted)

    await db.write(rows.insert, "job_2")
    assert await db.write(unit) == 2
    assert await db.read(rows.count) == 3


async def test_other_constraints_are_not_skipped(db: Database) -> None:
    with pytest.raises(IntegrityError):
        await db.write(rows.insert, "job_1", state="lost")
    with pytest.raises(IntegrityError):
        await db.write(rows.insert, "job_1", kind=None)


async def test_fifty_rivals_have_one_winner(db: Database) -> None:
    won = await asyncio.gather(*(db.write(rows.insert, f"job_{n}", dedupe_key="once") for n in range(50)))
    assert sum(won) == 1
    assert await db.read(rows.count) == 1


async def test_a_loser_does_not_see_the_row_of_a_rival_that_was_rolled_back(db: Database) -> None:
    def fail(session: WriteSession) -> None:
        rows.insert(session, "job_1", dedupe_key="once")
        raise RuntimeError

    outcomes = await asyncio.gather(
        db.write(fail), db.write(rows.insert, "job_2", dedupe_key="once"), return_exceptions=True
    )
    assert isinstance(outcomes[0], RuntimeError)
    assert outcomes[1] == 1


async def test_a_counter_is_made_and_then_raised(db: Database) -> None:
    await asyncio.gather(*(db.write(bump, "hall") for _ in range(30)), db.write(bump, "attic"))
    assert await db.read(statuses) == {"hall": 30, "attic": 1}


async def test_a_change_answers_how_many_rows_it_touched(db: Database) -> None:
    def unit(session: WriteSession) -> list[int]:
        due = update(Job).where(Job.run_at <= session.now).values(attempts=1)
        late = update(Job).where(Job.run_at <= session.now - timedelta(hours=1)).values(attempts=2)
        return [session.change(due), session.change(late), session.change(delete(Job))]

    for number in range(3):
        await db.write(rows.insert, f"job_{number}")
    assert await db.write(unit) == [3, 0, 3]
