"""What becomes of planned sessions when one of the two may no longer teach or learn: they are called off with notice,
and go back to their places. What has begun is held to its end."""

from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.policies import is_planned
from app.domains.sessions.service.cancelling import call_off
from app.domains.sessions.service.changing import hold
from app.domains.sessions.types import CALL_OFF, END_PLANNED, CallOffPayload, EndingCause, EndingPayload, SessionFacts
from app.domains.users import service as users
from app.domains.users.types import UserId

_REASONS = {
    EndingCause.SUSPENDED: "One of the two accounts was suspended.",
    EndingCause.WITHDRAWN: "The teacher no longer teaches this course.",
    EndingCause.PLACE_ENDED: "The place in the course has ended.",
}


def expect_ending(
    session: WriteSession, cause: EndingCause, user_id: UserId, course_id: CourseId | None = None
) -> None:
    """Once this transaction is committed, see what it means for the person's planned sessions, of one course or of
    all."""
    END_PLANNED.enqueue(session, EndingPayload(cause=cause, user_id=user_id, course_id=course_id))


def end_planned(session: WriteSession, payload: EndingPayload) -> None:
    """A job for each of the person's planned sessions. The person's time is held, so that a booking which did not know
    of the cause yet is seen here, and one that comes later sees the cause."""
    calendar.lock_people(session, payload.user_id)
    is_teacher = payload.cause is EndingCause.WITHDRAWN
    for session_id in repository.planned_of(session, payload.user_id, payload.course_id, as_teacher=is_teacher):
        order = CallOffPayload(cause=payload.cause, user_id=payload.user_id, session_id=session_id)
        CALL_OFF.enqueue(session, order)


def follow(session: WriteSession, payload: CallOffPayload, policy: BookingPolicy) -> None:
    """Call one of them off, if it is still planned and the cause still holds."""
    try:
        facts = hold(session, payload.session_id)
    except SessionNotFound:
        return
    if is_planned(facts, session.now) and _holds(session, facts, payload):
        call_off(session, facts, by=None, reason=_REASONS[payload.cause], policy=policy)


def _holds(session: ReadSession, facts: SessionFacts, payload: CallOffPayload) -> bool:
    match payload.cause:
        case EndingCause.SUSPENDED:
            return bool(users.suspended_ids(session, [payload.user_id]))
        case EndingCause.WITHDRAWN:
            return not courses.is_certified(session, facts.course_id, facts.teacher_id)
        case EndingCause.PLACE_ENDED:
            place = enrollments.get_enrollment(session, facts.enrollment_id)
            return place.status is EnrollmentStatus.CANCELLED
