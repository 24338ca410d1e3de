"""What happened to a session."""

from dataclasses import dataclass
from datetime import datetime

from app.core.events import Event
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class SessionBooked(Event):
    """A student booked a free slot of the teacher."""

    session_id: SessionId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SessionCompleted(Event):
    """Both were there and the session is over. The enrollment has counted it already."""

    session_id: SessionId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    starts_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class SessionMissed(Event):
    """The session was not held. Without a `no_show_user_id` nobody came, or nobody waited long enough."""

    session_id: SessionId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    starts_at: datetime
    no_show_user_id: UserId | None
