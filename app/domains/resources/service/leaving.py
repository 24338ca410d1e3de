"""What is kept of the resources that a person shared. They stay with the course when the person leaves."""

from app.db.export import Plain
from app.db.session import ReadSession
from app.domains.resources import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """What the person shared, newest first."""
    return repository.export_rows(session, user_id)
