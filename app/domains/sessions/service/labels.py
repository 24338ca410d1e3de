"""Starts of slots as people's clocks show them then. A page of slots has hundreds: a zone is asked once for all of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from app.domains.calendar.zones import DAY, ZoneOffsets, zone_offsets
from app.domains.sessions.policies import local_time
from app.domains.sessions.schemas import ClockChange, SlotTime

_HOUR_MIN = 60
_EPOCH = date(1970, 1, 1)
_AHEAD = 64 * DAY  # what one table of a zone holds anyway


@dataclass(frozen=True, slots=True)
class Labels:
    """Writes each start once for each zone, however many teachers share it. `now` is what clocks are compared with."""

    now: datetime
    _known: dict[tuple[datetime, str], SlotTime] = field(default_factory=dict)

    def of(self, start: datetime, zone: str) -> SlotTime:
        """The same text as `local_time`'s."""
        key = start, zone
        if key not in self._known:
            self._known[key] = self._write(start, zone)
        return self._known[key]

    def _write(self, start: datetime, zone: str) -> SlotTime:
        offsets, second = _offsets(zone, self.now, start), int(start.timestamp())
        offset = offsets.offset_at(second)
        day, of_day = divmod(second + offset, DAY)
        text = f"{_day_text(day)}, {of_day // 3600:02}:{of_day // 60 % 60:02} (UTC{_offset_text(offset)})"
        is_same = offset == offsets.offset_at(int(self.now.timestamp()))
        return SlotTime(text=text, timezone=zone, clock_change=None if is_same else clock_change(zone, self.now, start))


def _offsets(zone: str, now: datetime, then: datetime) -> ZoneOffsets:
    first = int(now.timestamp())
    return zone_offsets(zone, first - DAY, max(first + _AHEAD, int(then.timestamp()) + DAY))


@lru_cache(maxsize=512)
def _day_text(day: int) -> str:
    shown = _EPOCH + timedelta(days=day)
    return f"{shown:%a} {shown.day} {shown:%b %Y}"


@lru_cache(maxsize=128)
def _offset_text(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def clock_change(zone: str, now: datetime, then: datetime) -> ClockChange | None:
    """How a zone's offset at a later instant differs from the present one; None where it does not."""
    first, last = int(now.timestamp()), int(then.timestamp())
    offsets = _offsets(zone, now, then)
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
