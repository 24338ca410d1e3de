"""What is kept of a person's identities at other providers, and unlinking them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.oauth import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The person's identities at other providers."""
    return repository.export_rows(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Unlink all of them: they can be linked to another account at once."""
    repository.delete_all(session, user_id)
