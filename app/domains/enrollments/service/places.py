"""Rules of a place in a course: who learns and teaches in it, and when it is finished."""

import logging

from app.core.logging import log_event
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import repository
from app.domains.enrollments.errors import EnrollmentNotFound, TeacherNotChosen
from app.domains.enrollments.events import (
    CourseCompleted,
    PlaceFrozen,
    PlaceGivenUp,
    PlaceThawed,
    SessionsDelivered,
)
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.payments import service as payments
from app.domains.payments.types import PurchaseId, TransactionId
from app.domains.users.types import Obligation, UserId
from app.edge.principal import Principal

logger = logging.getLogger(__name__)


def record_session_completed(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Count a held session, release its share of the money, and tell of the last one. The place stays locked. While it
    is frozen the session is counted, and what follows waits."""
    if not repository.count_session(session, enrollment_id):
        log_event(logger, "enrollments.session_not_counted", enrollment_id=enrollment_id)
        return
    place = get_enrollment(session, enrollment_id)
    if place.status is not EnrollmentStatus.DISPUTED:
        _settle_sessions(session, place, first=place.sessions_completed)


def _settle_sessions(session: WriteSession, place: EnrollmentFacts, *, first: int) -> None:
    """Release the money of the sessions from the `first` to the last one held; a released one stays released."""
    if place.transaction_id is not None:
        for number in range(first, place.sessions_completed + 1):
            payments.release_share(session, place.transaction_id, number=number, count=place.sessions_bought)
    if place.is_delivered:
        session.publish(SessionsDelivered(place.id))


def lock_place(session: WriteSession, enrollment_id: EnrollmentId) -> EnrollmentFacts:
    """The place, kept from everybody else who changes it until this unit is done. Raises `EnrollmentNotFound`."""
    row = repository.lock_by_id(session, enrollment_id)
    if row is None:
        raise EnrollmentNotFound
    return _facts(row)


def lock_paid_place(session: WriteSession, transaction_id: TransactionId) -> EnrollmentFacts | None:
    """The place that a transaction paid for, locked as by `lock_place`."""
    row = repository.lock_by_transaction(session, transaction_id)
    return _facts(row) if row else None


def cancel(session: WriteSession, place: EnrollmentFacts) -> None:
    """End a place, whatever its state: nothing is booked, taught or read any more. Once."""
    if repository.cancel(session, place.id):
        session.publish(PlaceGivenUp(place.student_id, place.course_id, place.teacher_id))


def freeze(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Somebody else decides about its money: nothing is booked or released. A finished place has nothing to freeze."""
    if repository.freeze(session, enrollment_id):
        place = get_enrollment(session, enrollment_id)
        session.publish(PlaceFrozen(place.id, place.student_id, place.teacher_id))


def thaw(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Go on where the place was frozen, with the money of what was held meanwhile."""
    if repository.thaw(session, enrollment_id):
        place = get_enrollment(session, enrollment_id)
        _settle_sessions(session, place, first=1)
        session.publish(PlaceThawed(place.id, place.student_id, place.teacher_id))


def complete(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Finish a place whose sessions were all held: once, whoever asks, and never a frozen or cancelled one. Whether
    something else is still asked of the student, the caller knows; it holds the place locked."""
    if repository.complete(session, enrollment_id):
        place = get_enrollment(session, enrollment_id)
        session.publish(CourseCompleted(place.id, place.student_id, place.course_id, teacher_of(place)))


def stakeholders(session: ReadSession, place: EnrollmentFacts) -> set[UserId]:
    """Who holds or teaches the place, or has a part of what was paid for it: its money is theirs."""
    stakes = payments.stakes_of(session, place.transaction_id) if place.transaction_id else []
    people = {place.student_id, place.teacher_id, *(stake.recipient_id for stake in stakes)}
    return {person_id for person_id in people if person_id is not None}


def holds_place(session: ReadSession, student_id: UserId, course_id: CourseId) -> bool:
    """Whether the person has a place in the course that is neither finished nor called off."""
    return repository.holds_place(session, student_id, course_id) is not None


def list_with(
    session: ReadSession, student_id: UserId, course_id: CourseId, teacher_id: UserId
) -> list[EnrollmentFacts]:
    """All of the person's places in the course with this teacher, whatever became of them."""
    return [_facts(row) for row in repository.of_two(session, student_id, course_id, teacher_id)]


def lock_active_place(session: WriteSession, student_id: UserId, course_id: CourseId) -> EnrollmentFacts | None:
    """The place in which the student is learning; nobody else changes or locks it until this unit is done."""
    row = repository.lock_active_of(session, student_id, course_id)
    return _facts(row) if row else None


def lock_active_places(session: WriteSession, course_id: CourseId) -> list[EnrollmentFacts]:
    """Everybody's places in the course that are neither finished, frozen nor cancelled, locked as by
    `lock_active_place`."""
    return [_facts(row) for row in repository.lock_active(session, course_id)]


def may_read_content(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> bool:
    """Whether the viewer may read what a course holds for its people: its creator, those who are certified for it,
    admins, and whoever holds or teaches a place that was not cancelled."""
    if viewer is None or courses.may_read_content(session, course, viewer):
        return viewer is not None
    return repository.takes_part(session, UserId(viewer.user_id), course.id)


def ids_taught(session: ReadSession, teacher_id: UserId, course_id: CourseId) -> list[EnrollmentId]:
    """The places in the course that the person teaches, in any state."""
    return repository.ids_taught(session, teacher_id, course_id)


def get_enrollment(session: ReadSession, enrollment_id: EnrollmentId) -> EnrollmentFacts:
    """Raises `EnrollmentNotFound`."""
    enrollment = repository.by_id(session, enrollment_id)
    if enrollment is None:
        raise EnrollmentNotFound
    return _facts(enrollment)


def teacher_of(place: EnrollmentFacts) -> UserId:
    """Who teaches the place. Raises `TeacherNotChosen` before its first booking, if it was bought so."""
    if place.teacher_id is None:
        raise TeacherNotChosen
    return place.teacher_id


def get_visible(
    session: ReadSession, enrollment_id: EnrollmentId, viewer_id: UserId, *, is_admin: bool
) -> EnrollmentFacts:
    """An enrollment for one of its people or an admin. Raises `EnrollmentNotFound` for anybody else."""
    place = get_enrollment(session, enrollment_id)
    if is_admin or viewer_id in {place.student_id, place.teacher_id}:
        return place
    if courses.get_course(session, place.course_id).creator_id == viewer_id:
        return place
    raise EnrollmentNotFound


def find_completed(session: ReadSession, student_id: UserId, course_id: CourseId) -> EnrollmentFacts | None:
    """The place in which the student finished the course, the last one of several."""
    enrollment = repository.completed(session, student_id, course_id)
    return _facts(enrollment) if enrollment else None


def takes_part(session: ReadSession, user_id: UserId, course_id: CourseId) -> bool:
    """Whether the person holds or teaches a place in the course, finished or not, that was not called off."""
    return repository.takes_part(session, user_id, course_id)


def count_students(session: ReadSession, course_id: CourseId) -> int:
    """How many people took the course and did not give it up."""
    return repository.count_students_of_course(session, course_id)


def count_students_of_teacher(session: ReadSession, teacher_id: UserId) -> int:
    """How many people are or were taught by this person."""
    return repository.count_students_of_teacher(session, teacher_id)


def find_by_purchase(session: ReadSession, purchase_id: PurchaseId) -> EnrollmentFacts | None:
    """The place that a purchase paid for; None before the payment, or when the money found no place."""
    transaction_id = payments.find_transaction(session, purchase_id)
    enrollment = repository.by_transaction(session, transaction_id) if transaction_id else None
    return _facts(enrollment) if enrollment else None


def list_enrollments(
    session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int
) -> list[EnrollmentFacts]:
    """Places the person holds or teaches, newest first."""
    return [_facts(row) for row in repository.of_person(session, user_id, before=before, limit=limit)]


def _facts(row: Enrollment) -> EnrollmentFacts:
    return EnrollmentFacts(
        id=row.id,
        student_id=row.student_id,
        course_id=row.course_id,
        teacher_id=row.teacher_id,
        status=EnrollmentStatus(row.status),
        sessions_bought=row.sessions_bought,
        sessions_completed=row.sessions_completed,
        transaction_id=row.transaction_id,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as places in courses are concerned."""
    own = courses.ids_of_creator(session, user_id)
    found = (
        Obligation(
            "places_paid",
            repository.count_paid_places(session, user_id),
            "Take the sessions you paid for, or have them refunded.",
        ),
        Obligation(
            "students_assigned",
            repository.count_taught_places(session, user_id),
            "Teach the sessions your students bought, or have them refunded.",
        ),
        Obligation(
            "students_in_courses",
            repository.count_places_in(session, own, not_taught_by=user_id),
            "Wait until everybody in your courses has finished.",
        ),
    )
    return [each for each in found if each.count]


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The places that the person holds or teaches, newest first."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Give up the places that cost nothing; paid ones keep an account from being deleted."""
    held = repository.places_held(session, user_id)
    repository.cancel_places(session, user_id)
    for course_id, teacher_id in held:
        session.publish(PlaceGivenUp(user_id, course_id, teacher_id))
