"""How sessions are booked: the numbers that settings give, and what a week of availability must satisfy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from app.core.config import Settings
from app.domains.calendar.errors import AvailabilityOverlap, WindowTooShort
from app.domains.calendar.types import MINUTES_PER_DAY, WeeklyHours

_MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
_SHORTEST_WINDOW_MIN = 15


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """The house's rules of booking, joining, moving and cancelling. Times before and after a session are elapsed time."""

    horizon_days: int
    notice_minutes: int
    buffer_minutes: int
    join_opens: timedelta
    join_grace: timedelta
    late_cancel: timedelta
    most_reschedules: int

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


def _span(window: WeeklyHours) -> tuple[int, int]:
    """Minutes since the start of Sunday."""
    midnight = window.weekday * MINUTES_PER_DAY
    return midnight + window.hours.start_minute, midnight + window.hours.until_minute
