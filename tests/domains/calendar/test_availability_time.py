"""Overlap of windows against an oracle that counts minutes, and the taking of people's time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import Problem
from app.db.session import WriteSession
from app.domains.calendar import service
from app.domains.calendar.errors import AvailabilityOverlap
from app.domains.calendar.policies import BookingPolicy, check_week
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.users.types import UserId
from tests.support.world import World

WEEK = 7 * 1440
NINE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


def _window(weekday: int, start: int, length: int) -> WeeklyHours:
    end = (start + length) % 1440
    return WeeklyHours(weekday, OpeningHours(start, end or 1440))


windows = st.builds(
    _window,
    st.integers(0, 6),
    st.integers(0, 287).map(lambda step: step * 5),
    st.integers(3, 287).map(lambda step: step * 5),
)


def _minutes(window: WeeklyHours) -> list[int]:
    start = window.weekday * 1440 + window.hours.start_minute
    return [(start + minute) % WEEK for minute in range(0, window.hours.until_minute - window.hours.start_minute, 5)]


@example([_window(6, 1320, 240), _window(0, 60, 60)])
@example([_window(6, 1320, 240), _window(0, 120, 60)])
@given(st.lists(windows, max_size=6))
def test_overlaps_are_found_on_the_circle_of_the_week(week: list[WeeklyHours]) -> None:
    taken = [minute for window in week for minute in _minutes(window)]
    if len(taken) == len(set(taken)):
        check_week(week)
    else:
        with pytest.raises(AvailabilityOverlap):
            check_week(week)


class _Undone(Exception):
    """Makes the transaction roll back, as callers of `take_time` do."""


def _take(session: WriteSession, owner: str, spans: dict[UserId, tuple[datetime, datetime]]) -> None:
    service.lock_people(session, *spans)
    if not service.take_time(session, owner, spans):
        raise _Undone


def _span(start_minute: int, minutes: int) -> tuple[datetime, datetime]:
    start = NINE + timedelta(minutes=start_minute)
    return start, start + timedelta(minutes=minutes)


async def test_time_is_taken_from_all_or_from_nobody(world: World) -> None:
    ann, bob = (await world.member("Ann Ant")).user_id, (await world.member("Bob Bee")).user_id
    await world.write(_take, "first", {ann: _span(0, 60)})
    with pytest.raises(_Undone):
        await world.write(_take, "second", {ann: _span(55, 60), bob: _span(55, 60)})
    await world.write(_take, "third", {ann: _span(60, 60), bob: _span(55, 60)})


async def test_time_given_back_can_be_taken_again(world: World) -> None:
    ann = (await world.member("Ann Ant")).user_id
    await world.write(_take, "first", {ann: _span(0, 60)})
    await world.write(service.give_back_time, "first")
    await world.write(_take, "second", {ann: _span(30, 60)})


async def test_odd_times_take_every_period_they_touch(world: World) -> None:
    ann = (await world.member("Ann Ant")).user_id
    await world.write(_take, "first", {ann: _span(1, 3)})
    for minutes in (0, 4):
        with pytest.raises(_Undone):
            await world.write(_take, "second", {ann: _span(minutes, 1)})
    await world.write(_take, "third", {ann: _span(5, 5)})


async def test_there_are_rules_for_everybody_asked_for(world: World) -> None:
    ann, bob = (await world.member("Ann Ant")).user_id, (await world.member("Bob Bee")).user_id
    hours = [WeeklyHours(1, OpeningHours(540, 600))]
    await world.write(service.set_availability, ann, timezone="Asia/Tokyo", buffer_minutes=30, windows=hours)
    rules = await world.db.read(
        service.rules_for, [ann, bob], lesson_minutes=45, policy=BookingPolicy.of(world.settings)
    )
    assert (rules[ann].zone, rules[ann].weekly, rules[ann].buffer_after_min) == ("Asia/Tokyo", tuple(hours), 30)
    assert (rules[bob].zone, rules[bob].weekly, rules[bob].buffer_after_min) == ("Europe/Berlin", (), 15)
    assert {each.duration_min for each in rules.values()} == {45}
    assert {each.notice_min for each in rules.values()} == {120}


async def test_a_zone_that_does_not_exist_is_refused_below_the_api_too(world: World) -> None:
    ann = (await world.member("Ann Ant")).user_id
    with pytest.raises(Problem, match="not a time zone"):
        await world.write(service.set_availability, ann, timezone="Mars/Olympus", buffer_minutes=0, windows=[])
