"""Calendar files beyond the acceptance cases: any text, addresses, alarms, feeds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domains.calendar.ics import CANCELLED_SHOWN_FOR, feed_ics, session_ics
from app.domains.calendar.types import CalendarEvent, CalendarFeed, EventStatus, Mailbox, Method
from tests.domains.calendar.ics_readers import assert_well_formed, essence_by_icalendar, essence_by_vobject, read

START = datetime(2026, 12, 1, 15, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FEED = CalendarFeed("PeerLoop sessions")
EVENT = CalendarEvent(
    uid="ses_01kb3m@peerloop.example",
    title="Fractions, lesson 1",
    description="See you soon.",
    location="Online",
    join_url="https://meet.peerloop.example/r/abc123",
    start=START,
    end=START + timedelta(hours=1),
    status=EventStatus.CONFIRMED,
    revision=2,
    created_at=NOW - timedelta(days=3),
    updated_at=NOW - timedelta(days=1),
    organizer=Mailbox("PeerLoop", "hello@peerloop.example"),
    attendees=(Mailbox("Ada Teacher", "ada@teach.example"), Mailbox("Sam Student", "sam@study.example")),
    reminders_min=(1440, 60),
)


def unfolded(file: bytes) -> str:
    return file.replace(b"\r\n ", b"").decode()


@given(title=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])), length=st.integers(0, 90))
@settings(max_examples=150)
def test_any_title_survives_in_both_readers(title: str, length: int) -> None:
    event = replace(EVENT, title="a" * length + title)
    file = session_ics(event, None, NOW)
    assert_well_formed(file)
    expected = [(event.uid, event.start, event.end, event.title)]
    assert essence_by_icalendar(file) == expected
    assert essence_by_vobject(file) == expected


@given(text=st.text(st.characters(exclude_categories=[])))
@settings(max_examples=150)
def test_no_text_breaks_the_file(text: str) -> None:
    people = (Mailbox(text, "ada@teach.example"), Mailbox("Sam", "sam@study.example"))
    event = replace(EVENT, title=text, description=text, location=text, join_url=text, attendees=people)
    file = session_ics(event, Method.REQUEST, NOW)
    assert_well_formed(file)
    assert [str(attendee) for attendee in read(file).events[0]["ATTENDEE"]] == [
        "mailto:ada@teach.example",
        "mailto:sam@study.example",
    ]


@pytest.mark.parametrize("text", [r"C:\New\notes", r"\N", "\\\n", r"a\,b\;c"])
def test_a_backslash_before_a_letter_is_not_a_line_break(text: str) -> None:
    file = session_ics(replace(EVENT, title=text), None, NOW)
    assert essence_by_icalendar(file)[0][3] == text
    assert essence_by_vobject(file)[0][3] == text


def test_a_name_is_quoted_and_escaped() -> None:
    ada = Mailbox('Dr. "Ada"; a^b,\nx: y ', "ada@teach.example")
    file = session_ics(replace(EVENT, attendees=(ada,)), Method.REQUEST, NOW)
    assert "ATTENDEE;CN=\"Dr. ^'Ada^'; a^^b,^nx: y\";PARTSTAT=ACCEPTED;" in unfolded(file)
    assert read(file).events[0]["ATTENDEE"].params["CN"] == ada.name.strip()


def test_a_request_names_the_platform_and_asks_for_no_reply() -> None:
    text = unfolded(session_ics(EVENT, Method.REQUEST, NOW))
    assert "\r\nORGANIZER;CN=PeerLoop:mailto:hello@peerloop.example\r\n" in text
    assert text.count(";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:") == 2
    assert "\r\nDTSTAMP:20261124T093000Z\r\n" in text
    assert ("\r\nTRIGGER:-P1D\r\n" in text, "\r\nTRIGGER:-PT1H\r\n" in text) == (True, True)


def test_a_cancellation_says_so_and_has_no_alarm() -> None:
    text = unfolded(session_ics(EVENT, Method.CANCEL, NOW))
    assert "\r\nSTATUS:CANCELLED\r\n" in text
    assert "VALARM" not in text


def test_a_download_changes_only_with_the_session() -> None:
    file = session_ics(EVENT, None, NOW)
    assert file == session_ics(EVENT, None, NOW + timedelta(days=9))
    assert b"@teach.example" not in file
    assert b"@study.example" not in file
    assert b"METHOD" not in file


def test_times_are_written_in_utc_whatever_zone_they_come_in() -> None:
    local = replace(EVENT, start=START.astimezone(), end=EVENT.end.astimezone())
    assert session_ics(local, None, NOW) == session_ics(EVENT, None, NOW)


def test_a_sequence_stays_a_number_that_readers_take_and_nobody_is_called_nothing() -> None:
    event = replace(EVENT, revision=2**31, attendees=(Mailbox(" \x00", "ada@teach.example"),))
    text = unfolded(session_ics(event, Method.REQUEST, NOW))
    assert "\r\nSEQUENCE:2147483647\r\n" in text
    assert "\r\nATTENDEE;PARTSTAT=ACCEPTED;" in text


def test_a_remembered_event_is_written_as_the_library_writes_it() -> None:
    events = [replace(EVENT, uid=f"{number}@peerloop") for number in range(3)]
    first = feed_ics(FEED, events, NOW)
    assert feed_ics(FEED, events, NOW) == first
    assert bytes(read(first).to_ical()) == first


def test_empty_texts_leave_no_line() -> None:
    file = session_ics(replace(EVENT, description="", location="", join_url="", reminders_min=()), None, NOW)
    assert not {b"DESCRIPTION", b"LOCATION", b"URL"} & {line.partition(b":")[0] for line in file.split(b"\r\n")}


def test_a_feed_is_sorted_and_forgets_old_cancellations() -> None:
    first = replace(EVENT, uid="first", start=START - timedelta(days=1))
    gone, shown = (
        replace(EVENT, uid=uid, status=EventStatus.CANCELLED, updated_at=NOW - CANCELLED_SHOWN_FOR + age)
        for uid, age in (("gone", timedelta(0)), ("shown", timedelta(seconds=1)))
    )
    file = feed_ics(FEED, [shown, gone, EVENT, first], NOW)
    assert [uid for uid, *_ in essence_by_icalendar(file)] == ["first", EVENT.uid, "shown"]


def test_an_empty_feed_is_read() -> None:
    file = feed_ics(FEED, [], NOW)
    assert_well_formed(file)
    assert essence_by_icalendar(file) == essence_by_vobject(file) == []
