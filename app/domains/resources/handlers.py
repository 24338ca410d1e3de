"""What resources do when something happens below them."""

from app.db.session import WriteSession
from app.domains.courses.events import DraftDeleted
from app.domains.resources import service


def on_draft_deleted(session: WriteSession, event: DraftDeleted) -> None:
    """What it shared goes first, files and all."""
    service.remove_all(session, event.course_id)
