"""Calendar files of sessions (RFC 5545, 5546, 7986): downloads, mailed invitations, feeds.

Sessions are written as UTC instants, which is the only form that every reader was measured to understand alike.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domains.calendar.types import CalendarEvent, CalendarFeed, EventStatus, Method

CANCELLED_SHOWN_FOR = timedelta(days=30)
"""How long a feed still says that a session is cancelled. Apple strikes such events through and they pile up."""


def session_ics(event: CalendarEvent, method: Method | None, now: datetime) -> bytes:
    """One session as a file: to download (no method, same bytes until the session changes) or to mail at `now`."""
    from app.domains.calendar.ics_components import message, snapshot  # noqa: PLC0415 - see feed_ics

    return snapshot([event]) if method is None else message(event, method, now)


def feed_ics(feed: CalendarFeed, events: Iterable[CalendarEvent], now: datetime) -> bytes:
    """All sessions of one person, by start, without anybody's address: a feed's URL may leak.

    A session cancelled (`updated_at`) CANCELLED_SHOWN_FOR ago or earlier is left out. About 0.2 ms per event.
    """
    # icalendar takes 25 ms to import, which the start of the service need not wait for.
    from app.domains.calendar.ics_components import snapshot  # noqa: PLC0415

    shown = (event for event in events if not _is_old_cancellation(event, now))
    return snapshot(sorted(shown, key=lambda event: (event.start, event.uid)), feed)


def _is_old_cancellation(event: CalendarEvent, now: datetime) -> bool:
    return event.status is EventStatus.CANCELLED and event.updated_at + CANCELLED_SHOWN_FOR <= now
