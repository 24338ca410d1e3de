"""Two readers of calendar files that share no code, and the format's own rules (G1 to G10 of the .ics cases)."""

import re
from datetime import UTC, datetime
from typing import Any

import vobject
from icalendar import Calendar

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_LINE = 75

Essence = tuple[str, datetime, datetime, str]
"""UID, start, end and summary of one event."""


def assert_well_formed(file: bytes) -> None:
    lines = file.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= _LONGEST_LINE
    assert all(line.decode("utf-8") for line in lines[:-1])  # no character is cut in two
    assert not file.startswith(b"\xef\xbb\xbf")
    assert not _CONTROLS.search(file)
    assert b"TZID" not in file
    assert (file.count(b"\r\nVERSION:2.0\r\n"), file.count(b"\r\nPRODID:")) == (1, 1)
    _assert_events_are_valid(file)


def _assert_events_are_valid(file: bytes) -> None:
    events = read(file).events
    uids = [str(event["UID"]) for event in events]
    assert len(set(uids)) == len(uids)
    assert all(uid.isascii() and uid.isprintable() and len(uid) <= 255 for uid in uids)
    for event in events:
        assert event.DTSTART < event.DTEND
        assert event["DTSTAMP"].to_ical().endswith(b"Z")
        assert 0 <= event["SEQUENCE"] <= 2_147_483_647
        assert all({"ACTION", "TRIGGER", "DESCRIPTION"} <= alarm.keys() for alarm in event.walk("VALARM"))


def read(file: bytes) -> Any:
    """The calendar as `icalendar` reads it, without a single complaint."""
    calendar: Any = Calendar.from_ical(file)
    assert not calendar.errors
    assert not any(event.errors for event in calendar.events)
    return calendar


def essence_by_icalendar(file: bytes) -> list[Essence]:
    return [
        (str(event["UID"]), event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"]))
        for event in read(file).events
    ]


def essence_by_vobject(file: bytes) -> list[Essence]:
    calendar: Any = vobject.readOne(file.decode("utf-8"))
    return [
        (event.uid.value, _in_utc(event.dtstart.value), _in_utc(event.dtend.value), event.summary.value)
        for event in calendar.contents.get("vevent", [])
    ]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)
