"""Time zones as tables of integers.

A zone is read once per stretch of time into a table of integers; slots are then computed without touching it again.
Instants are seconds since 1970-01-01T00:00Z, walls are what a clock in the zone shows, written as if it were UTC,
and days are whole days since 1970-01-01.
"""

import zoneinfo
from bisect import bisect_left, bisect_right
from calendar import timegm
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from app.core.timezones import timezone_names
from app.domains.calendar.errors import InvalidTimezone

DAY = 86_400
_PROBE = 4 * DAY  # no zone has changed its offset and gone back within that time since 1995
_CHUNK = 16 * _PROBE  # tables cover whole chunks, so that a moving clock still finds them in the cache


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone with this IANA name. Raises InvalidTimezone; a name is never treated as a path."""
    if name not in timezone_names():
        raise InvalidTimezone
    return zoneinfo.ZoneInfo(name)


def wall_label(local: datetime) -> str:
    """`HH:MM+HH:MM`: what the clock shows and its offset, which tells the two 01:30 of an autumn night apart."""
    return local.isoformat(timespec="minutes").partition("T")[2]


@dataclass(frozen=True, slots=True)
class ZoneOffsets:
    """The offsets of one zone in seconds east of UTC: `offsets[i]` holds until the instant `changes[i]`.

    Outside the stretch it was made for, the first and the last offset continue.
    """

    changes: tuple[int, ...]
    offsets: tuple[int, ...]
    wall_changes: tuple[int, ...]

    def stretch_of(self, instant: int) -> int:
        """Which of `offsets` holds at an instant."""
        return bisect_right(self.changes, instant)

    def offset_at(self, instant: int) -> int:
        """Seconds east of UTC."""
        return self.offsets[bisect_right(self.changes, instant)]

    def last_change(self, instant: int) -> int | None:
        """When the offset that holds at the instant began, if that lies in the stretch."""
        known = bisect_right(self.changes, instant)
        return self.changes[known - 1] if known else None

    def day_of(self, instant: int) -> int:
        """The local date of an instant."""
        return (instant + self.offset_at(instant)) // DAY

    def instant_of(self, wall: int) -> int:
        """RFC 5545 3.3.5: a wall time that occurs twice is the first; one that is skipped has the offset before."""
        return wall - self.offsets[bisect_right(self.wall_changes, wall)]

    def start_of(self, day: int) -> int:
        """The first instant of a local date, also where midnight is skipped."""
        piece = bisect_right(self.wall_changes, day * DAY)
        return min((day * DAY - self.offsets[piece], *self.changes[piece : piece + 1]))


def zone_offsets(name: str, first: int, last: int) -> ZoneOffsets:
    """The offsets of a zone, good for instants from `first` to `last`. Raises InvalidTimezone."""
    return _table(name, first // _CHUNK, last // _CHUNK + 1)


@lru_cache(maxsize=2048)
def _table(name: str, first_chunk: int, end_chunk: int) -> ZoneOffsets:
    zone, start = zone_of(name), first_chunk * _CHUNK

    def offset_at(instant: int) -> int:
        return timegm(datetime.fromtimestamp(instant, zone).timetuple()) - instant

    changes = tuple(_changes(offset_at, start, end_chunk * _CHUNK))
    offsets = (offset_at(start), *(offset_at(change) for change in changes))
    walls = tuple(change + max(offsets[i : i + 2]) for i, change in enumerate(changes))
    return ZoneOffsets(changes, offsets, walls)


def _changes(offset_at: Callable[[int], int], start: int, end: int) -> Iterator[int]:
    for probe in range(start, end, _PROBE):
        left, right = probe, probe + _PROBE
        while (before := offset_at(left)) != offset_at(right):
            left += bisect_left(range(left, right), True, key=lambda instant: offset_at(instant) != before)
            yield left
