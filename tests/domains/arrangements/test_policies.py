"""The pure rules: whatever somebody does, they keep little, and what is agreed begins when it was promised."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Problem
from app.domains.arrangements.errors import HeldBefore
from app.domains.arrangements.policies import (
    DAY,
    HOLD_AGAIN,
    MOST_HOLDS,
    MOST_HOLDS_A_DAY,
    HoldWish,
    check_hold,
    on_grid,
    range_to_wait_in,
    start_of_invited,
)
from app.domains.arrangements.types import WaitFacts, WaitId, WaitStatus
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds.types import HoldFacts, HoldId, HoldPurpose, HoldStatus
from app.domains.users.types import UserId
from tests.support.clock import START

LIFE, LESSON = timedelta(minutes=15), timedelta(hours=1)
SAM = UserId("usr_sam")
people, hours = st.integers(0, 5), st.integers(0, 9)
wishes = st.tuples(people, people, hours)
steps = st.lists(st.tuples(wishes, st.integers(0, 25), st.booleans()), max_size=40)


def wish_of(course: int, teacher: int, hour: int) -> HoldWish:
    return HoldWish(CourseId(f"crs_{course}"), UserId(f"usr_{teacher}"), START + DAY + hour * LESSON)


def hold_of(
    wish: HoldWish, now: datetime, *, status: HoldStatus = HoldStatus.HELD, ended_at: datetime | None = None
) -> HoldFacts:
    return HoldFacts(
        teacher_id=wish.teacher_id,
        student_id=SAM,
        course_id=wish.course_id,
        starts_at=wish.starts_at,
        ends_at=wish.starts_at + LESSON,
        occupied_from=wish.starts_at,
        occupied_until=wish.starts_at + LESSON,
        id=HoldId("hld_1"),
        purpose=HoldPurpose.PURCHASE,
        status=status,
        expires_at=now + LIFE,
        ended_at=ended_at,
        session_id=None,
        created_at=now,
        has_checkout=False,
    )


@given(steps)
def test_nobody_keeps_more_than_little(steps: list[tuple[tuple[int, int, int], int, bool]]) -> None:
    """Minutes pass, holds are made wherever they are allowed, and now and then all are given back."""
    made, now = list[HoldFacts](), START
    for asked, minutes, gives_back in steps:
        wish = wish_of(*asked)
        try:
            check_hold(wish, made, now)
        except Problem:
            pass
        else:
            same = [each for each in made if (each.teacher_id, each.starts_at) == (wish.teacher_id, wish.starts_at)]
            assert all(min(each.ended_at or now, each.expires_at) + HOLD_AGAIN <= now for each in same)
            made.append(hold_of(wish, now))
        live = [each for each in made if each.is_live(now)]
        assert len(live) <= MOST_HOLDS
        assert len({each.teacher_id for each in live}) == len({each.course_id for each in live}) == len(live)
        assert sum(each.created_at > now - DAY for each in made) <= MOST_HOLDS_A_DAY
        if gives_back:
            made = [_released(each, now) if each.is_live(now) else each for each in made]
        now += timedelta(minutes=minutes)


def _released(hold: HoldFacts, now: datetime) -> HoldFacts:
    wish = HoldWish(hold.course_id, hold.teacher_id, hold.starts_at)
    return hold_of(wish, hold.created_at, status=HoldStatus.RELEASED, ended_at=now)


def test_the_same_time_may_be_kept_again_later() -> None:
    wish = wish_of(1, 1, 1)
    past = [hold_of(wish, START)]  # that it expired, nobody has written down
    with pytest.raises(HeldBefore):
        check_hold(wish, past, START + LIFE + HOLD_AGAIN - timedelta(microseconds=1))
    check_hold(wish, past, START + LIFE + HOLD_AGAIN)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(0, 1799))  # noqa: DTZ001
def test_an_invited_session_begins_as_promised_on_the_grid(sent: datetime, answered_after: int) -> None:
    first = on_grid(sent)
    assert timedelta(0) <= first - sent < timedelta(minutes=5)
    assert (first.minute % 5, first.second, first.microsecond) == (0, 0, 0)
    assert on_grid(first) == first
    now = sent + timedelta(seconds=answered_after)
    start = start_of_invited(first, now)
    assert start in {first, on_grid(now)}
    assert start >= max(first, now)


@given(*[st.integers(-50, 50)] * 3, st.none() | st.integers(-50, 50))
def test_what_is_offered_is_always_earlier(earliest: int, latest: int, now: int, planned: int | None) -> None:
    def at(hour: int) -> datetime:
        return START + hour * LESSON

    entry = WaitFacts(
        id=WaitId("swt_1"),
        enrollment_id=EnrollmentId("enr_1"),
        course_id=CourseId("crs_1"),
        teacher_id=UserId("usr_1"),
        student_id=SAM,
        moved_session_id=None,
        earliest_at=at(earliest),
        latest_at=at(latest),
        status=WaitStatus.WAITING,
        hold_id=None,
        session_id=None,
        created_at=START,
    )
    window = range_to_wait_in(entry, None if planned is None else at(planned), at(now))
    starts = {each for each in range(-50, 50) if window and window.start <= at(each) < window.end}
    limit = latest if planned is None else min(latest, planned)
    assert starts == set(range(max(earliest, now, -50), min(limit, 50)))
