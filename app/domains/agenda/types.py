"""Values of feeds, reminders and clocks, and the jobs about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from app.domains.sessions.types import SessionId, SessionPayload
from app.jobs.kinds import JobKind, JobPayload

FeedId = NewType("FeedId", str)

WallClock = Callable[[datetime, str], str]
"""What a clock in a zone shows at an instant, to the minute: `2026-12-01T16:00`."""


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """One person's feed. Its address is made of the id (`FeedAddresses`)."""

    id: FeedId
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Wall:
    """What one of the two was told that the clock shows when the session starts, and what that was before the zone's
    rules were changed, if they were."""

    starts_at: datetime
    zone: str
    wall: str
    former_wall: str | None = None


class ReminderPayload(SessionPayload):
    """A reminder of a session as it was then to start, so many minutes before."""

    starts_at: datetime
    minutes_before: int


class ReleasePayload(JobPayload):
    """Which release of the zones' rules future sessions are compared with, and after which of them to go on."""

    release: str
    after: SessionId | None = None


REMIND = JobKind("agenda.remind", ReminderPayload)
NUDGE = JobKind("agenda.nudge", SessionPayload)
NOTICE_RELEASE = JobKind("agenda.notice_release", JobPayload)
COMPARE_WALLS = JobKind("agenda.compare_walls", ReleasePayload)
