"""The components of a calendar file, built with `icalendar`. Import it through `ics`, which does so late."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Component, Event, vCalAddress, vDuration, vText, vUri

from app.domains.calendar.types import CalendarEvent, CalendarFeed, EventStatus, Mailbox, Method

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_END = b"END:VCALENDAR\r\n"
_HIGHEST_SEQUENCE = 2**31 - 1  # of an INTEGER (RFC 5545 3.3.8); the library refuses more
_REMEMBERED = 4096  # events as they are written, with all they are made of about two kilobytes each


class _Text(vText):
    """TEXT of RFC 5545 3.3.11. The library's own escaping turns a backslash before an N into a line break."""

    def to_ical(self) -> bytes:
        return self.translate(_ESCAPES).encode()


def snapshot(events: Iterable[CalendarEvent], feed: CalendarFeed | None = None) -> bytes:
    """What is known, without METHOD: a file or a feed. DTSTAMP is the last change (RFC 5545 3.8.7.2)."""
    calendar = _calendar()
    if feed:
        _describe(calendar, feed)
    return b"".join((bytes(calendar.to_ical()).removesuffix(_END), *map(written_event, events), _END))


@lru_cache(_REMEMBERED)
def written_event(event: CalendarEvent) -> bytes:
    """The event's own lines, remembered by all that it says: the library takes 0.2 ms for it, and of a feed that
    changed nearly all events are as they were."""
    return bytes(_event(event, event.status, event.updated_at).to_ical())


def message(event: CalendarEvent, method: Method, sent_at: datetime) -> bytes:
    """A request or a cancellation to mail: with organizer and attendees, DTSTAMP is when it was made."""
    calendar = _calendar()
    calendar.add("method", method.value)
    status = EventStatus.CANCELLED if method is Method.CANCEL else event.status
    component = _event(event, status, sent_at)
    component["organizer"] = _address(event.organizer)
    component["attendee"] = [_attendee(mailbox) for mailbox in event.attendees]
    calendar.add_component(component)
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//PeerLoop//Sessions//EN")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _describe(calendar: Calendar, feed: CalendarFeed) -> None:
    name, interval = _text(feed.name), timedelta(minutes=feed.refresh_minutes)
    calendar["name"] = calendar["x-wr-calname"] = name
    calendar["refresh-interval"] = vDuration(interval, params={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(interval)


def _event(event: CalendarEvent, status: EventStatus, stamp: datetime) -> Event:
    component = Event()
    is_cancelled = status is EventStatus.CANCELLED
    _add_texts(component, event)
    _add_times(component, event, stamp)
    component.add("sequence", min(event.revision, _HIGHEST_SEQUENCE))
    component.add("status", status.value)
    component.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    for minutes in () if is_cancelled else event.reminders_min:
        component.add_component(_alarm(event.title, minutes))
    return component


def _add_texts(component: Component, event: CalendarEvent) -> None:
    component["uid"] = _text(event.uid)
    component["summary"] = _text(event.title)
    if event.description:
        component["description"] = _text(event.description)
    if event.location:
        component["location"] = _text(event.location)
    if event.join_url:
        component["url"] = vUri(_one_word(event.join_url))


def _add_times(component: Component, event: CalendarEvent, stamp: datetime) -> None:
    times = {
        "dtstamp": stamp,
        "created": event.created_at,
        "last-modified": event.updated_at,
        "dtstart": event.start,
        "dtend": event.end,
    }
    for name, instant in times.items():
        component.add(name, instant.astimezone(UTC))


def _alarm(title: str, minutes_before: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm["description"] = _text(title)
    alarm.add("trigger", -timedelta(minutes=minutes_before))
    return alarm


def _attendee(mailbox: Mailbox) -> vCalAddress:
    address = _address(mailbox)
    # Both have agreed already, and nobody reads replies to the platform's mailbox.
    address.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    return address


def _address(mailbox: Mailbox) -> vCalAddress:
    name = _clean(mailbox.name).strip()
    return vCalAddress(f"mailto:{_one_word(mailbox.email)}", params={"CN": name} if name else {})


def _text(text: str) -> _Text:
    return _Text(_clean(text))


def _clean(text: str) -> str:
    """Only what a content line can carry: line feeds for all line breaks, no controls, no half characters."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _LINE_BREAKS.sub("\n", text)))


def _one_word(text: str) -> str:
    return "".join(_clean(text).split())
