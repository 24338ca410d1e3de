"""Reads a calendar that somebody else wrote, and says when it is busy. A program of its own: it runs in a process that
a limit may kill (see `busy_reader`), because what it reads may be made to take for ever.

    python -I busy_times.py ZONE FIRST END < calendar.ics

ZONE is the one in which times without a zone are meant, FIRST and END are seconds since 1970 between which busy times
are wanted. It prints JSON: `times` are pairs of seconds, merged; `dates` are whole dates as [first, day after the last,
zone], zone null being that of the person. What is marked as free or cancelled, and our own sessions that came back, are
left out.
"""

import json
import os
import re
import sys
import warnings
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeAlias

NOT_A_CALENDAR: Final = 3
TOO_MUCH: Final = 4

MOST_EVENTS: Final = 5_000
MOST_TIMES: Final = 5_000
_MOST_OCCURRENCES: Final = 50_000
_EARLIER_DAYS: Final = 60  # how long before the time in question something may have begun that reaches into it
_LONGEST: Final = timedelta(days=3660)  # what lasts longer is busy for as long as anybody asks
_MOST_MEMORY: Final = 512 * 1024 * 1024
_MOST_CPU_S: Final = 10
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_WANTED: Final = re.compile(
    rb"(BEGIN|END|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|UID|STATUS|TRANSP|TZID|TZOFFSETFROM|TZOFFSETTO"
    rb"|X-WR-TIMEZONE|FREEBUSY|X-MICROSOFT-CDO-BUSYSTATUS)[;:]",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"ses_[0-9a-z]{26}@\S+")
