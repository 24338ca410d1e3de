"""Booking sessions: one transaction that nobody else's booking can slip into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.clock import utc_text
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import Refusal
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.errors import OwnPlace
from app.domains.sessions.service.taking import demand_bookable, open_place, take, take_all, teacher_for
from app.domains.sessions.service.wishes import Pair, check_start, wish_of
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class BookCommand:
    """Who books which place's next session, when it is to start, and with whom if the place has no teacher yet."""

    student_id: UserId
    enrollment_id: EnrollmentId
    starts_at: datetime
    teacher_id: UserId | None = None


def book(session: WriteSession, command: BookCommand, policy: BookingPolicy) -> SessionId:
    """Take the slot for the student.

    Raises as `open_place` does, and `SlotNotOffered`, `SlotTaken`, `StudentBusy`.
    """
    _refuse_what_is_taken(session, command, policy)
    place = open_place(session, command.enrollment_id, owner_id=command.student_id, teacher_id=command.teacher_id)
    return take(session, place, command.starts_at, policy)


def _refuse_what_is_taken(session: ReadSession, command: BookCommand, policy: BookingPolicy) -> None:
    """Refuse it without making anybody wait: of a crowd that wants one slot only those queue who came before it was
    gone. One glance tells most who may go on from most who may not; what looks free is looked at again by whoever has
    the lock. Raises as `book` does."""
    place = enrollments.get_enrollment(session, command.enrollment_id)
    if place.student_id != command.student_id:
        raise EnrollmentNotFound
    with_whom = teacher_for(place, command.teacher_id)
    if place.teacher_id is None or not calendar.is_taken(session, command.starts_at, with_whom, place.student_id):
        return
    wish = wish_of(session, Pair.of(place), command.starts_at, policy)
    if wish.refusal in {Refusal.TEACHER_BUSY, Refusal.STUDENT_BUSY}:
        demand_bookable(session, place)
        check_start(wish)


def book_bundle(
    session: WriteSession,
    student_id: UserId,
    enrollment_id: EnrollmentId,
    starts: Sequence[datetime],
    policy: BookingPolicy,
    *,
    teacher_id: UserId | None = None,
) -> list[SessionId]:
    """Take all of these slots for the student, or none.

    Raises as `open_place` does, and `BundleRefused`.
    """
    place = open_place(session, enrollment_id, count=len(starts), owner_id=student_id, teacher_id=teacher_id)
    return take_all(session, place, starts, policy)


def book_for(
    session: WriteSession,
    admin_id: UserId,
    enrollment_id: EnrollmentId,
    starts_at: datetime,
    reason: str,
    policy: BookingPolicy,
    *,
    teacher_id: UserId | None = None,
) -> SessionId:
    """Take the slot for whoever holds the place, by the same rules. Raises `Forbidden`, `OwnPlace`, and as `book`
    does."""
    if teacher_id == admin_id and enrollments.get_enrollment(session, enrollment_id).teacher_id is None:
        raise OwnPlace
    place = open_place(session, enrollment_id, teacher_id=teacher_id)
    users.require_admin(session, admin_id)
    session_id = take(session, place, starts_at, policy)
    after = {"enrollment_id": place.id, "starts_at": utc_text(starts_at)}
    audit.record(session, admin_id, Change("session.booked", "session", session_id, None, after, reason))
    return session_id
