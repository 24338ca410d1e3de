"""What is kept of a person's answers about being recorded."""

from app.db.export import Plain
from app.db.session import ReadSession
from app.domains.users.types import UserId
from app.domains.video import repository


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """The person's answers, newest first. They stay when the person leaves, as the sessions do: they say why there was
    a recording."""
    return repository.export_answers(session, user_id)
