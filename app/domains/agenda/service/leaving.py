"""What the agenda means for somebody who leaves, or asks what is kept."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.agenda import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """Since when the person has a feed. Its address is theirs to ask for; it is a secret, so no export holds it."""
    return repository.export_feed(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """The feed's address leads nowhere from now on."""
    repository.delete_feed(session, user_id)
    repository.delete_walls(session, user_id)
