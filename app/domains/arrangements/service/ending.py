"""What becomes of invites, offers and waiting when a place is frozen or its teacher changes: they end, and do not come
back with it."""

from app.db.session import WriteSession
from app.domains.arrangements.service.inviting import take_back_in
from app.domains.arrangements.service.waiting import end_wait_in
from app.domains.arrangements.types import END_IN_PLACE, PlacePayload
from app.domains.calendar import service as calendar
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions import service as sessions


def expect_end_in_place(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """At once, but not in this transaction: whoever freezes a place holds it, and people are locked before places."""
    END_IN_PLACE.enqueue(session, PlacePayload(enrollment_id=enrollment_id))


def end_with_teacher(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Somebody else teaches the place: what was arranged with the former teacher ends. The caller holds all people
    locked."""
    take_back_in(session, enrollment_id)
    end_wait_in(session, enrollment_id)


def end_in_place(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """With its people locked, so that what was arranged without knowing is seen here. A place that goes on by now keeps
    what it has."""
    place = enrollments.get_enrollment(session, enrollment_id)
    if place.teacher_id is None:
        return  # nobody to arrange anything with
    calendar.lock_people(session, place.teacher_id, place.student_id)
    if sessions.may_book(session, enrollment_id, count=0):
        return
    take_back_in(session, enrollment_id)
    end_wait_in(session, enrollment_id)
