"""Instants survive both databases to the microsecond; what is no instant is refused."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from app.db.database import Database
from app.db.session import ReadSession, WriteSession
from app.db.types import instant, microseconds
from app.jobs.models import Job
from tests.db import rows

INSTANTS = [
    datetime(2026, 12, 1, 9, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 12, 1, 9, 0, 0, 999_999, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime(2026, 12, 1, 9, 0, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=ZoneInfo("Europe/Berlin")),
]


def stored(session: ReadSession) -> list[datetime]:
    return list(session.scalars(select(Job.run_at).order_by(Job.id)))


async def test_instants_come_back_exactly_and_in_utc(db: Database) -> None:
    def unit(session: WriteSession) -> None:
        for number, value in enumerate(INSTANTS):
            rows.insert(session, f"job_{number}", run_at=value)

    await db.write(unit)
    found = await db.read(stored)
    assert found == [value.astimezone(UTC) for value in INSTANTS]
    assert all(value.tzinfo is UTC for value in found)


async def test_instants_are_compared_in_the_database_as_instants(db: Database) -> None:
    east = datetime(2026, 12, 1, 1, 0, tzinfo=timezone(timedelta(hours=14)))
    await db.write(rows.insert, "job_1", run_at=datetime(2026, 11, 30, 11, 0, tzinfo=UTC))

    def same(session: ReadSession) -> str | None:
        return session.scalar(select(Job.id).where(Job.run_at == east))

    assert await db.read(same) == "job_1"


async def test_nothing_stays_nothing(db: Database) -> None:
    await db.write(rows.insert, "job_1", lease_until=None)
    assert await db.read(lambda session: session.scalars(select(Job.lease_until)).all()) == [None]


async def test_a_datetime_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises((StatementError, ValueError), match="without a zone"):
        await db.write(rows.insert, "job_1", run_at=datetime(2026, 12, 1, 9, 0))  # noqa: DTZ001
    assert await db.read(rows.count) == 0


@given(st.datetimes(timezones=st.timezones()))
def test_microseconds_are_exact(value: datetime) -> None:
    try:
        expected = value.astimezone(UTC)
    except OverflowError:
        return
    assert instant(microseconds(value)) == expected
