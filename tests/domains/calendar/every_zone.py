"""Slots in every zone there is, on days on which its clocks change and on others, held against a computation that knows
nothing but `zoneinfo`. The tests take a sample; all changes from 2024 to 2032 are walked by

    .venv/bin/python -m tests.domains.calendar.every_zone
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.core.timezones import timezone_names
from app.domains.calendar.slots import free_slots
from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    DateOverride,
    OpeningHours,
    OutsideTime,
    Period,
    SessionTime,
    WeeklyHours,
)
from app.domains.calendar.zones import zone_offsets
from app.domains.sessions.policies import local_time
from app.domains.sessions.service.labels import Clock

FIRST, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides about slots, around some instant."""

    rules: AvailabilityRules
    busy: Busy
    now: datetime
    window: Period
    viewer: str


def changes_of(zone: str) -> list[datetime]:
    """When the zone's offset changes from 2024 to 2032."""
    first, end = int(FIRST.timestamp()), int(END.timestamp())
    changes = zone_offsets(zone, first, end).changes
    return [datetime.fromtimestamp(each, UTC) for each in changes if first <= each < end]


def sample(zone: str) -> Iterator[Question]:
    """One change of the zone's clocks, if there are any, and one day by chance; always the same ones."""
    chance, changes = Random(zone), changes_of(zone)
    if changes:
        yield question(zone, chance.choice(changes), chance)
    yield question(zone, FIRST + (END - FIRST) * chance.random(), chance)


def everything(zone: str) -> Iterator[Question]:
    """Every change, three times each, and twenty days by chance."""
    chance = Random(zone)
    for moment in [*changes_of(zone) * 3, *(FIRST + (END - FIRST) * chance.random() for _ in range(20))]:
        yield question(zone, moment, chance)


def question(zone: str, moment: datetime, chance: Random) -> Question:
    """Rules and busy times by chance, two days before and after."""
    now = (moment - timedelta(hours=chance.randrange(30, 60))).replace(microsecond=0)
    weekly = tuple(
        WeeklyHours(weekday, hours) for weekday in range(7) for hours in _hours(chance) if chance.random() < 0.8
    )
    day = (moment + _DAY).date()
    rules = AvailabilityRules(
        zone,
        weekly,
        overrides=(DateOverride(day, tuple(_hours(chance))),) if chance.random() < 0.3 else (),
        duration_min=chance.choice([15, 30, 45, 60, 90]),
        step_min=chance.choice([None, 15, 20, 50]),
        buffer_before_min=chance.choice([0, 5, 10]),
        buffer_after_min=chance.choice([0, 15]),
        notice_min=chance.choice([0, 120]),
        horizon_days=chance.choice([3, 6]),
    )
    taken = [_taken(now, chance) for _ in range(6)]
    busy = Busy(
        teaching=tuple(SessionTime(str(each), each, each) for each in taken[:4]),
        outside=tuple(map(OutsideTime, taken[4:])),
    )
    window = Period(now - _DAY, now + timedelta(days=4, minutes=chance.randrange(600)))
    return Question(rules, busy, now, window, chance.choice(sorted(timezone_names())))


def _hours(chance: Random) -> list[OpeningHours]:
    starts = sorted(chance.sample(range(0, 1440, 15), 2))
    return [OpeningHours(start, (start + chance.randrange(30, 540, 15)) % 1440 or 1440) for start in starts]


def _taken(now: datetime, chance: Random) -> Period:
    start = now + timedelta(minutes=chance.randrange(5760))
    return Period(start, start + timedelta(minutes=chance.randrange(10, 200)))


def expected(asked: Question) -> list[datetime]:
    """Every start on the grid of some window from which a whole session is open, and free, and may be booked now."""
    rules, zone = asked.rules, ZoneInfo(asked.rules.zone)
    windows = _windows(asked)
    union = _merged(windows)
    last = asked.now.astimezone(zone).date() + timedelta(days=rules.horizon_days)
    found = set()
    for start, end in windows:
        while start < end:
            if _is_open(start, rules, union) and _is_free(start, asked) and start.astimezone(zone).date() <= last:
                found.add(start)
            start += (rules.step_min or rules.duration_min) * _MINUTE  # noqa: PLW2901 - a walk
    first = max(asked.window.start, asked.now + rules.notice_min * _MINUTE)
    return sorted(start for start in found if first <= start < asked.window.end)


