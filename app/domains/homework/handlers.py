"""What homework does when something happens below it."""

from app.db.session import WriteSession
from app.domains.courses.events import DraftDeleted
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.events import SessionsDelivered
from app.domains.homework import service


def on_sessions_delivered(session: WriteSession, event: SessionsDelivered) -> None:
    """The last session completes the course unless homework is open; then the last review does."""
    service.complete_if_done(session, enrollments.get_enrollment(session, event.enrollment_id))


def on_draft_deleted(session: WriteSession, event: DraftDeleted) -> None:
    """Its homework goes first, unless somebody handed it in."""
    service.delete_all_unused(session, event.course_id)
