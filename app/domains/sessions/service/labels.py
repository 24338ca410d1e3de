"""Starts of slots as people's clocks show them then. An answer has hundreds: a zone is asked once for all of them."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from app.domains.calendar.zones import DAY, ZoneOffsets, zone_offsets
from app.domains.sessions.policies import local_time
from app.domains.sessions.schemas import ClockChange, SlotTime

_HOUR_MIN = 60
_EPOCH = date(1970, 1, 1)
_AHEAD = 64 * DAY  # what one table of a zone holds anyway
_TEXT = '{"text":"'
_MINUTES = tuple(f"{minute // _HOUR_MIN:02}:{minute % _HOUR_MIN:02}" for minute in range(24 * _HOUR_MIN))


class Clock:
    """The clock of a zone, for the starts of one answer, of which `last` is the last one; `now` is what it is compared
    with."""

    __slots__ = ("_now", "_offsets", "_tails", "_text", "_written", "_zone")

    def __init__(self, zone: str, now: datetime, last: int) -> None:
        self._zone = zone
        self._now = now
        self._offsets = _offsets(zone, int(now.timestamp()), last)
        self._tails: dict[int, str] = {}
        self._written: int | None = None
        self._text = ""

    def write(self, second: int) -> str:
        """What it shows then, as the JSON of a `SlotTime`. The text is the same as `local_time`'s. It is remembered
        until the next start, for many teachers may have this clock."""
        if second == self._written:
            return self._text
        stretch = self._offsets.stretch_of(second)
        day, of_day = divmod(second + self._offsets.offsets[stretch], DAY)
        tail = self._tails.get(stretch) or self._tail(stretch, second)
        self._written, self._text = second, f"{_TEXT}{_day_text(day)}, {_MINUTES[of_day // 60]}{tail}"
        return self._text

    def _tail(self, stretch: int, second: int) -> str:
        """What follows the time of day, the same until the next change of the clock."""
        change = clock_change(self._zone, self._now, datetime.fromtimestamp(second, UTC))
        rest = SlotTime(text="", timezone=self._zone, clock_change=change).model_dump_json().removeprefix(_TEXT)
        self._tails[stretch] = f" (UTC{_offset_text(self._offsets.offsets[stretch])}){rest}"
        return self._tails[stretch]


def instant_text(second: int) -> str:
    """The same text as `utc_text`'s."""
    day, of_day = divmod(second, DAY)
    minute, of_minute = divmod(of_day, 60)
    return f"{_date_text(day)}T{_MINUTES[minute]}:{of_minute:02}Z"


@lru_cache(maxsize=512)
def _date_text(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def _offsets(zone: str, first: int, last: int) -> ZoneOffsets:
    return zone_offsets(zone, first - DAY, max(first + _AHEAD, last + DAY))


@lru_cache(maxsize=512)
def _day_text(day: int) -> str:
    shown = _EPOCH + timedelta(days=day)
    return f"{shown:%a} {shown.day} {shown:%b %Y}"


def _offset_text(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def clock_change(zone: str, now: datetime, then: datetime) -> ClockChange | None:
    """How a zone's offset at a later instant differs from the present one; None where it does not."""
    first, last = int(now.timestamp()), int(then.timestamp())
    offsets = _offsets(zone, first, last)
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
