"""Each file is read alike by ical.js, which is Thunderbird's and Nextcloud's, by node-ical, and by the two in
Python."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domains.calendar.ics import feed_ics, session_ics
from app.domains.calendar.types import CalendarEvent
from tests.conftest import NO_NODE
from tests.domains.calendar.events import file_of
from tests.domains.calendar.ics_readers import assert_well_formed, essence_by_icalendar, essence_by_vobject
from tests.domains.calendar.test_ics import EVENT, FEED, NOW
from tests.domains.calendar.test_ics_cases import CASES
from tests.support import javascript

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
ODD = {
    "separators": "a,b;c:d=e",
    "backslashes": "C:\\x \\, \\; \\",
    "quotes": "say \"yes\" 'no' ^n ^^ ^'",
    "two lines": "a\nb",
    "tab": "a\tb",
    "blanks around": " a ",
    "nothing": "",
    "a component": "END:VEVENT BEGIN:VEVENT",
    "a property": "DTSTART:19700101T000000Z",
    "one long word": "W" * 5000,
    "two octets each": "\u00e4" * 80,
    "three octets each": "\u65e5\u672c\u8a9e" * 40,
    "four octets each": "\U0001d54f" * 75,
    "joined emoji": FAMILY * 20,
    "combining": "e\u0301" * 60,
    "right to left": "\u202eRTL \u05d0\u05d1",
    **{f"folded at {width}": "a" * width + FAMILY for width in range(60, 76)},
}
TIMES = [
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(9998, 12, 31, 22, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def readers() -> Path:
    folder = javascript.install()
    if folder is None:
        pytest.skip(NO_NODE)
    return folder


def check(readers: Path, files: Sequence[bytes]) -> None:
    for file, found in zip(files, javascript.read(readers, files), strict=True):
        assert_well_formed(file)
        expected = sorted(essence_by_icalendar(file))
        assert sorted(essence_by_vobject(file)) == expected
        assert found == {"ical.js": expected, "node-ical": expected}


def test_every_case(readers: Path) -> None:
    check(readers, [file_of(case) for case in CASES])


def test_odd_words_and_hours(readers: Path) -> None:
    worded = [
        replace(EVENT, uid=f"{number}@word", title=text, description=text, location=text)
        for number, text in enumerate(ODD.values())
    ]
    timed = [
        replace(EVENT, uid=f"{number}@time", start=start, end=start + timedelta(hours=1))
        for number, start in enumerate(TIMES)
    ]
    events: list[CalendarEvent] = worded + timed
    files = [session_ics(event, None, NOW) for event in events]
    for event, file in zip(events, files, strict=True):
        assert essence_by_icalendar(file) == [(event.uid, event.start, event.end, event.title)]
    check(readers, [*files, feed_ics(FEED, events, NOW)])
