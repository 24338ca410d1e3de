"""Free slots of one teacher: pure functions of rules, busy times and the present instant.

The semantics are S1 to S14 in `tests/cases/availability_cases.json`. The same instants come out whoever looks and
however a range is cut into queries. Everything is a sweep over integers, seconds since 1970 in UTC; hours of the wall
clock become instants once per window, through a table of the zone's offsets.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Self, TypeVar

from app.domains.calendar.timetable import Span, Timetable, day_number, first_day_of, weekday_of
from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    OutsideDates,
    OutsideTime,
    Period,
    Refusal,
    Slot,
    require_instant,
)
from app.domains.calendar.zones import DAY, ZoneOffsets, zone_of, zone_offsets

PersonT = TypeVar("PersonT")
_Block = tuple[int, int, Refusal]
"""Starts from the first instant until just before the second are refused for this reason: their own time, with the
buffers of the rules, would overlap what is taken."""

_KEPT_DAYS = 64  # of a longer time the grid is not kept: it may take a megabyte
_MARGIN = 9 * DAY  # the week that a limit counts may begin before now and end after the horizon


def free_slots(rules: AvailabilityRules, busy: Busy, now: datetime, window: Period) -> list[Slot]:
    """What may be booked with a start in `window`, in order. Empty beyond the horizon. Raises InvalidTimezone."""
    length = timedelta(minutes=rules.duration_min)
    return [Slot(start, start + length) for start in map(_instant, free_starts(rules, busy, now, window))]


def united(
    people: Iterable[tuple[PersonT, AvailabilityRules, Busy]], now: datetime, window: Period
) -> dict[int, list[PersonT]]:
    """Each start in `window` at which one of these people is free, in seconds since 1970 and in order, and who, in the
    order given. Raises InvalidTimezone."""
    free = defaultdict[int, list[PersonT]](list)
    for person, rules, busy in people:
        for start in free_starts(rules, busy, now, window):
            free[start].append(person)
    return dict(sorted(free.items(), key=itemgetter(0)))


def free_starts(rules: AvailabilityRules, busy: Busy, now: datetime, window: Period) -> list[int]:
    """The starts of `free_slots`, in seconds since 1970. Raises InvalidTimezone."""
    bounds = _Bounds.of(rules, now)
    if rules.paused:
        return []
    first, end = max(_ceil(window.start), bounds.earliest), min(_ceil(window.end), bounds.end)
    if first >= end:
        return []
    days = bounds.offsets.day_of(first), bounds.offsets.day_of(end) + 1
    find = _kept_grid if days[1] - days[0] <= _KEPT_DAYS else _grid
    starts = find(rules, bounds.offsets, *days)
    asked = starts[bisect_left(starts, first) : bisect_left(starts, end)]
    return _unblocked(asked, _blocks(rules, busy, now, bounds.offsets))


def _grid(rules: AvailabilityRules, offsets: ZoneOffsets, first_day: int, end_day: int) -> list[int]:
    """The grid of whole dates, which depends on nothing but its arguments, and on the present not at all."""
    return Timetable.of(rules, offsets).starts(offsets.start_of(first_day), offsets.start_of(end_day))


_kept_grid = lru_cache(maxsize=256)(_grid)
"""The same, known of teachers whose slots are asked for again. Nobody changes the list."""


def next_free(rules: AvailabilityRules, busy: Busy, now: datetime, after: datetime, count: int) -> list[Slot]:
    """The first `count` slots that start at `after` or later, up to the horizon. Raises InvalidTimezone."""
    horizon = _instant(_Bounds.of(rules, now).end)
    return free_slots(rules, busy, now, Period(after, max(after, horizon)))[:count]


def is_bookable(rules: AvailabilityRules, busy: Busy, now: datetime, start: datetime) -> Refusal | None:
    """Why `start` is not among the free slots; None when it is. Raises InvalidTimezone, InvalidTimestamp."""
    bounds, second = _Bounds.of(rules, now), _ceil(start)
    if refusal := bounds.refusal(second, rules):
        return refusal
    if start.microsecond or not Timetable.of(rules, bounds.offsets).starts(second, second + 1):
        return Refusal.OUTSIDE_AVAILABILITY
    blocks = _blocks(rules, busy, now, bounds.offsets)
    return next((reason for first, end, reason in blocks if first <= second < end), None)


def by_local_date(slots: Iterable[Slot], zone: str) -> dict[date, list[datetime]]:
    """The starts as a viewer's clock shows them, by the viewer's date. Raises InvalidTimezone."""
    viewer, days = zone_of(zone), dict[date, list[datetime]]()
    for slot in slots:
        local = slot.start.astimezone(viewer)
        days.setdefault(local.date(), []).append(local)
    return days


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The instants between which anything may start (S10, S11), and the zone's offsets around them."""

    now: int
    reopens: int
    earliest: int
    end: int
    offsets: ZoneOffsets

    @classmethod
    def of(cls, rules: AvailabilityRules, now: datetime) -> Self:
        second, offsets = _ceil(now), _offsets_around(now, rules, rules.zone)
        today = offsets.day_of(math.floor(now.timestamp()))
        end = offsets.start_of(today + rules.horizon_days + 1)
        first_day = first_day_of(rules)
        reopens = second if first_day is None else offsets.start_of(first_day)
        return cls(second, reopens, max(reopens, second + rules.notice_min * 60), end, offsets)

    def refusal(self, start: int, rules: AvailabilityRules) -> Refusal | None:
        if rules.paused:
            return Refusal.PAUSED
        if start < self.now:
            return Refusal.IN_PAST
        if start < self.reopens:
            return Refusal.PAUSED
        if start < self.earliest:
            return Refusal.NOTICE
        return Refusal.HORIZON if start >= self.end else None


