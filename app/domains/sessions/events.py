"""What happened to a session."""

from dataclasses import dataclass
from datetime import datetime

from app.core.events import Event
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class SessionBooked(Event):
    """A student booked a free slot of the teacher."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionMoved(Event):
    """The session is to be held at another time than before."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionCompleted(Event):
    """The session was held: until `ended_at`."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class SessionMissed(Event):
    """The session was not held; the session itself knows who let the other wait, if anybody did."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
