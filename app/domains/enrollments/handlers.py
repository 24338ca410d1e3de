"""What enrollments do when something happens below them."""

from app.db.session import WriteSession
from app.domains.courses.errors import CreatorNotEligible
from app.domains.courses.events import CourseTransferred
from app.domains.courses.types import CourseId
from app.domains.enrollments import service
from app.domains.payments.events import PurchasePaid


def on_purchase_paid(session: WriteSession, event: PurchasePaid) -> None:
    """Payment makes the place, in the transaction that records the payment."""
    service.enroll_paid(
        session,
        student_id=event.buyer_id,
        course_id=CourseId(event.subject_id),
        teacher_id=event.teacher_id,
        session_count=event.session_count,
        transaction_id=event.transaction_id,
    )


def on_course_transferred(session: WriteSession, event: CourseTransferred) -> None:
    """Nobody takes their own course. Raises `CreatorNotEligible`, which undoes the transfer."""
    if service.holds_place(session, event.to_user_id, event.course_id):
        raise CreatorNotEligible
