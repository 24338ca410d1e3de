"""What happens to recordings."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class RecordingKept(Event):
    """A recording of the session was copied, and can be watched."""

    session_id: SessionId
    teacher_id: UserId
    student_id: UserId
