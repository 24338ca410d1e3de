"""What refunds mean for somebody who leaves, or asks what is kept."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.refunds import repository
from app.domains.users.types import Obligation, UserId


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as refunds are concerned."""
    count = repository.count_open(session, user_id)
    hint = "Wait for the money that comes back to you, or take back what is not decided yet."
    return [Obligation("refunds_open", count, hint)] if count else []


def export_of(session: ReadSession, user_id: UserId) -> list[Plain]:
    """What the person asked to have back and got, newest first."""
    return repository.export_refunds(session, user_id)


def erase(session: WriteSession, user_id: UserId) -> None:
    """Forget what the person wrote. The refunds stay with the books, and what we told a bank stays with
    the dispute."""
    repository.forget_words(session, user_id)
