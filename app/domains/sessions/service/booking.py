"""Booking a session: one transaction that nobody else's booking can slip into."""

from dataclasses import dataclass
from datetime import datetime

from app.db.session import WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.service.taking import open_place, take
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class BookCommand:
    """Who books which place's next session, and when it is to start."""

    student_id: UserId
    enrollment_id: EnrollmentId
    starts_at: datetime


def book(session: WriteSession, command: BookCommand, policy: BookingPolicy) -> SessionId:
    """Take the slot for the student.

    Raises `EnrollmentNotFound`, `EnrollmentNotActive`, `TeacherNotAvailable`, `NoSessionsLeft`, `SlotNotOffered`,
    `SlotTaken`, `StudentBusy`.
    """
    if enrollments.get_enrollment(session, command.enrollment_id).student_id != command.student_id:
        raise EnrollmentNotFound
    place = open_place(session, command.enrollment_id)
    return take(session, place, command.starts_at, policy)
