"""How sessions are booked: the numbers that settings give, and what a week of availability must satisfy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final, Self

from app.core.config import Settings
from app.domains.calendar.errors import AvailabilityOverlap, RulesBeyondHouse, WindowTooShort
from app.domains.calendar.types import MINUTES_PER_DAY, OpeningHours, OwnRules, WeeklyHours
from app.providers.calendars.port import Unread

_MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
_SHORTEST_WINDOW_MIN = 15
MOST_EXTERNAL_CALENDARS = 5
READ_EVERY, _FIRST_RETRY, _LAST_RETRY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)
COPY_LIFE = timedelta(days=7)  # an unchanged calendar is taken anew then, so that what repeats reaches far enough
_READ_BEYOND = timedelta(days=35)  # the horizon moves on while a copy gets old or its address does not answer
OVERRIDES_AHEAD_DAYS = 730
LONGEST_OVERRIDE_RANGE_DAYS = 366


STALE_AFTER = timedelta(hours=2)
FAILURES: Final[Mapping[Unread, str]] = {
    Unread.ADDRESS: "The address leads to where no calendar may be read.",
    Unread.UNREACHABLE: "The server did not answer as it should.",
    Unread.REFUSED: "The server did not hand the calendar out: is the address still the right one?",
    Unread.TOO_LARGE: "The calendar is larger than 2 MiB.",
    Unread.TOO_SLOW: "The server took too long.",
    Unread.NOT_A_CALENDAR: "What is there cannot be read as a calendar.",
    Unread.TOO_MUCH: "The calendar has more events than can be read.",
}
"""What is said of each reason."""


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """The house's rules of booking, joining, moving and cancelling. Times before and after a session are elapsed
    time."""

    horizon_days: int
    notice_minutes: int
    buffer_minutes: int
    join_opens: timedelta
    join_grace: timedelta
    late_cancel: timedelta
    most_reschedules: int

    @property
    def read_ahead(self) -> timedelta:
        """How far external calendars are read."""
        return timedelta(days=self.horizon_days) + _READ_BEYOND

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            horizon_days=settings.booking_horizon_days,
            notice_minutes=settings.booking_notice_minutes,
            buffer_minutes=settings.booking_buffer_minutes,
            join_opens=timedelta(minutes=settings.join_opens_minutes),
            join_grace=timedelta(minutes=settings.join_grace_minutes),
            late_cancel=timedelta(hours=settings.late_cancel_hours),
            most_reschedules=settings.most_reschedules,
        )


def check_week(week: Sequence[WeeklyHours]) -> None:
    """Raises `WindowTooShort`, and `AvailabilityOverlap` where windows share time on the circle of the week."""
    spans = sorted(_span(window) for window in week)
    if any(end - start < _SHORTEST_WINDOW_MIN for start, end in spans):
        raise WindowTooShort
    next_starts = [start for start, _ in spans[1:]] + [start + _MINUTES_PER_WEEK for start, _ in spans[:1]]
    if any(end > next_start for (_, end), next_start in zip(spans, next_starts, strict=True)):
        raise AvailabilityOverlap


def read_again_after(failures: int) -> timedelta:
    """How long to leave a calendar alone that could not be read so many times in a row: a quarter of an hour, then
    twice as long each time, up to a day."""
    return min(_FIRST_RETRY * (1 << min(failures - 1, 10)), _LAST_RETRY)


def age_in_words(age: timedelta | None) -> str:
    """How old a copy is; None: there is none yet."""
    if age is None:
        return "Not read yet."
    minutes = age // timedelta(minutes=1)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"Read {count} {unit}{'s' if count > 1 else ''} ago."
    return "Read just now."


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
