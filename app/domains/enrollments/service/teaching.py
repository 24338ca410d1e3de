"""Who teaches a place: the one who is named at the checkout, or by the first booking, or by an administrator later."""

from dataclasses import replace

from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.enrollments import repository
from app.domains.enrollments.errors import OtherTeacher, TeacherNotAvailable
from app.domains.enrollments.events import TeacherAssigned
from app.domains.enrollments.types import EnrollmentFacts
from app.domains.payments import service as payments
from app.domains.users import service as users
from app.domains.users.types import UserId


def check_teacher(session: ReadSession, place: EnrollmentFacts, teacher_id: UserId) -> None:
    """Whether this person could begin to teach the place. To be asked before their time is locked, too: there may be no
    such person. Raises `TeacherNotAvailable`."""
    if teacher_id == place.student_id or not courses.is_bookable_teacher(session, place.course_id, teacher_id):
        raise TeacherNotAvailable


def hand_over(session: WriteSession, place: EnrollmentFacts, teacher_id: UserId) -> EnrollmentFacts:
    """From now on this bookable teacher of the course teaches the place, and has the money of what is not taught yet.
    The caller holds the time of everybody concerned. Raises `TeacherNotAvailable`, `OtherTeacher`."""
    users.hold_if_there(session, {teacher_id})
    check_teacher(session, place, teacher_id)
    if not repository.change_teacher(session, place.id, former_id=place.teacher_id, teacher_id=teacher_id):
        raise OtherTeacher
    if place.transaction_id is not None:
        payments.assign(session, place.transaction_id, teacher_id)
    former_id = place.teacher_id
    session.publish(TeacherAssigned(place.id, place.student_id, place.course_id, teacher_id, former_id))
    return replace(place, teacher_id=teacher_id)
