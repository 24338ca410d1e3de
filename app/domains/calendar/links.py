"""Links that put a session or a feed into a web calendar. A convenience: the files of `ics` are what is promised.

Google's and Outlook's addresses are undocumented. Spaces must be `%20`, as Outlook shows a `+` as a plus.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from app.domains.calendar.types import CalendarEvent

_GOOGLE = "https://calendar.google.com/calendar"
_OUTLOOK_HOSTS = ("outlook.live.com", "outlook.office.com")


@dataclass(frozen=True, slots=True)
class AddLinks:
    """Where a person adds one session by hand; Outlook has one address for private and one for work accounts."""

    google: str
    outlook: str
    office: str


@dataclass(frozen=True, slots=True)
class SubscribeLinks:
    """Where a person subscribes to a feed. Apple, Outlook and Thunderbird open `webcal`."""

    google: str
    webcal: str


def add_links(event: CalendarEvent, zone: str) -> AddLinks:
    """For a viewer whose IANA time zone is `zone`; the instants do not depend on it."""
    outlook, office = (_outlook(host, event) for host in _OUTLOOK_HOSTS)
    return AddLinks(_google(event, zone), outlook, office)


def subscribe_links(feed_url: str) -> SubscribeLinks:
    """For the http(s) address of a feed."""
    webcal = f"webcal://{feed_url.partition('://')[2]}"
    return SubscribeLinks(f"{_GOOGLE}/r?{_query({'cid': webcal})}", webcal)


def _google(event: CalendarEvent, zone: str) -> str:
    fields = {
        "action": "TEMPLATE",
        "text": event.title,
        "dates": f"{_instant(event.start):%Y%m%dT%H%M%SZ}/{_instant(event.end):%Y%m%dT%H%M%SZ}",
        "details": _details(event),
        "location": event.location,
        "ctz": zone,
    }
    return f"{_GOOGLE}/render?{_query(fields)}"


def _outlook(host: str, event: CalendarEvent) -> str:
    fields = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title,
        "startdt": f"{_instant(event.start):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{_instant(event.end):%Y-%m-%dT%H:%M:%SZ}",
        "body": _details(event),
        "location": event.location,
    }
    return f"https://{host}/calendar/0/deeplink/compose?{_query(fields)}"


def _details(event: CalendarEvent) -> str:
    return "\n\n".join(part for part in (event.description, event.join_url) if part)


def _instant(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _query(fields: dict[str, str]) -> str:
    return urlencode(fields, safe="", errors="replace", quote_via=quote)
