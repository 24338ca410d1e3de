"""Every acceptance case of the calendar files.

The one mail among them is checked for its calendar part; that its MIME parts agree with it (`expect.mime`) is checked
in `tests/sandbox/resend/test_message.py`.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.domains.calendar.cases import Json, case_id, filled, instant, load
from tests.domains.calendar.events import file_of
from tests.domains.calendar.ics_readers import assert_well_formed, essence_by_icalendar, essence_by_vobject, read

_FILE = load("ics_cases.json")
_DEFAULTS = {key: value for key, value in _FILE["defaults"].items() if key != "session"}


def _whole(case: Json) -> Json:
    given, expect = filled(_DEFAULTS, case["input"]), case["expect"]
    sessions = [filled(_FILE["defaults"]["session"], session) for session in given["sessions"]]
    if expect["events"] == "same":
        expect = expect | {"events": [_as_event(session) for session in sorted(sessions, key=_start)]}
    return case | {"input": given | {"sessions": sessions}, "expect": expect}


def _start(session: Json) -> str:
    return str(session["start"])


def _as_event(session: Json) -> Json:
    return {"UID": session["uid"], "SUMMARY": session["title"], "start": session["start"], "end": session["end"]}


CASES = [_whole(case) for case in _FILE["cases"]]


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 37


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_file_is_well_formed(case: Json) -> None:
    file, expect = file_of(case), case["expect"]
    assert_well_formed(file)
    unfolded = file.replace(b"\r\n ", b"").decode()
    assert all(text in unfolded for text in expect.get("raw_present", []))
    assert not any(text in unfolded for text in expect.get("raw_absent", []))


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_both_readers_find_the_sessions(case: Json) -> None:
    expected = [
        (event["UID"], instant(event["start"]), instant(event["end"]), event["SUMMARY"])
        for event in case["expect"]["events"]
    ]
    assert essence_by_icalendar(file_of(case)) == expected
    assert essence_by_vobject(file_of(case)) == expected


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_calendar_says_what_is_expected(case: Json) -> None:
    calendar, expected = read(file_of(case)), dict(case["expect"]["calendar"])
    minutes = expected.pop("refresh_minutes", None)
    assert {name: _unescaped(calendar.get(name)) for name in expected} == expected
    if minutes:
        interval = calendar["REFRESH-INTERVAL"]
        assert (interval.dt, interval.params["VALUE"]) == (timedelta(minutes=minutes), "DURATION")
        assert calendar["X-PUBLISHED-TTL"] == interval.to_ical().decode()


def _unescaped(text: str | None) -> str | None:
    """The reader gives the text of properties newer than RFC 5545 as it stands in the file."""
    return text and re.sub(r"\\(.)", r"\1", text)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_events_say_what_is_expected(case: Json) -> None:
    for event, expected in zip(read(file_of(case)).events, case["expect"]["events"], strict=True):
        for name, value in expected.items():
            found = _FOUND[name](event, value) if name in _FOUND else event[name]
            assert found == (instant(value) if isinstance(found, datetime) else value), name


def _cn_by_email(event: Any) -> Json:
    return {attendee.removeprefix("mailto:"): attendee.params["CN"] for attendee in event["ATTENDEE"]}


_FOUND: dict[str, Callable[[Any, Any], Any]] = {
    "start": lambda event, _: event["DTSTART"].dt,
    "end": lambda event, _: event["DTEND"].dt,
    "DTSTAMP": lambda event, _: event["DTSTAMP"].dt,
    "CREATED": lambda event, _: event["CREATED"].dt,
    "LAST-MODIFIED": lambda event, _: event["LAST-MODIFIED"].dt,
    "absent": lambda event, names: [name for name in names if name not in event],
    "utc_form": lambda event, _: event["DTSTART"].to_ical().endswith(b"Z") and event["DTEND"].to_ical().endswith(b"Z"),
    "ORGANIZER_email": lambda event, _: event["ORGANIZER"].removeprefix("mailto:"),
    "ATTENDEE_emails": lambda event, _: sorted(_cn_by_email(event)),
    "ATTENDEE_CN": lambda event, names: {email: _cn_by_email(event)[email] for email in names},
    "alarms_min_before": lambda event, _: [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")],
}
