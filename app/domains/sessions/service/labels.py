"""Starts of slots as people's clocks show them then."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.domains.calendar.zones import DAY, zone_offsets
from app.domains.sessions.policies import local_time
from app.domains.sessions.schemas import ClockChange, SlotTime

_HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class Labels:
    """Writes each start once for each zone, however many teachers share it. `now` is what clocks are compared with."""

    now: datetime
    _known: dict[tuple[datetime, str], SlotTime] = field(default_factory=dict)

    def of(self, start: datetime, zone: str) -> SlotTime:
        key = start, zone
        if key not in self._known:
            shown = local_time(start, zone)
            change = clock_change(zone, self.now, start)
            self._known[key] = SlotTime(text=shown.text, timezone=zone, clock_change=change)
        return self._known[key]


def clock_change(zone: str, now: datetime, then: datetime) -> ClockChange | None:
    """How a zone's offset at a later instant differs from the present one; None where it does not."""
    first, last = int(now.timestamp()), int(then.timestamp())
    offsets = zone_offsets(zone, first - DAY, last + DAY)
    by_seconds, at = offsets.offset_at(last) - offsets.offset_at(first), offsets.last_change(last)
    if not by_seconds or at is None:
        return None
    begins = datetime.fromtimestamp(at, UTC)
    return ClockChange(by_minutes=round(by_seconds / 60), at=begins, text=_words(zone, by_seconds, begins))


def _words(zone: str, by_seconds: int, at: datetime) -> str:
    """The date is the one on which people set their clocks: that of the last moment before."""
    day = local_time(at - timedelta(seconds=1), zone).text.partition(",")[0]
    return f"The clocks in {zone} go {'forward' if by_seconds > 0 else 'back'} by {_amount(abs(by_seconds))} on {day}."


def _amount(seconds: int) -> str:
    hours, minutes = divmod(round(seconds / 60), _HOUR_MIN)
    parts = [f"{count} {unit}{'s' * (count > 1)}" for count, unit in ((hours, "hour"), (minutes, "minute")) if count]
    return " and ".join(parts)
