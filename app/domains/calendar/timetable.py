"""The hours of one teacher as instants, and the grid of starts in them (S1 to S5 of the availability cases)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from app.domains.calendar.types import AvailabilityRules, OpeningHours
from app.domains.calendar.zones import DAY, ZoneOffsets

Span = tuple[int, int]
"""Seconds since 1970 in UTC, half open."""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = 4  # a Thursday, where 0 is Sunday


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def weekday_of(day: int) -> int:
    """0 is Sunday."""
    return (day + _EPOCH_WEEKDAY) % 7


def first_day_of(rules: AvailabilityRules) -> int | None:
    """The first local date after a pause that ends; None without one."""
    return None if rules.paused_through is None else day_number(rules.paused_through) + 1


@dataclass(frozen=True, slots=True)
class Timetable:
    """Weekly hours by weekday, overrides by day number; step and length of a session in seconds; the first date that is
    not paused, if any is."""

    weekly: tuple[tuple[OpeningHours, ...], ...]
    overrides: dict[int, tuple[OpeningHours, ...]]
    offsets: ZoneOffsets
    step: int
    length: int
    first_day: int | None

    @classmethod
    def of(cls, rules: AvailabilityRules, offsets: ZoneOffsets) -> Self:
        weekly = tuple(tuple(rule.hours for rule in rules.weekly if rule.weekday == weekday) for weekday in range(7))
        overrides = {day_number(override.day): override.hours for override in rules.overrides}
        step_min = rules.step_min or rules.duration_min
        first_day = first_day_of(rules)
        return cls(weekly, overrides, offsets, step_min * 60, rules.duration_min * 60, first_day)

    def starts(self, first: int, end: int) -> list[int]:
        """The instants on the grid, `first` <= instant < `end`, from which a whole session is open. In order."""
        if first >= end:
            return []
        windows = list(self._windows(first, end))
        union = _merged(windows)
        return sorted({start for window in windows for start in self._grid(window, union, first, end)})

    def _grid(self, window: Span, union: list[Span], first: int, end: int) -> range:
        anchor, close = window
        open_until = union[bisect_right(union, anchor, key=lambda span: span[0]) - 1][1]
        skipped = max(0, -((anchor - first) // self.step))
        return range(anchor + skipped * self.step, min(close, end, open_until - self.length + 1), self.step)

    def _windows(self, first: int, end: int) -> Iterator[Span]:
        # One date earlier for what runs past midnight, one more either way for zones that skipped a whole date.
        for day in range(self.offsets.day_of(first) - 2, self.offsets.day_of(end + self.length) + 2):
            yield from self._windows_of(day)

    def _windows_of(self, day: int) -> list[Span]:
        hours = self.overrides.get(day, self.weekly[weekday_of(day)])
        if not hours or (self.first_day is not None and day < self.first_day):
            return []
        cut = self._cut_after(day) if self.overrides else None
        spans = (self._span(day * DAY, window, cut) for window in hours)
        return _merged(span for span in spans if span[0] < span[1])

    def _cut_after(self, day: int) -> int | None:
        """Where the hours of a date end that the next date cuts off; the one after next, where a zone skips the
        next."""
        return min((self.offsets.start_of(each) for each in (day + 1, day + 2) if each in self.overrides), default=None)

    def _span(self, midnight: int, hours: OpeningHours, cut: int | None) -> Span:
        start = self.offsets.instant_of(midnight + hours.start_minute * 60)
        end = self.offsets.instant_of(midnight + hours.until_minute * 60)
        return start, end if cut is None else min(end, cut)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps and touching ends, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
