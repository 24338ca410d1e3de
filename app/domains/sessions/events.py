"""What happened to a session."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.sessions.types import MoveId, SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class SessionBooked(Event):
    """A student booked a free slot of the teacher."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionCompleted(Event):
    """The session was held, as attendance proves."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionMissed(Event):
    """The session was not held; the session itself knows who let the other wait, if anybody did."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionMoved(Event):
    """The same session is at another time now; what the old time was, the move knows."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    move_id: MoveId


@dataclass(frozen=True, slots=True)
class SessionCancelled(Event):
    """A session that was to come was called off, and its time is free. `cancelled_by` is None for the service
    itself."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    cancelled_by: UserId | None


@dataclass(frozen=True, slots=True)
class SessionCompletedByHand(Event):
    """Teacher, creator or an administrator said that it was held, where attendance does not prove it."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionContested(Event):
    """One of the two says that it did not end so; every administrator is told."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
    contested_by: UserId


@dataclass(frozen=True, slots=True)
class SessionResolved(Event):
    """An administrator decided how it ended."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionCredited(Event):
    """An administrator added a session to the student's place, to make up for this one."""

    session_id: SessionId
    student_id: UserId
