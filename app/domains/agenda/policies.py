"""When people are reminded, and where a feed is found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.core.mail_tokens import MailTokens
from app.domains.agenda.types import FeedId
from app.domains.calendar.links import SubscribeLinks, subscribe_links
from app.domains.calendar.zones import zone_of
from app.domains.sessions.policies import Platform

REMINDERS_MIN = (24 * 60, 60, 15)
"""How many minutes before its start both people are reminded of a session, the earliest first."""

NUDGE_AFTER, NUDGE_UNTIL = timedelta(hours=1), timedelta(hours=72)
"""How long after its end a session that was held may be called to mind to those who have not rated it."""

_FORM = 1
_PURPOSE = "calendar-feed"


def first_reminder(starts_at: datetime, now: datetime) -> int | None:
    """The first reminder to give of a session that is booked or moved at `now`: of those whose time is to come the
    earliest, or the last one, at once. None for a session that has begun."""
    left = [minutes for minutes in REMINDERS_MIN if reminder_at(starts_at, minutes) > now]
    return next(iter(left), REMINDERS_MIN[-1]) if now < starts_at else None


def next_reminder(minutes_before: int) -> int | None:
    """The one after that; None after the last."""
    return next((minutes for minutes in REMINDERS_MIN if minutes < minutes_before), None)


def reminder_at(starts_at: datetime, minutes_before: int) -> datetime:
    return starts_at - timedelta(minutes=minutes_before)


def is_reminder_due(starts_at: datetime, minutes_before: int, now: datetime) -> bool:
    """Whether the reminder is not too late: until the next one is given, and the last one until the session starts."""
    return now < reminder_at(starts_at, next_reminder(minutes_before) or 0)


def is_nudge_due(ended_at: datetime, now: datetime) -> bool:
    return ended_at + NUDGE_AFTER <= now <= ended_at + NUDGE_UNTIL


def wall_at(instant: datetime, zone: str) -> str:
    """The `WallClock` of the zones' rules that are installed."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None).isoformat(timespec="minutes")


def feed_tag(feed_id: FeedId, version: str, platform: Platform) -> str:
    """The tag of what a feed shows, known before it is built. `_FORM` rises with every change to how feeds are written
    that does not come from a session."""
    shown = f"{_FORM}:{feed_id}:{platform}:{version}"
    return f'"{sha256(shown.encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class FeedAddresses:
    """Makes and reads the addresses of feeds. Each holds the feed's id and a MAC over it, 256 bits that only this
    service can make: the database alone yields no address, and a new id makes the old address worthless."""

    public_url: str
    tokens: MailTokens

    def links(self, feed_id: FeedId) -> tuple[str, SubscribeLinks]:
        """The address itself, and what subscribes to it."""
        url = f"{self.public_url}/api/calendar/{self.tokens.text(feed_id, _PURPOSE)}.ics"
        return url, subscribe_links(url)

    def read(self, token: str) -> FeedId | None:
        """The feed of an address's token; None when it is not ours."""
        found = self.tokens.read(token, _PURPOSE)
        return None if found is None else FeedId(found)
