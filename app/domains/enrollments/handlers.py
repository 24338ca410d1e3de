"""What enrollments do when something happens below them."""

from app.db.session import WriteSession
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
        transaction_id=event.transaction_id,
    )