def _offsets_around(now: datetime, rules: AvailabilityRules, zone: str) -> ZoneOffsets:
    second = _ceil(now)
    return zone_offsets(zone, second - _MARGIN, second + rules.horizon_days * DAY + _MARGIN)


def _blocks(rules: AvailabilityRules, busy: Busy, now: datetime, offsets: ZoneOffsets) -> list[_Block]:
    before, after = rules.buffer_before_min * 60, (rules.duration_min + rules.buffer_after_min) * 60
    taken = [session for session in busy.teaching if session.blocks(now)]
    spans = [_span(session.occupied) for session in taken]
    spans += _outside_spans(rules, busy, now)
    blocks = [(first - after + 1, end + before, Refusal.TEACHER_BUSY) for first, end in spans]
    length = rules.duration_min * 60
    attended = [_span(session.time) for session in busy.attending if session.blocks(now)]
    blocks += [(first - length + 1, end, Refusal.STUDENT_BUSY) for first, end in attended]
    blocks += _limits(rules, (session.time.start for session in taken), offsets)
    return blocks


def _outside_spans(rules: AvailabilityRules, busy: Busy, now: datetime) -> Iterator[Span]:
    for engagement in busy.outside:
        first, end = _outside_span(engagement, rules, now)
        if first < end and not engagement.transparent:
            yield first, end


def _outside_span(engagement: OutsideTime | OutsideDates, rules: AvailabilityRules, now: datetime) -> Span:
    if isinstance(engagement, OutsideTime):
        return _span(engagement.time)
    offsets = _offsets_around(now, rules, engagement.zone or rules.zone)
    return offsets.start_of(day_number(engagement.first)), offsets.start_of(day_number(engagement.end))


def _limits(rules: AvailabilityRules, starts: Iterable[datetime], offsets: ZoneOffsets) -> Iterator[_Block]:
    """The dates and the weeks on which the teacher already gives as many sessions as wanted (S12)."""
    if rules.max_per_day is None and rules.max_per_week is None:
        return
    by_day, by_week = Counter(offsets.day_of(math.floor(start.timestamp())) for start in starts), Counter[int]()
    for day, count in by_day.items():
        by_week[day - (weekday_of(day) - rules.week_start) % 7] += count
    for first in _reached(by_day, rules.max_per_day):
        yield offsets.start_of(first), offsets.start_of(first + 1), Refusal.DAY_LIMIT
    for first in _reached(by_week, rules.max_per_week):
        yield offsets.start_of(first), offsets.start_of(first + 7), Refusal.WEEK_LIMIT


def _reached(counts: Mapping[int, int], limit: int | None) -> Iterator[int]:
    return (key for key, count in counts.items() if limit is not None and count >= limit)


def _unblocked(starts: list[int], blocks: list[_Block]) -> list[int]:
    """The starts in no block: what lies between the end of the blocks begun so far and the beginning of the next
    one."""
    free, reached = list[int](), 0
    for first, end, _ in sorted(blocks):
        begins = bisect_left(starts, first, reached)
        free += starts[reached:begins]
        reached = bisect_left(starts, end, begins)
    return free + starts[reached:]


def _span(period: Period) -> Span:
    return math.floor(period.start.timestamp()), math.ceil(period.end.timestamp())


def _ceil(instant: datetime) -> int:
    return math.ceil(require_instant(instant).timestamp())


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
