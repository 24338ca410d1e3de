"""What arrangements do when something happens below them."""

from app.db.session import WriteSession
from app.domains.arrangements import service
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.events import (
    CheckoutStarted,
    EnrollmentStarted,
    PlaceFrozen,
    PlaceGivenUp,
    TeacherAssigned,
)
from app.domains.holds.events import TimeFreed
from app.domains.roles.events import PersonSuspended
from app.domains.sessions.events import SessionCancelled, SessionMoved
from app.domains.users.types import UserId


def on_checkout_started(session: WriteSession, event: CheckoutStarted) -> None:
    if event.teacher_id is not None:
        service.extend_for_checkout(session, event.student_id, event.course_id, event.teacher_id)


def on_enrollment_started(session: WriteSession, event: EnrollmentStarted, *, policy: BookingPolicy) -> None:
    """The payment's own transaction, so that whoever comes back from paying finds the session."""
    service.settle_purchase(session, event.enrollment_id, policy, student_id=event.student_id)


def on_time_freed(session: WriteSession, event: TimeFreed) -> None:
    service.time_freed(session, event.teacher_id, event.student_id)


def on_session_cancelled(session: WriteSession, event: SessionCancelled) -> None:
    """Its time is free, and nobody can be asked to begin it earlier."""
    _look_again(session, event.teacher_id, event.student_id)


def on_place_given_up(session: WriteSession, event: PlaceGivenUp) -> None:
    _look_again(session, event.student_id)


def on_place_frozen(session: WriteSession, event: PlaceFrozen) -> None:
    service.expect_end_in_place(session, event.enrollment_id)


def on_teacher_assigned(session: WriteSession, event: TeacherAssigned) -> None:
    if event.former_id is not None:
        service.end_with_teacher(session, event.enrollment_id)


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    _look_again(session, event.user_id)


def _look_again(session: WriteSession, *people: UserId) -> None:
    """What was asked of these people or is waited for may have become impossible, or possible."""
    service.look_again(session, *people)
    service.time_freed(session, *people)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    """Its old time is free."""
    service.time_freed(session, event.teacher_id, event.student_id)


def on_availability_changed(session: WriteSession, event: AvailabilityChanged) -> None:
    service.time_freed(session, event.user_id)
