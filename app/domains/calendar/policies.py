"""How sessions are booked: the numbers that settings give, and what a week of availability must satisfy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Self

from app.core.config import Settings
from app.domains.calendar.errors import AvailabilityOverlap, RulesBeyondHouse, WindowTooShort
from app.domains.calendar.types import MINUTES_PER_DAY, OpeningHours, OwnRules, WeeklyHours

_MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
_SHORTEST_WINDOW_MIN = 15
OVERRIDES_AHEAD_DAYS = 730
LONGEST_OVERRIDE_RANGE_DAYS = 366


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """The house's rules of booking and joining. Times before and after a session are elapsed time."""

    horizon_days: int
    notice_minutes: int
    buffer_minutes: int
    join_opens: timedelta
    join_grace: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            horizon_days=settings.booking_horizon_days,
            notice_minutes=settings.booking_notice_minutes,
            buffer_minutes=settings.booking_buffer_minutes,
            join_opens=timedelta(minutes=settings.join_opens_minutes),
            join_grace=timedelta(minutes=settings.join_grace_minutes),
        )


def check_week(week: Sequence[WeeklyHours]) -> None:
    """Raises `WindowTooShort`, and `AvailabilityOverlap` where windows share time on the circle of the week."""
    spans = sorted(_span(window) for window in week)
    if any(end - start < _SHORTEST_WINDOW_MIN for start, end in spans):
        raise WindowTooShort
    next_starts = [start for start, _ in spans[1:]] + [start + _MINUTES_PER_WEEK for start, _ in spans[:1]]
    if any(end > next_start for (_, end), next_start in zip(spans, next_starts, strict=True)):
        raise AvailabilityOverlap


def check_day(hours: Sequence[OpeningHours]) -> None:
    """The same for the hours of one date, of which the last may run into the next one."""
    spans = sorted((each.start_minute, each.until_minute) for each in hours)
    if any(end - start < _SHORTEST_WINDOW_MIN for start, end in spans):
        raise WindowTooShort
    if any(end > following for (_, end), (following, _) in pairwise(spans)):
        raise AvailabilityOverlap


def check_own_rules(own: OwnRules, policy: BookingPolicy) -> None:
    """Raises `RulesBeyondHouse`: students are promised the house's notice, and nothing beyond its horizon."""
    short = own.notice_minutes is not None and own.notice_minutes < policy.notice_minutes
    far = own.horizon_days is not None and own.horizon_days > policy.horizon_days
    if short or far:
        raise RulesBeyondHouse(least_notice_minutes=policy.notice_minutes, most_horizon_days=policy.horizon_days)


def _span(window: WeeklyHours) -> tuple[int, int]:
    """Minutes since the start of Sunday."""
    midnight = window.weekday * MINUTES_PER_DAY
    return midnight + window.hours.start_minute, midnight + window.hours.until_minute
