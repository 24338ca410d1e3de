"""Who may buy a place in a course, and what a payment makes of it."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from app.core.ids import new_id
from app.core.logging import log_event
from app.db.session import ReadSession, WriteSession
from app.domains.calendar import service as calendar
from app.domains.courses import service as courses
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import repository
from app.domains.enrollments.errors import (
    AlreadyEnrolled,
    MayNotBuy,
    OwnCourse,
    PriceChanged,
    TeacherNotAvailable,
    TeachesCourse,
)
from app.domains.enrollments.events import CheckoutStarted, EnrollmentStarted
from app.domains.enrollments.service.places import get_enrollment, holds_place
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.payments import service as payments
from app.domains.payments.events import PaymentUnclaimed
from app.domains.payments.service import PurchaseFacts
from app.domains.payments.types import PurchaseRef, TransactionId
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.providers.payments.port import CheckoutOrder

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckoutCommand:
    """A wish to buy: who, what, taught by whom (None: the first booking will say), and where the browser returns."""

    buyer_id: UserId
    course_id: CourseId
    teacher_id: UserId | None
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
    users.hold_if_there(session, _named(command.buyer_id, command.teacher_id))
    courses.hold(session, command.course_id)
    return check_buyer(session, command.buyer_id, command.course_id, command.teacher_id)


def _named(buyer_id: UserId, teacher_id: UserId | None) -> set[UserId]:
    return {buyer_id} if teacher_id is None else {buyer_id, teacher_id}


def check_buyer(session: ReadSession, buyer_id: UserId, course_id: CourseId, teacher_id: UserId | None) -> CourseFacts:
    """The course, if this person may buy a place in it that this teacher teaches; when none is named, somebody must be
    there to be chosen later.

    Raises `MayNotBuy`, `CourseNotFound`, `OwnCourse`, `TeachesCourse`, `TeacherNotAvailable`, `AlreadyEnrolled`.
    """
    if not users.get_user(session, buyer_id).can_take_courses:
        raise MayNotBuy
    course = courses.find_published(session, course_id)
    if course.creator_id == buyer_id:
        raise OwnCourse
    if courses.is_bookable_teacher(session, course.id, buyer_id):
        raise TeachesCourse
    if not _can_be_taught(session, course.id, teacher_id):
        raise TeacherNotAvailable
    if holds_place(session, buyer_id, course.id):
        raise AlreadyEnrolled
    return course


def _can_be_taught(session: ReadSession, course_id: CourseId, teacher_id: UserId | None) -> bool:
    if teacher_id is None:
        return bool(courses.bookable_teacher_ids(session, course_id))
    return courses.is_bookable_teacher(session, course_id, teacher_id)


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
    """A place in a course that costs nothing; no transaction. Raises as `start_checkout` does, and `PriceChanged`."""
    people = _named(command.buyer_id, command.teacher_id)
    calendar.lock_people(session, *people)  # a place may come with a first session
    course = _hold_and_check(session, command)
    if course.price_cents:
        raise PriceChanged
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
    teacher_id: UserId | None,
    session_count: int | None,
    transaction_id: TransactionId,
) -> None:
    """What a payment buys: as many sessions as were offered, whatever the course has by now. A second
    payment for a place already held stays unmatched in the books, and goes back to the buyer; so does one that is told
    of after one of the two has left, or after the course was given to its buyer."""
    people = _named(student_id, teacher_id)
    calendar.lock_people(session, *people)  # a place may come with a first session
    try:
        users.hold_people(session, people)
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
    teacher_id: UserId | None,
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
