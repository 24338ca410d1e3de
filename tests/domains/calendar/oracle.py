"""The same semantics once more, slow and plain: sets of minutes, and `zoneinfo` for every one of them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from app.domains.calendar.types import AvailabilityRules, OpeningHours
from tests.domains.calendar.questions import Question


def slow_starts(asked: Question) -> list[int]:
    """The free starts in minutes since 1970."""
    rules, now = asked.rules, asked.now
    first, end = _minute(asked.window.start), _minute(asked.window.end)
    windows = dict(_windows(rules, _local(first, rules).date() - timedelta(days=3), (end - first) // 1440 + 8))
    opened = set[int]().union(*windows.values())
    last_day = now.astimezone(ZoneInfo(rules.zone)).date() + timedelta(days=rules.horizon_days)
    earliest = _minute(now) + rules.notice_min
    return [
        start
        for start in sorted({start for minutes in windows.values() for start in _grid(minutes, rules)})
        if max(first, earliest) <= start < end
        and _local(start, rules).date() <= last_day
        and opened.issuperset(range(start, start + rules.duration_min))
        and not _is_taken(start, asked)
        and not _is_full(start, asked)
    ]


def _windows(rules: AvailabilityRules, day: date, days: int) -> Iterator[tuple[date, set[int]]]:
    overrides = {override.day: override.hours for override in rules.overrides}
    for today in (day + timedelta(days=offset) for offset in range(days)):
        weekly = tuple(rule.hours for rule in rules.weekly if rule.weekday == today.isoweekday() % 7)
        minutes = set[int]().union(*(_span(today, hours, rules) for hours in overrides.get(today, weekly)))
        morrow = today + timedelta(days=1)
        # Where the morrow is a date that a zone skips, these hours end on the one after.
        closed = {day for day in overrides if day > today} | (
            {morrow + timedelta(days=1)} if morrow in overrides else set()
        )
        yield today, {minute for minute in minutes if _local(minute, rules).date() not in closed} if closed else minutes


def _span(day: date, hours: OpeningHours, rules: AvailabilityRules) -> range:
    midnight = datetime.combine(day, time(), ZoneInfo(rules.zone))
    start, end = (midnight + timedelta(minutes=wall) for wall in (hours.start_minute, hours.until_minute))
    return range(_minute(start), _minute(end))


def _grid(minutes: set[int], rules: AvailabilityRules) -> Iterator[int]:
    anchors = (minute for minute in minutes if minute - 1 not in minutes)
    for anchor in anchors:
        close = next(minute for minute in count(anchor) if minute not in minutes)
        yield from range(anchor, close, rules.step_min or rules.duration_min)


def _is_taken(start: int, asked: Question) -> bool:
    rules, end = asked.rules, start + asked.rules.duration_min
    return any(
        start - rules.buffer_before_min < _minute(session.occupied.end)
        and _minute(session.occupied.start) < end + rules.buffer_after_min
        for session in asked.busy.teaching
    ) or any(start < _minute(each.time.end) and _minute(each.time.start) < end for each in asked.busy.attending)


def _is_full(start: int, asked: Question) -> bool:
    rules, days = asked.rules, [_local(_minute(each.time.start), asked.rules).date() for each in asked.busy.teaching]
    day = _local(start, rules).date()
    monday = day - timedelta(days=(day.isoweekday() - rules.week_start) % 7)
    in_week = sum(monday <= other < monday + timedelta(days=7) for other in days)
    return days.count(day) >= (rules.max_per_day or 99) or in_week >= (rules.max_per_week or 99)


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _local(minute: int, rules: AvailabilityRules) -> datetime:
    return datetime.fromtimestamp(minute * 60, ZoneInfo(rules.zone))
