"""What resources do when something happens below them."""

from app.db.session import WriteSession
from app.domains.courses.events import CourseTransferred, DraftDeleted
from app.domains.resources import service


def on_draft_deleted(session: WriteSession, event: DraftDeleted) -> None:
    """What it shared goes first, files and all."""
    service.remove_all(session, event.course_id)


def on_course_transferred(session: WriteSession, event: CourseTransferred) -> None:
    """Files that only the new creator can take away now are theirs."""
    service.hand_over(session, event.course_id, event.from_user_id, event.to_user_id)
