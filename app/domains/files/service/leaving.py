"""What is kept of a person's files, and deleting them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.files import repository
from app.domains.files.service.closing import close
from app.domains.files.types import FileState, Purpose
from app.domains.users.types import UserId

_PERSONAL = (Purpose.AVATAR, Purpose.HOMEWORK)
_NAMELESS = "deleted file"


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The person's files, newest first; GET /api/files/{id}/download has what is in them."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete the person's picture, homework and whatever nothing uses, at once. What is part of a course stays as long
    as the course has it."""
    for file in repository.personal(session, user_id, _PERSONAL):
        close(session, file, FileState.DELETED)
    repository.anonymize_closed(session, user_id, _NAMELESS)
