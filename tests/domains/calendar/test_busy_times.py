"""What is read out of calendars that other programs write."""

from datetime import UTC, datetime

import pytest

from app.core import timezones  # noqa: F401 - zones are those of the package from here on
from app.domains.calendar.busy_times import Asked, NotACalendar, TooMuch, busy_times

ASKED = Asked("Europe/Berlin", datetime(2026, 11, 30, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))
KOLKATA = """\
BEGIN:VTIMEZONE
TZID:Somewhere of our own
BEGIN:STANDARD
DTSTART:20000101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
"""


def calendar(*events: str, head: str = "") -> bytes:
    bodies = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{bodies}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def times(text: bytes, asked: Asked = ASKED) -> list[str]:
    """`MM-DDTHH:MM/MM-DDTHH:MM` in UTC."""
    spans = busy_times(text, asked).times
    return ["/".join(datetime.fromtimestamp(second, UTC).isoformat()[5:16] for second in span) for span in spans]


def dates(text: bytes) -> list[tuple[str, str, str | None]]:
    return sorted(busy_times(text, ASKED).dates, key=str)


NINE = "UID:a\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDTEND;TZID=Europe/Berlin:20261201T100000"
DAY = "UID:d\nDTSTART;VALUE=DATE:20261224"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (NINE, ["12-01T08:00/12-01T09:00"]),
        ("DTSTART:20261201T090000Z\nDURATION:PT90M", ["12-01T09:00/12-01T10:30"]),
        ("DTSTART:20261201T090000\nDTEND:20261201T100000", ["12-01T08:00/12-01T09:00"]),
        ("DTSTART;TZID=Tokyo Standard Time:20261201T090000\nDURATION:PT1H", ["12-01T00:00/12-01T01:00"]),
        ("DTSTART;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20261201T090000\nDURATION:PT1H", ["12-01T00:00/12-01T01:00"]),
        ("DTSTART;TZID=Somewhere of our own:20261201T090000\nDURATION:PT1H", ["12-01T03:30/12-01T04:30"]),
        ("DTSTART;TZID=Nowhere at all:20261201T090000\nDURATION:PT1H", ["12-01T08:00/12-01T09:00"]),
        ("DTSTART;TZID=Europe/Berlin:20261201T090000\nDTEND;TZID=America/New_York:20261201T090000", ["12-01T08:00/12-01T14:00"]),
        ("DTSTART:20261201T090000Z", []),
        (f"{NINE}\nTRANSP:TRANSPARENT", []),
        (f"{NINE}\nSTATUS:CANCELLED", []),
        (f"{NINE}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        (f"{NINE}\nSTATUS:TENTATIVE", ["12-01T08:00/12-01T09:00"]),
        ("UID:ses_01kbq2z7m8e6h9s0t3v5x7y9zf@peerloop\nDTSTART:20261201T090000Z\nDURATION:PT1H", []),
        ("DTSTART:20261101T090000Z\nDURATION:PT1H", []),
        ("DTSTART:20281101T090000Z\nDURATION:PT1H", []),
        (f"{NINE}\nSUMMARY:a long title that is\n  folded\nBEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT1H\nEND:VALARM", ["12-01T08:00/12-01T09:00"]),
    ],
)  # fmt: skip
def test_one_event(event: str, expected: list[str]) -> None:
    assert times(calendar(event, head=KOLKATA)) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3", ["12-01T08:00", "12-02T08:00", "12-03T08:00"]),
        (f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20261202T080000Z", ["12-01T08:00", "12-02T08:00"]),
        (f"{NINE}\nRRULE:FREQ=DAILY;UNTIL=20261202", ["12-01T08:00", "12-02T08:00"]),
        (f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20261202T090000", ["12-01T08:00", "12-03T08:00"]),
        (f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261202T080000Z", ["12-01T08:00", "12-03T08:00"]),
        (f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261202", ["12-01T08:00", "12-03T08:00"]),
        (f"{NINE}\nRDATE:20261210T080000Z,20261211T080000Z", ["12-01T08:00", "12-10T08:00", "12-11T08:00"]),
        (f"{NINE}\nRRULE:FREQ=MINUTELY;COUNT=600", ["12-01T08:00"]),
        ("UID:b\nDTSTART:20010103T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261215T000000Z",
         ["11-30T09:00", "12-02T09:00", "12-14T09:00"]),
        ("UID:b\nDTSTART;TZID=America/New_York:20261030T090000\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=2",
         ["12-01T14:00"]),
    ],
)  # fmt: skip
def test_what_comes_back(event: str, expected: list[str]) -> None:
    assert [span.partition("/")[0] for span in times(calendar(event))] == expected


def test_one_of_many_that_was_moved_and_one_that_was_called_off() -> None:
    text = calendar(
        f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3",
        "UID:a\nRECURRENCE-ID:20261202T080000Z\nDTSTART:20261202T150000Z\nDURATION:PT30M",
        f"UID:a\nRECURRENCE-ID;TZID=Europe/Berlin:20261203T090000\n{NINE[6:]}\nSTATUS:CANCELLED",
    )
    assert times(text) == ["12-01T08:00/12-01T09:00", "12-02T15:00/12-02T15:30"]


def test_what_comes_back_stays_at_its_hour_when_clocks_change() -> None:
    asked = Asked("UTC", datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 29, 12, tzinfo=UTC))
    text = calendar("DTSTART;TZID=Europe/Berlin:20260101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY")
    assert [span.partition("/")[0] for span in times(text, asked)] == ["03-27T08:00", "03-28T07:00", "03-29T07:00"]


def test_whole_dates() -> None:
    head = "X-WR-TIMEZONE:America/New_York\n"
    assert dates(calendar(DAY)) == [("2026-12-24", "2026-12-25", None)]
    assert dates(calendar(f"{DAY}\nDTEND;VALUE=DATE:20261227")) == [("2026-12-24", "2026-12-27", None)]
    assert dates(calendar(f"{DAY}\nDURATION:P2D", head=head)) == [("2026-12-24", "2026-12-26", "America/New_York")]
    yearly = calendar("DTSTART;VALUE=DATE:20001224\nRRULE:FREQ=YEARLY")
    assert dates(yearly) == [("2026-12-24", "2026-12-25", None)]
    assert times(calendar("DTSTART:20261201T090000\nDURATION:PT1H", head=head)) == ["12-01T14:00/12-01T15:00"]


def test_what_only_says_when_somebody_is_busy() -> None:
    head = "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261208T090000Z/20261208T100000Z,20261209T090000Z/PT1H\n"
    head += "FREEBUSY;FBTYPE=FREE:20261210T090000Z/PT1H\nEND:VFREEBUSY\n"
    assert times(calendar(head=head)) == ["12-08T09:00/12-08T10:00", "12-09T09:00/12-09T10:00"]


def test_times_are_merged_and_sorted() -> None:
    spans = [("11", "12"), ("09", "10"), ("10", "11"), ("09", "10")]
    events = [f"DTSTART:20261201T{start}0000Z\nDTEND:20261201T{end}0000Z" for start, end in spans]
    assert times(calendar(*events)) == ["12-01T09:00/12-01T12:00"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("UID:x\nDTSTART:20261305T100000Z\nDURATION:PT1H", []),
        ("UID:x\nDTSTART:20261202T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=XX", ["12-02T10:00/12-02T11:00"]),
        ("UID:x\nDTSTART:20261202T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=x", ["12-02T10:00/12-02T11:00"]),
        ("UID:x\nDTSTART:20261202T100000Z\nDURATION:PT1H\nEXDATE:tomorrow", ["12-02T10:00/12-02T11:00"]),
        ("UID:x\nDTSTART:20261202T100000Z\nDURATION:P99999999D", ["12-02T10:00/12-09T10:00"]),  # ten years later
        ("UID:x\nDTSTART:20261202T100000Z\nDURATION:for long", []),
        ("UID:x\nDTSTART:99991231T235959Z\nDURATION:P1D", []),
        ("UID:x\nRECURRENCE-ID:soon\nDTSTART:20261202T100000Z\nDURATION:PT1H", []),
    ],
)
def test_one_line_that_makes_no_sense_hides_no_other_event(event: str, expected: list[str]) -> None:
    assert times(calendar(NINE, event)) == ["12-01T08:00/12-01T09:00", *expected]


@pytest.mark.parametrize("text", [b"", b"<html></html>", b"\xff\xfe\x00", b"BEGIN:VCARD\r\nEND:VCARD\r\n"])
def test_what_is_no_calendar(text: bytes) -> None:
    with pytest.raises(NotACalendar):
        busy_times(text, ASKED)


def test_more_than_a_calendar_holds() -> None:
    with pytest.raises(TooMuch):
        busy_times(calendar(*[NINE] * 5001), ASKED)
    hourly = "DTSTART:20000101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY"
    with pytest.raises(TooMuch):
        busy_times(calendar(hourly), ASKED)