_COARSE: Final = frozenset({"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})

_NOT_UNDERSTOOD: Final = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)
"""What one line that no calendar should have may raise, here or in the libraries that read it."""

Wall: TypeAlias = datetime | date
"""What a calendar writes: a time on a clock without its zone, or a date."""


class TooMuch(Exception):
    """More than a person's calendar holds."""


class NotACalendar(Exception):
    """There is no VCALENDAR in it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The person's zone, and the time in question."""

    zone: str
    first: datetime
    end: datetime


@dataclass(slots=True)
class Found:
    """Seconds since 1970, and dates as [first, day after the last, zone]."""

    times: list[tuple[int, int]] = field(default_factory=list)
    dates: set[tuple[str, str, str | None]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Start:
    """A start as it is written. `zone` is None for dates."""

    wall: Wall
    zone: tzinfo | None

    @property
    def key(self) -> Wall:
        """Equal for the same occurrence, in whatever zone it is written."""
        return _instant(self.wall, self.zone) if isinstance(self.wall, datetime) and self.zone else self.wall


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT, as far as it takes time. `length` is of dates in days, of times elapsed."""

    uid: str
    start: Start
    length: timedelta
    component: Any
    recurs_at: Wall | None
    is_busy: bool


def busy_times(text: bytes, asked: Asked) -> Found:
    """What the calendar says. Raises `NotACalendar`, `TooMuch`."""
    found = Found()
    for calendar in _calendars(text):
        zone = _known_zone(str(calendar.get("X-WR-TIMEZONE", "")))
        reader = _Reader(asked, zone, calendar)
        reader.read(found)
    found.times = _merged(found.times)
    if len(found.times) + len(found.dates) > MOST_TIMES:
        raise TooMuch
    return found


def _calendars(text: bytes) -> list[Any]:
    from icalendar import Calendar  # noqa: PLC0415 - `sys.path` is set when the program runs

    lean = _lean(text)
    if lean.count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise TooMuch
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of zones that it guesses; we guess them ourselves
            found = Calendar.from_ical(lean, multiple=True)
    except ValueError:
        raise NotACalendar from None
    calendars = [component for component in found if component.name == "VCALENDAR"]
    if not calendars:
        raise NotACalendar
    return calendars


def _lean(text: bytes) -> bytes:
    """Only the lines that say when: what an event is about is none of our business, and most of the work."""
    lines = _FOLD.sub(b"", text.removeprefix(b"\xef\xbb\xbf")).splitlines()
    kept, inside_alarm = [], False
    for line in lines:
        head = line.strip().upper()
        if head in {b"BEGIN:VALARM", b"BEGIN:VTODO", b"BEGIN:VJOURNAL"}:
            inside_alarm = True
        if not inside_alarm and _WANTED.match(line):
            kept.append(head if head.startswith((b"BEGIN:", b"END:")) else line.strip())
        if head in {b"END:VALARM", b"END:VTODO", b"END:VJOURNAL"}:
            inside_alarm = False
    return b"\r\n".join(kept) + b"\r\n"


@lru_cache(maxsize=512)
def _known_zone(name: str) -> str | None:
    """The IANA zone that is meant: by its name, as the end of a path, or as Windows calls it."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 - see above

    name = name.strip().strip('"')
    pieces = name.split("/")
    candidates = ["/".join(pieces[-length:]) for length in range(min(3, len(pieces)), 0, -1)]
    for candidate in [name, WINDOWS_TO_OLSON.get(name, ""), *candidates]:
        if candidate in zoneinfo.available_timezones():
            return candidate
    return None


class _Reader:
    """Reads one VCALENDAR. `zone` is the one it says for all of it, if it does."""

    def __init__(self, asked: Asked, zone: str | None, calendar: Any) -> None:
        self._asked = asked
        self._own_zone = zone
        self._floating = zoneinfo.ZoneInfo(zone or asked.zone)
        self._custom = {str(each.get("TZID", "")): each for each in calendar.walk("VTIMEZONE")}
        self._calendar = calendar
        self._left = _MOST_OCCURRENCES

    def read(self, found: Found) -> None:
        """An event of which no start is understood is left out; one whose other starts are not, counts once."""
        events = [event for each in self._calendar.walk("VEVENT") if (event := self._understood(each)) is not None]
        replaced = {(event.uid, event.recurs_at) for event in events if event.recurs_at is not None}
        for event in events:
            if event.is_busy and not _OURS.fullmatch(event.uid):
                for start in self._starts(event, replaced):
                    with suppress(OverflowError):  # at the end of the years
                        self._note(found, start, event.length)
        for component in self._calendar.walk("VFREEBUSY"):
            with suppress(*_NOT_UNDERSTOOD):
                self._read_free_busy(found, component)

    def _understood(self, component: Any) -> Event | None:
        try:
            return self._event(component)
        except _NOT_UNDERSTOOD:
            return None

    def _starts(self, event: Event, replaced: set[tuple[str, Wall]]) -> list[Start]:
        if event.recurs_at is not None:
            return [event.start]
        try:
            return list(self._occurrences(event, replaced))
        except _NOT_UNDERSTOOD:
            return [event.start]

    def _event(self, component: Any) -> Event | None:
        start = self._start(component.get("DTSTART"))
        if start is None:
            return None
        recurs_at = self._start(component.get("RECURRENCE-ID"))
        return Event(
            uid=str(component.get("UID", "")),
            start=start,
            length=self._length(component, start),
            component=component,
            recurs_at=recurs_at.key if recurs_at else None,
            is_busy=_is_busy(component),
        )

    def _start(self, prop: Any) -> Start | None:
        wall = getattr(prop, "dt", None)
        if isinstance(wall, datetime):
            return Start(wall.replace(tzinfo=None), self._zone(prop, wall))
        return Start(wall, None) if isinstance(wall, date) else None

    def _zone(self, prop: Any, wall: datetime) -> tzinfo:
        name = str(prop.params.get("TZID", ""))
        if not name:
            return UTC if wall.tzinfo is not None else self._floating
        known = _known_zone(name)
        return zoneinfo.ZoneInfo(known) if known else self._described(name)

    def _described(self, name: str) -> tzinfo:
        """A zone that only the calendar itself describes; where it does so in no usual way, the calendar's or the
        person's."""
        component = self._custom.get(name)
        if component is None or any(_frequency(each) not in {"", "YEARLY"} for each in component.subcomponents):
            return self._floating
        try:
            made: tzinfo = component.to_tz(lookup_tzid=False)
        except (ValueError, KeyError, TypeError, IndexError):
            return self._floating
        return made

    def _length(self, component: Any, start: Start) -> timedelta:
        end, given = self._start(component.get("DTEND")), getattr(component.get("DURATION"), "dt", None)
        stated = min(given, _LONGEST) if isinstance(given, timedelta) else timedelta(0)
        if isinstance(start.wall, datetime):
            if end is not None and isinstance(end.wall, datetime) and start.zone and end.zone:
                return _instant(end.wall, end.zone) - _instant(start.wall, start.zone)
            return stated
        if end is not None and not isinstance(end.wall, datetime):
            return end.wall - start.wall
        return max(timedelta(1), stated)

    def _occurrences(self, event: Event, replaced: set[tuple[str, Wall]]) -> Iterator[Start]:
        """All starts that matter, without those that were taken out or replaced one by one."""
        excluded = {start.key for start in self._listed(event, "EXDATE")}
        seen: set[Wall] = set()
        for start in chain([event.start], self._by_rule(event), self._listed(event, "RDATE")):
            key = start.key
            if key in seen or key in excluded or _day(start.wall) in excluded or (event.uid, key) in replaced:
                continue
            seen.add(key)
            yield start

    def _listed(self, event: Event, name: str) -> Iterator[Start]:
        given = event.component.get(name, [])
        for prop in given if isinstance(given, list) else [given]:
            for each in prop.dts:
                wall = each.dt[0] if isinstance(each.dt, tuple) else each.dt
                if isinstance(wall, datetime):
                    yield Start(wall.replace(tzinfo=None), self._zone(prop, wall))
                else:
                    yield Start(wall, None)

    def _by_rule(self, event: Event) -> Iterator[Start]:
        rules = event.component.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if str(rule.get("FREQ", [""])[0]).upper() in _COARSE:
                yield from self._walk(event, rule)

    def _walk(self, event: Event, rule: Any) -> Iterator[Start]:
        """By the wall clock of the event's own zone, so that it stays at its hour when clocks change."""
        from dateutil.rrule import rrulestr  # noqa: PLC0415 - see above

        first = (
            event.start.wall if isinstance(event.start.wall, datetime) else datetime.combine(event.start.wall, time())
        )
        first = _forwarded(first, rule, self._asked.first)
        parts = {name: values for name, values in rule.items() if name.upper() != "UNTIL"}
        text = type(rule)(parts).to_ical().decode()
        until, end = self._until(rule, event.start), self._asked.end.replace(tzinfo=None) + timedelta(days=2)
        for moment in rrulestr(text, dtstart=first, ignoretz=True):
            self._left -= 1
            if self._left < 0:
                raise TooMuch
            if moment > end or (until is not None and moment > until):
                return
            yield Start(moment if event.start.zone else moment.date(), event.start.zone)

    def _until(self, rule: Any, start: Start) -> datetime | None:
        """The last moment of a rule, on the clock of the event's zone."""
        given = next(iter(rule.get("UNTIL", [])), None)
        if isinstance(given, datetime):
            return given.astimezone(start.zone or UTC).replace(tzinfo=None) if given.tzinfo else given
        return datetime.combine(given, time.max) if isinstance(given, date) else None

    def _note(self, found: Found, start: Start, length: timedelta) -> None:
        if isinstance(start.wall, datetime):
            begins = _instant(start.wall, start.zone or UTC)
            self._note_time(found, begins, begins + length)
            return
        end = start.wall + length
        if end > _day(self._asked.first) - timedelta(2) and start.wall < _day(self._asked.end) + timedelta(2):
            found.dates.add((start.wall.isoformat(), end.isoformat(), self._own_zone))

    def _note_time(self, found: Found, begins: datetime, ends: datetime) -> None:
        if begins < ends and ends > self._asked.first and begins < self._asked.end:
            found.times.append((int(begins.timestamp()), -int(-ends.timestamp() // 1)))

    def _read_free_busy(self, found: Found, component: Any) -> None:
        given = component.get("FREEBUSY", [])
        for prop in given if isinstance(given, list) else [given]:
            for period in prop if isinstance(prop, list) else [prop]:
                if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                    start, end = period.start, period.end
                    self._note_time(found, _aware(start), _aware(end))


def _forwarded(first: datetime, rule: Any, wanted: datetime) -> datetime:
    """A later start of the same rule: without it, what is daily since decades is walked through day by day."""
    days = {"DAILY": 1, "WEEKLY": 7}.get(str(rule.get("FREQ", [""])[0]).upper())
    if days is None or "COUNT" in rule or "BYSETPOS" in rule:
        return first
    step = days * max(1, int(rule.get("INTERVAL", [1])[0]))
    ahead = (wanted.replace(tzinfo=None) - first).days - _EARLIER_DAYS
    return first + timedelta(days=max(0, ahead // step * step))


def _is_busy(component: Any) -> bool:
    """Whether it takes time at all. Outlook says in a field of its own that somebody is free."""
    outlook = str(component.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    return not cancelled and str(component.get("TRANSP", "")).upper() != "TRANSPARENT" and outlook != "FREE"


def _frequency(component: Any) -> str:
    rule = component.get("RRULE")
    return str(rule.get("FREQ", [""])[0]).upper() if isinstance(rule, dict) else ""


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _instant(wall: datetime, zone: tzinfo) -> datetime:
    """A time that occurs twice is the first; one that is skipped has the offset before (RFC 5545, 3.3.5)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _day(wall: Wall) -> date:
    return wall.date() if isinstance(wall, datetime) else wall


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        os.nice(10)


def main() -> int:
    """Answer with the exit status what became of it."""
    _limit()
    zoneinfo.reset_tzpath(to=[])
    zone, first, end = sys.argv[1:]
    asked = Asked(zone, datetime.fromtimestamp(int(first), UTC), datetime.fromtimestamp(int(end), UTC))
    try:
        found = busy_times(sys.stdin.buffer.read(), asked)
    except NotACalendar:
        return NOT_A_CALENDAR
    except (TooMuch, MemoryError, RecursionError):
        return TOO_MUCH
    sys.stdout.write(json.dumps({"times": found.times, "dates": sorted(found.dates, key=str)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
