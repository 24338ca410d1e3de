"""What is kept of a person's applications, and deleting them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.roles import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The person's applications, and which of others' they decided, newest first."""
    return {"made": repository.export_rows(session, user_id), "decided": repository.export_reviews(session, user_id)}


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete the person's applications: they are all in their own words."""
    repository.delete_all(session, user_id)
