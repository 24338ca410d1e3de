"""What people are to be told about a session's time."""

from dataclasses import dataclass
from datetime import datetime

from app.core.events import Event
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class ReminderDue(Event):
    """The session starts soon: so many minutes before the start the two are reminded of it."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    starts_at: datetime
    minutes_before: int


@dataclass(frozen=True, slots=True)
class NudgeDue(Event):
    """The session was held a while ago and not both have rated it, as far as is known here."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class WallsMoved(Event):
    """A release of the zones' rules makes a clock of one of the two show another time when the session starts."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    release: str
