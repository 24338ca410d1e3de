"""Rules of the agenda, one module for each use case. Other domains use what is named here."""

from app.domains.agenda.service.clocks import (
    compare_walls,
    former_wall,
    keep_walls,
    note_release,
    note_zone,
)
from app.domains.agenda.service.feeds import FeedState, feed_events, find_feed, get_feed, give_up, renew_feed
from app.domains.agenda.service.leaving import erase, export_of
from app.domains.agenda.service.reminding import arm_nudge, arm_reminders, nudge, remind

__all__ = [
    "FeedState",
    "arm_nudge",
    "arm_reminders",
    "compare_walls",
    "erase",
    "export_of",
    "feed_events",
    "find_feed",
    "former_wall",
    "get_feed",
    "give_up",
    "keep_walls",
    "note_release",
    "note_zone",
    "nudge",
    "remind",
    "renew_feed",
]
