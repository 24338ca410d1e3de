"""Rules of a place in a course: who may buy it, what a payment makes of it, and when it is finished."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from app.core.ids import new_id
from app.core.logging import log_event
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import repository
from app.domains.enrollments.errors import (
    AlreadyEnrolled,
    EnrollmentNotFound,
    MayNotBuy,
    OwnCourse,
    TeacherNotAvailable,
    TeachesCourse,
)
from app.domains.enrollments.events import (
    CheckoutStarted,
    CourseCompleted,
    EnrollmentStarted,
    PlaceFrozen,
    PlaceGivenUp,
    PlaceThawed,
    SessionsDelivered,
)
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.payments import service as payments
from app.domains.payments.events import PaymentUnclaimed
from app.domains.payments.service import PurchaseFacts
from app.domains.payments.types import PurchaseId, PurchaseRef, TransactionId
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import Obligation, UserId
from app.edge.principal import Principal
from app.providers.payments.port import CheckoutOrder

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckoutCommand:
    """A wish to buy: who, what, taught by whom, and where the browser returns."""

    buyer_id: UserId
    course_id: CourseId
    teacher_id: UserId
    request_key: str
    life: timedelta
    return_url: str


def start_checkout(session: WriteSession, command: CheckoutCommand) -> CheckoutOrder | None:
    """Check the guards and make the purchase; answer what to ask of the payment service. None for a free course."""
    course = _hold_and_check(session, command)
    if course.price_cents == 0:
        return None
    session.publish(CheckoutStarted(command.buyer_id, course.id, command.teacher_id))
    ref = PurchaseRef(course.id, course.title, course.creator_id, command.teacher_id, course.session_count)
    purchase = payments.start_purchase(
        session,
        command.buyer_id,
        ref,
        request_key=command.request_key,
        amount_cents=course.price_cents,
        life=command.life,
    )
    return _order(session, purchase, command.return_url)


def _hold_and_check(session: WriteSession, command: CheckoutCommand) -> CourseFacts:
    """As `check_buyer`, and what is found stays so: people are held before courses, as everywhere."""
    users.hold_if_there(session, {command.buyer_id, command.teacher_id})
    courses.hold(session, command.course_id)
    return check_buyer(session, command.buyer_id, command.course_id, command.teacher_id)


def check_buyer(session: ReadSession, buyer_id: UserId, course_id: CourseId, teacher_id: UserId) -> CourseFacts:
    """The course, if this person may buy a place in it that this teacher teaches.

    Raises `MayNotBuy`, `CourseNotFound`, `OwnCourse`, `TeachesCourse`, `TeacherNotAvailable`, `AlreadyEnrolled`.
    """
    if not users.get_user(session, buyer_id).can_take_courses:
        raise MayNotBuy
    course = courses.find_published(session, course_id)
    if course.creator_id == buyer_id:
        raise OwnCourse
    if courses.is_bookable_teacher(session, course.id, buyer_id):
        raise TeachesCourse
    if not courses.is_bookable_teacher(session, course.id, teacher_id):
        raise TeacherNotAvailable
    if holds_place(session, buyer_id, course.id):
        raise AlreadyEnrolled
    return course


def _order(session: ReadSession, purchase: PurchaseFacts, return_url: str) -> CheckoutOrder:
    return CheckoutOrder(
        reference=purchase.id,
        title=purchase.ref.title,
        amount_cents=purchase.amount_cents,
        currency=purchase.currency,
        buyer_email=users.get_person(session, purchase.buyer_id).email,
        success_url=f"{return_url}/checkout/success?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{return_url}/checkout/cancelled",
        expires_at=purchase.expires_at,
        metadata={"purchase_id": purchase.id, "course_id": purchase.ref.subject_id},
    )


def enroll_free(session: WriteSession, command: CheckoutCommand) -> EnrollmentFacts:
    """A place in a course that costs nothing; no transaction. Raises as `start_checkout` does."""
    calendar.lock_people(session, command.buyer_id, command.teacher_id)  # a place may come with a first session
    course = _hold_and_check(session, command)
    enrollment_id = _enroll(
        session, command.buyer_id, course, command.teacher_id, session_count=course.session_count, transaction_id=None
    )
    if enrollment_id is None:
        raise AlreadyEnrolled
    return get_enrollment(session, enrollment_id)


def enroll_paid(
    session: WriteSession,
    *,
    student_id: UserId,
    course_id: CourseId,
    teacher_id: UserId,
    session_count: int | None,
    transaction_id: TransactionId,
) -> None:
    """What a payment buys: as many sessions as were offered, whatever the course has by now. A second
    payment for a place already held stays unmatched in the books, and goes back to the buyer; so does one that is told
    of after one of the two has left, or after the course was given to its buyer."""
    calendar.lock_people(session, student_id, teacher_id)  # a place may come with a first session
    try:
        users.hold_people(session, {student_id, teacher_id})
    except UserNotFound:
        _give_back(session, "enrollments.paid_too_late", transaction_id)
        return
    course = courses.get_course(session, course_id)
    if course.creator_id == student_id:
        _give_back(session, "enrollments.paid_own_course", transaction_id)
        return
    bought = session_count or course.session_count
    if _enroll(session, student_id, course, teacher_id, session_count=bought, transaction_id=transaction_id) is None:
        _give_back(session, "enrollments.second_payment", transaction_id)
        return
    payments.allocate(session, transaction_id, creator_id=course.creator_id, teacher_id=teacher_id)


def _give_back(session: WriteSession, why: str, transaction_id: TransactionId) -> None:
    log_event(logger, why, transaction_id=transaction_id)
    session.publish(PaymentUnclaimed(transaction_id))


def _enroll(
    session: WriteSession,
    student_id: UserId,
    course: CourseFacts,
    teacher_id: UserId,
    *,
    session_count: int,
    transaction_id: TransactionId | None,
) -> EnrollmentId | None:
    enrollment_id = EnrollmentId(new_id("enr"))
    values = {
        "id": enrollment_id,
        "student_id": student_id,
        "course_id": course.id,
        "teacher_id": teacher_id,
        "transaction_id": transaction_id,
        "status": EnrollmentStatus.ENROLLED,
        "sessions_bought": session_count,
        "sessions_completed": 0,
        "created_at": session.now,
    }
    if not repository.insert(session, values):
        return None
    session.publish(EnrollmentStarted(enrollment_id, student_id, course.id, teacher_id, transaction_id))
    return enrollment_id


def record_session_completed(session: WriteSession, enrollment_id: EnrollmentId) -> None:
    """Count a held session, release its share of the money, and tell of the last one. The place stays locked. While it is
    frozen the session is counted, and what follows waits."""
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
        session.publish(CourseCompleted(place.id, place.student_id, place.course_id, place.teacher_id))


def holds_place(session: ReadSession, student_id: UserId, course_id: CourseId) -> bool:
    """Whether the person has a place in the course that is neither finished nor called off."""
    return repository.holds_place(session, student_id, course_id) is not None


def learns_with(session: ReadSession, student_id: UserId, course_id: CourseId, teacher_id: UserId) -> bool:
    """Whether the person has a place in the course, with this teacher, in which sessions can be booked."""
    return repository.learns_with(session, student_id, course_id, teacher_id)


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
