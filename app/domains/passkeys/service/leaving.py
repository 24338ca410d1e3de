"""What is kept of a person's passkeys, and deleting them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.passkeys import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The person's passkeys by name, newest first."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete the person's passkeys."""
    repository.delete_all(session, user_id)
