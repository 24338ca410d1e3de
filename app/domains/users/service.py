"""Rules about people."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from app.core.errors import Forbidden
from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.models import User
from app.domains.users.types import AccountFacts, PeopleFilter, Person, UserId

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


def require_admin(session: WriteSession, user_id: UserId) -> None:
    """Every write that only an administrator may do asks this first, in its own transaction: the role may be gone since
    the request was let in. Whoever takes it away waits until this unit is done. Raises `Forbidden`."""
    if not hold_admin(session, user_id):
        raise Forbidden


def hold_admin(session: WriteSession, user_id: UserId) -> bool:
    """Whether the person is an administrator, and stays one until this unit is done."""
    return repository.hold_admin(session, user_id)


def change_capabilities(
    session: WriteSession, user_id: UserId, changes: Mapping[str, bool], *, actor_id: UserId, reason: str | None = None
) -> None:
    """Set these flags, with an entry in the audit log; what is so already is no change. Raises `UserNotFound`."""
    user = lock_user(session, user_id)
    before = {name: getattr(user, name) for name, value in changes.items() if getattr(user, name) != value}
    if not before:
        return
    after = {name: changes[name] for name in before}
    repository.change(session, user_id, after)
    change = Change("user.capabilities_changed", "user", user_id, before=before, after=after, reason=reason)
    audit.record(session, actor_id, change)


def suspend(session: WriteSession, user_id: UserId, reason: str | None = None) -> bool:
    """Shut the person out until an administrator decides otherwise; false when that is so already. Log-ins that are
    open are refused with the next request, but not ended."""
    return repository.suspend(session, user_id, reason)


def unsuspend(session: WriteSession, user_id: UserId) -> bool:
    """Let the person in again; false when nobody shut them out."""
    return repository.unsuspend(session, user_id)


def get_account(session: ReadSession, user_id: UserId) -> AccountFacts:
    """Raises `UserNotFound`."""
    user = repository.fresh(session, user_id)
    if user is None:
        raise UserNotFound
    return _as_account(user)


def list_accounts(
    session: ReadSession, wanted: PeopleFilter, *, before: tuple[datetime, str] | None, limit: int
) -> list[AccountFacts]:
    """Accounts of every standing, the newest first."""
    return [_as_account(user) for user in repository.page(session, wanted, before=before, limit=limit)]


def _as_account(user: User) -> AccountFacts:
    return AccountFacts(**{field.name: getattr(user, field.name) for field in fields(AccountFacts)})
