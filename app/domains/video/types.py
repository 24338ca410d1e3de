"""Values of rooms that other domains use."""

from dataclasses import dataclass
from datetime import datetime

from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to being recorded in a session, when, and to which version of the text."""

    consents: bool
    text_version: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What people are asked. The version changes with every change of the text."""

    version: str
    text: str


class StaleRoomPayload(JobPayload):
    """Which room goes on recording, and who said no to it."""

    session_id: SessionId
    user_id: UserId


CLOSE_STALE_ROOM = JobKind("video.close_stale_room", StaleRoomPayload)
