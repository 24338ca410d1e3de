"""Rules of second factors."""

from app.db.session import ReadSession
from app.domains.mfa import repository
from app.domains.users.types import UserId


def has_second_factor(session: ReadSession, user_id: UserId) -> bool:
    """Whether the password alone does not log this person in."""
    return repository.has_confirmed_totp(session, user_id)
