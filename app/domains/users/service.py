"""Rules about people."""

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.models import User
from app.domains.users.types import Person, UserId

_LONGEST_HANDLE = 20
_RESERVED_HANDLES = frozenset({"me", "search", "check_handle", "admin", "api", "support", "peerloop"})


def create_user(
    session: WriteSession,
    *,
    email: str,
    name: str,
    password_hash: str,
    timezone: str,
    can_create_courses: bool = False,
    is_admin: bool = False,
) -> UserId | None:
    """Make an account; None when the address or, in this instant, the handle is taken. The address must be normalized."""
    user_id = UserId(new_id("usr"))
    values = {
        "id": user_id,
        "email": email,
        "name": name,
        "handle": _free_handle(session, name),
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


def _free_handle(session: ReadSession, name: str) -> str:
    """Letters, digits and underscores made from the name, starting with a letter; a suffix when taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:_LONGEST_HANDLE]
    if len(base) < 3:  # noqa: PLR2004 - the shortest handle
        base = "member"
    if base not in _RESERVED_HANDLES and repository.id_by_handle(session, base) is None:
        return base
    return f"{base[:12]}_{new_id('h')[-7:]}"


def get_user(session: ReadSession, user_id: UserId) -> User:
    """Raises `UserNotFound`."""
    user = repository.by_id(session, user_id)
    if user is None:
        raise UserNotFound
    return user


def lock_user(session: WriteSession, user_id: UserId) -> User:
    """The person as of now, whom nobody else changes until this unit is done. Raises `UserNotFound`."""
    user = repository.locked(session, user_id)
    if user is None:
        raise UserNotFound
    return user


def find_by_email(session: ReadSession, email: str) -> User | None:
    return repository.by_email(session, email)


def find_by_handle(session: ReadSession, handle: str) -> UserId | None:
    """The person of this handle, in any case."""
    return repository.id_by_handle(session, handle.lower())


def get_person(session: ReadSession, user_id: UserId) -> Person:
    """Raises `UserNotFound`."""
    return _as_person(get_user(session, user_id))


def get_people(session: ReadSession, ids: Collection[UserId]) -> dict[UserId, Person]:
    return {user.id: _as_person(user) for user in repository.by_ids(session, ids)}


def suspended_ids(session: ReadSession, ids: Collection[UserId]) -> frozenset[UserId]:
    """Those of the people who are shut out."""
    return repository.suspended_ids(session, ids)


def _as_person(user: User) -> Person:
    return Person(user.id, user.name, user.handle, user.email, user.timezone, user.is_email_verified)


def mark_email_verified(session: WriteSession, user_id: UserId) -> bool:
    """Whether this call did it: false when it was verified before."""
    return repository.verify_email(session, user_id)


def change_profile(session: WriteSession, user_id: UserId, changes: dict[str, Any]) -> User:
    """Apply the given profile fields. Raises `UserNotFound`."""
    if changes and not repository.change(session, user_id, changes):
        raise UserNotFound
    return get_user(session, user_id)


def start_over(session: WriteSession, user_id: UserId, *, password_hash: str, name: str, timezone: str) -> None:
    """Give the account to whoever proved its address: nothing of the profile stays that somebody else chose."""
    profile = {"name": name, "timezone": timezone, "is_profile_public": False}
    repository.change(session, user_id, profile | {"password_hash": password_hash})


def allow_teaching(session: WriteSession, user_id: UserId) -> None:
    """Grant the capability that the first certification brings. Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"can_teach_courses": True}):
        raise UserNotFound


def suspend(session: WriteSession, user_id: UserId) -> None:
    """Shut the person out until an administrator decides otherwise. Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"suspended_at": session.now}):
        raise UserNotFound
