"""When people are reminded: a pure rule."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domains.agenda.policies import REMINDERS_MIN, is_nudge_due, is_reminder_due, reminders_of

START = datetime(2026, 12, 3, 10, tzinfo=UTC)
DAY, HOUR, QUARTER = REMINDERS_MIN


def armed(minutes_before: float) -> list[tuple[int, float]]:
    """For a session booked so long before its start: which reminders, and how long before the start each."""
    now = START - timedelta(minutes=minutes_before)
    return [(minutes, (START - at) / timedelta(minutes=1)) for minutes, at in reminders_of(START, now)]


def test_those_whose_time_has_passed_are_not_made_up_for() -> None:
    everything = [(DAY, DAY), (HOUR, HOUR), (QUARTER, QUARTER)]
    assert armed(DAY + 1) == everything
    assert armed(DAY) == armed(HOUR + 1) == everything[1:]
    assert armed(HOUR) == armed(QUARTER + 1) == everything[2:]


def test_of_a_session_that_is_booked_at_the_last_moment_people_are_told_at_once() -> None:
    assert armed(QUARTER) == [(QUARTER, QUARTER)]
    assert armed(5) == [(QUARTER, 5)]
    assert armed(0) == armed(-5) == []


@given(st.floats(0.1, 60 * 24 * 60), st.floats(0, 24 * 60))
def test_at_any_moment_at_most_one_reminder_is_due(minutes_before: float, late: float) -> None:
    """However long the service was down."""
    now = START - timedelta(minutes=max(0.1, minutes_before - late))
    ready = [minutes for minutes, ahead in armed(minutes_before) if START - timedelta(minutes=ahead) <= now]
    assert sum(is_reminder_due(START, minutes, now) for minutes in ready) <= 1


def test_a_nudge_comes_from_one_hour_to_three_days_after_the_end() -> None:
    hours = {1: True, 72: True, 0.9: False, 72.1: False}
    assert {hour: is_nudge_due(START, START + timedelta(hours=hour)) for hour in hours} == hours
