"""Pages by the place of the last row: nothing is shown twice or left out, alike on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.db.database import Database
from app.db.keyset import page_after
from app.db.session import ReadSession
from app.jobs.models import Job
from tests.db import rows

ATTEMPTS = {"job_1": 2, "job_2": 1, "job_3": 2, "job_4": 1, "job_5": 3}
ASCENDING = [(1, "job_2"), (1, "job_4"), (2, "job_1"), (2, "job_3"), (3, "job_5")]


def page(
    session: ReadSession, place: Sequence[int | str] | None, *, limit: int | None, is_descending: bool
) -> list[tuple[int, str]]:
    statement = page_after(
        select(Job.attempts, Job.id), Job.attempts, Job.id, place=place, limit=limit, is_descending=is_descending
    )
    return [(attempts, job_id) for attempts, job_id in session.execute(statement)]


@pytest.fixture
async def full(db: Database) -> Database:
    for job_id, attempts in ATTEMPTS.items():
        await db.write(rows.insert, job_id, attempts=attempts)
    return db


@pytest.mark.parametrize("is_descending", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_the_pages_make_the_whole_list(full: Database, limit: int, *, is_descending: bool) -> None:
    shown: list[tuple[int, str]] = []
    while found := await full.read(page, shown[-1] if shown else None, limit=limit, is_descending=is_descending):
        shown += found
    assert shown == (ASCENDING[::-1] if is_descending else ASCENDING)


async def test_rows_that_come_or_go_shift_nothing(full: Database) -> None:
    await full.write(rows.insert, "job_0", attempts=9)  # before the place: it was on no page
    assert await full.read(page, ASCENDING[3], limit=2, is_descending=True) == ASCENDING[2:0:-1]
    assert await full.read(page, (2, "job_2"), limit=2, is_descending=True) == ASCENDING[2:0:-1]  # that row is gone


async def test_without_a_limit_all_rows_follow(full: Database) -> None:
    assert await full.read(page, ASCENDING[1], limit=None, is_descending=False) == ASCENDING[2:]
