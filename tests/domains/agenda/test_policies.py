"""When people are reminded: a pure rule."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domains.agenda import policies

START = datetime(2026, 12, 3, 10, tzinfo=UTC)
DAY, HOUR, QUARTER = policies.REMINDERS_MIN


def armed(minutes_before: float) -> list[int]:
    """For a session booked so long before its start."""
    left = policies.first_reminder(START, START - timedelta(minutes=minutes_before))
    found = []
    while left is not None:
        found.append(left)
        left = policies.next_reminder(left)
    return found


def test_those_whose_time_has_passed_are_not_made_up_for() -> None:
    assert armed(DAY + 1) == [DAY, HOUR, QUARTER]
    assert armed(DAY) == armed(HOUR + 1) == [HOUR, QUARTER]
    assert armed(HOUR) == armed(QUARTER + 1) == [QUARTER]


def test_of_a_session_that_is_booked_at_the_last_moment_people_are_told_at_once() -> None:
    assert armed(QUARTER) == armed(5) == [QUARTER]
    assert armed(0) == armed(-5) == []


@given(st.floats(0.1, 60 * 24 * 60), st.floats(0, 24 * 60))
def test_at_any_moment_at_most_one_reminder_is_due(minutes_before: float, late: float) -> None:
    """However long the service was down."""
    now = START - timedelta(minutes=max(0.1, minutes_before - late))
    ready = [minutes for minutes in armed(minutes_before) if policies.reminder_at(START, minutes) <= now]
    assert sum(policies.is_reminder_due(START, minutes, now) for minutes in ready) <= 1


def test_a_nudge_comes_from_one_hour_to_three_days_after_the_end() -> None:
    hours = {1: True, 72: True, 0.9: False, 72.1: False}
    assert {hour: policies.is_nudge_due(START, START + timedelta(hours=hour)) for hour in hours} == hours
