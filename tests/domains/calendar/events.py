"""An .ics case in the calendar's own values."""

from app.domains.calendar.ics import feed_ics, session_ics
from app.domains.calendar.types import CalendarEvent, CalendarFeed, EventStatus, Mailbox, Method
from tests.domains.calendar.cases import Json, instant

_STATUS = {
    "booked": EventStatus.CONFIRMED,
    "pending": EventStatus.TENTATIVE,
    "cancelled": EventStatus.CANCELLED,
}
_METHOD = {"download": None, "request": Method.REQUEST, "cancel": Method.CANCEL, "mail_cancel": Method.CANCEL}


def file_of(case: Json) -> bytes:
    """What the case's mode asks for. Of a mail, the calendar part."""
    given, now = case["input"], instant(case["input"]["now"])
    events = [event_of(session, given["platform"]) for session in given["sessions"]]
    if case["mode"] == "feed":
        feed = CalendarFeed(given["calendar"]["name"], given["calendar"]["refresh_minutes"])
        return feed_ics(feed, events, now)
    (event,) = events
    return session_ics(event, _METHOD[case["mode"]], now)


def event_of(session: Json, platform: Json) -> CalendarEvent:
    return CalendarEvent(
        uid=session["uid"],
        title=session["title"],
        description=session["description"],
        location=session["location"],
        join_url=session["join_url"],
        start=instant(session["start"]),
        end=instant(session["end"]),
        status=_STATUS[session["status"]],
        revision=session["revision"],
        created_at=instant(session["created_at"]),
        updated_at=instant(session["updated_at"]),
        organizer=Mailbox(platform["name"], platform["organizer_email"]),
        attendees=tuple(Mailbox(session[role]["name"], session[role]["email"]) for role in ("teacher", "student")),
        reminders_min=tuple(session["reminders_min"]),
    )
