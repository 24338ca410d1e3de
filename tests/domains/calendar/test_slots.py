"""Why a start is refused, and what the cases leave open: pauses, boundaries between two instants, the next free
slots."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domains.calendar.errors import InvalidTimestamp, InvalidTimezone
from app.domains.calendar.slots import by_local_date, free_slots, is_bookable, next_free
from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    OpeningHours,
    OutsideDates,
    Period,
    Refusal,
    SessionState,
    SessionTime,
    Slot,
    WeeklyHours,
)

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
NOW = MONDAY - timedelta(hours=15)
RULES = AvailabilityRules(
    zone="UTC",
    weekly=tuple(WeeklyHours(weekday, OpeningHours.from_wall("09:00", "12:00")) for weekday in range(7)),
    max_per_day=1,
    max_per_week=2,
)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def session(start: datetime) -> SessionTime:
    time = Period(start, start + timedelta(hours=1))
    return SessionTime("ses", time, replace(time, end=time.end + timedelta(minutes=15)))


NINE_ON_MONDAY = Busy(teaching=(session(at(9)),))
A_FULL_WEEK = Busy(teaching=(session(at(9)), session(at(9, day=1))))


@pytest.mark.parametrize(
    ("start", "busy", "reason"),
    [
        (at(8, day=-1), Busy(), Refusal.IN_PAST),
        (at(10, day=-1), Busy(), Refusal.NOTICE),
        (at(11, day=-1), Busy(), None),
        (at(9, day=27), Busy(), None),
        (at(9, day=28), Busy(), Refusal.HORIZON),
        (at(12), Busy(), Refusal.OUTSIDE_AVAILABILITY),
        (at(9, 30), Busy(), Refusal.OUTSIDE_AVAILABILITY),
        (at(9).replace(microsecond=1), Busy(), Refusal.OUTSIDE_AVAILABILITY),
        (at(12), NINE_ON_MONDAY, Refusal.OUTSIDE_AVAILABILITY),
        (at(9), NINE_ON_MONDAY, Refusal.TEACHER_BUSY),
        (at(10), NINE_ON_MONDAY, Refusal.TEACHER_BUSY),
        (at(11), NINE_ON_MONDAY, Refusal.DAY_LIMIT),
        (at(11, day=1), NINE_ON_MONDAY, None),
        (at(9, day=2), A_FULL_WEEK, Refusal.WEEK_LIMIT),
        (at(9, day=7), A_FULL_WEEK, None),
        (at(9), Busy(attending=(session(at(9, 30)),)), Refusal.STUDENT_BUSY),
        (at(10), Busy(attending=(session(at(9)),)), None),
        (at(9), Busy(outside=(OutsideDates(MONDAY.date(), date(2026, 1, 14)),)), Refusal.TEACHER_BUSY),
    ],
)
def test_the_reason(start: datetime, busy: Busy, reason: Refusal | None) -> None:
    now = at(9, day=-1)
    assert is_bookable(RULES, busy, now, start) is reason
    offered = free_slots(RULES, busy, now, Period(start, start + timedelta(seconds=1)))
    assert bool(offered) == (reason is None)


def test_a_paused_teacher_offers_nothing() -> None:
    paused = replace(RULES, paused=True)
    assert is_bookable(paused, Busy(), NOW, at(9)) is Refusal.PAUSED
    assert free_slots(paused, Busy(), NOW, Period(at(0), at(24))) == []
    assert next_free(paused, Busy(), NOW, NOW, 3) == []


def test_a_session_that_moves_does_not_stand_in_its_own_way() -> None:
    both = Busy(NINE_ON_MONDAY.teaching, NINE_ON_MONDAY.teaching)
    assert is_bookable(RULES, both, NOW, at(10)) is Refusal.TEACHER_BUSY
    assert is_bookable(RULES, both.without("ses"), NOW, at(10)) is None


def test_a_hold_ends_with_its_second() -> None:
    expires = at(8)
    held = replace(session(at(9)), state=SessionState.HELD, hold_expires_at=expires)
    assert held.blocks(expires - timedelta(microseconds=1))
    assert not held.blocks(expires)


def test_next_free_skips_what_is_taken_and_stops_at_the_horizon() -> None:
    rules = replace(RULES, max_per_day=None, max_per_week=None, duration_min=180)
    starts = [slot.start for slot in next_free(rules, NINE_ON_MONDAY, NOW, at(10), 2)]
    assert starts == [at(9, day=1), at(9, day=2)]
    assert len(next_free(rules, Busy(), NOW, NOW, 100)) == 28
    assert next_free(rules, Busy(), NOW, at(9, day=400), 2) == []


def test_notice_counts_from_the_fraction_of_a_second() -> None:
    just_late = at(7).replace(microsecond=1)
    assert is_bookable(RULES, Busy(), at(7), at(9)) is None
    assert is_bookable(RULES, Busy(), just_late, at(9)) is Refusal.NOTICE


def test_whole_dates_are_those_of_their_own_zone() -> None:
    tuesday_in_auckland = OutsideDates(date(2026, 1, 13), date(2026, 1, 14), "Pacific/Auckland")  # 11:00Z to 11:00Z
    busy = Busy(outside=(tuesday_in_auckland,))
    rules = replace(RULES, buffer_after_min=0)
    days = by_local_date(free_slots(rules, busy, NOW, Period(at(0), at(48))), "UTC")
    assert {day.day: [start.hour for start in starts] for day, starts in days.items()} == {12: [9, 10], 13: [11]}


def test_slots_carry_their_end_in_utc() -> None:
    (slot,) = free_slots(replace(RULES, duration_min=90), Busy(), NOW, Period(at(9), at(10)))
    assert slot == Slot(at(9), at(10, 30))


def test_naive_times_and_unknown_zones_are_refused() -> None:
    with pytest.raises(InvalidTimestamp):
        is_bookable(RULES, Busy(), NOW, at(9).replace(tzinfo=None))
    with pytest.raises(InvalidTimestamp):
        free_slots(RULES, Busy(), NOW.replace(tzinfo=None), Period(at(9), at(10)))
    with pytest.raises(InvalidTimezone):
        next_free(replace(RULES, zone="Mars/Phobos"), Busy(), NOW, NOW, 1)
