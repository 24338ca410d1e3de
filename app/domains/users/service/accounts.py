"""An account from its beginning: what it is made of, and what logs in to it."""

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.events import PersonRenamed, ProfileChanged
from app.domains.users.models import OWN_WORDS
from app.domains.users.service.handles import free_handle
from app.domains.users.service.people import get_user
from app.domains.users.types import UserId


def create_user(
    session: WriteSession,
    *,
    email: str,
    name: str,
    password_hash: str | None,
    timezone: str,
    can_create_courses: bool = False,
    is_admin: bool = False,
) -> UserId | None:
    """Make an account; None when the address or, in this instant, the handle is taken. The address must be
    normalized."""
    user_id = UserId(new_id("usr"))
    values = {
        "id": user_id,
        "email": email,
        "name": name,
        "handle": free_handle(session, name, user_id),
        "timezone": timezone,
        "password_hash": password_hash,
        "can_create_courses": can_create_courses,
        "can_teach_courses": False,
        "is_admin": is_admin,
        "is_profile_public": False,
        "created_at": session.now,
        "updated_at": session.now,
    }
    return user_id if repository.insert(session, values) else None


def start_over(session: WriteSession, user_id: UserId, *, password_hash: str | None, name: str, timezone: str) -> None:
    """Give the account to whoever proved its address: nothing of the profile stays that somebody else chose."""
    chosen = {"password_hash": password_hash, "name": name, "timezone": timezone, "is_profile_public": False}
    repository.change(session, user_id, chosen | dict.fromkeys(OWN_WORDS))
    repository.claim_handle(session, user_id, free_handle(session, name, user_id))
    repository.delete_mail_preferences(session, user_id)
    session.publish(ProfileChanged(user_id))
    session.publish(PersonRenamed(user_id))


def password_hash_of(session: ReadSession, user_id: UserId) -> str | None:
    """What a password is checked against; None for people without one. Raises `UserNotFound`."""
    return get_user(session, user_id).password_hash


def set_password(session: WriteSession, user_id: UserId, password_hash: str) -> None:
    """Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"password_hash": password_hash}):
        raise UserNotFound


def record_login(session: WriteSession, user_id: UserId) -> None:
    repository.set_last_login(session, user_id)