def _windows(asked: Question) -> list[Span]:
    """Those of each date, merged where they touch, and cut where a date begins that has hours of its own."""
    zone, own = ZoneInfo(asked.rules.zone), {each.day: each.hours for each in asked.rules.overrides}
    days = [asked.window.start.date() + number * _DAY for number in range(-3, 9)]
    found: list[Span] = []
    for day in days:
        weekly = [each.hours for each in asked.rules.weekly if each.weekday == day.isoweekday() % 7]
        cut = _first_instant(day + _DAY, zone) if day + _DAY in own else datetime.max.replace(tzinfo=UTC)
        spans = [
            (_instant(day, hours.start_minute, zone), min(cut, _instant(day, hours.until_minute, zone)))
            for hours in own.get(day, weekly)
        ]
        found += _merged([span for span in spans if span[0] < span[1]])
    return found


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    wall = datetime(day.year, day.month, day.day) + minute * _MINUTE  # noqa: DTZ001 - a wall time
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Of a date: looked for minute by minute around its midnight, which may not exist."""
    start = _instant(day, 0, zone) - timedelta(hours=3)
    return next(at for minute in range(400) if (at := start + minute * _MINUTE).astimezone(zone).date() >= day)


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _is_open(start: datetime, rules: AvailabilityRules, union: list[Span]) -> bool:
    place = bisect_right(union, start, key=lambda span: span[0]) - 1
    return place >= 0 and start + rules.duration_min * _MINUTE <= union[place][1]


def _is_free(start: datetime, asked: Question) -> bool:
    rules = asked.rules
    first, end = (
        start - rules.buffer_before_min * _MINUTE,
        start + (rules.duration_min + rules.buffer_after_min) * _MINUTE,
    )
    taken = [each.occupied for each in asked.busy.teaching]
    taken += [each.time for each in asked.busy.outside if isinstance(each, OutsideTime)]
    return not any(first < each.end and each.start < end for each in taken)


def check(asked: Question) -> int:
    """Hold the slots against what is expected; how many there are."""
    starts = _starts(asked, asked.window)
    assert starts == expected(asked), asked
    middle = asked.window.start + (asked.window.end - asked.window.start) * 0.6
    pieces = [Period(asked.window.start, middle), Period(middle, asked.window.end)]
    assert [start for piece in pieces for start in _starts(asked, piece)] == starts, asked
    last = int(starts[-1].timestamp()) if starts else 0
    clocks = {zone: Clock(zone, asked.now, last) for zone in (asked.rules.zone, asked.viewer)}
    for start in starts[:40]:
        shown = {zone: json.loads(clock.write(int(start.timestamp())))["text"] for zone, clock in clocks.items()}
        assert shown == {zone: local_time(start, zone).text for zone in shown}, asked
        assert {read(text) for text in shown.values()} == {start}, asked
    return len(starts)


def _starts(asked: Question, window: Period) -> list[datetime]:
    return [slot.start for slot in free_slots(asked.rules, asked.busy, asked.now, window)]


def read(label: str) -> datetime:
    """The instant that a label denotes, such as `Thu 3 Dec 2026, 18:00 (UTC+09:00)`."""
    return datetime.strptime(label, "%a %d %b %Y, %H:%M (UTC%z)").astimezone(UTC)


def main() -> None:
    questions = slots = 0
    for number, zone in enumerate(sorted(timezone_names())):
        for asked in everything(zone):
            questions, slots = questions + 1, slots + check(asked)
        if number % 50 == 0:
            sys.stdout.write(f"{number} zones, {questions} questions, {slots} slots\n")
    sys.stdout.write(f"all zones agree: {questions} questions, {slots} slots\n")


if __name__ == "__main__":
    main()
