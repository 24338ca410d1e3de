"""Profiles: changed by their owner, seen and found by others."""

from typing import Any

from app.db.session import ReadSession, WriteSession
from app.domains.users import policies, repository
from app.domains.users.errors import HandleTaken, UserNotFound
from app.domains.users.events import PersonRenamed, ProfileChanged
from app.domains.users.models import User
from app.domains.users.schemas import Me
from app.domains.users.service.people import lock_user
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal

_MOST_FOUND = 20


def change_profile(session: WriteSession, user_id: UserId, changes: dict[str, Any]) -> User:
    """Apply the given profile fields. Raises `UserNotFound`, `HandleTaken`."""
    lock_user(session, user_id)
    handle = changes.get("handle")
    if handle is not None and not repository.claim_handle(session, user_id, handle):
        raise HandleTaken
    if changes:
        repository.change(session, user_id, changes)
        session.publish(ProfileChanged(user_id))
    if "name" in changes:
        session.publish(PersonRenamed(user_id))
    return lock_user(session, user_id)


def change_me(session: WriteSession, user_id: UserId, changes: dict[str, Any], expected: Expected) -> Me:
    """Change the caller's own profile. Raises as `change_profile` does, and `PreconditionFailed`."""
    expected.check(Me.model_validate(lock_user(session, user_id)))
    return Me.model_validate(change_profile(session, user_id, changes))


def set_avatar(session: WriteSession, user_id: UserId, key: str | None) -> None:
    """Show this picture of the person (the key that its objects begin with), or none. Raises `UserNotFound`."""
    if not repository.change(session, user_id, {"avatar_key": key}):
        raise UserNotFound
    session.publish(ProfileChanged(user_id))


def view_profile(session: ReadSession, handle: str, viewer: Principal | None) -> User:
    """A profile that the viewer may see. Raises `UserNotFound` for a private or suspended one as for an unknown one."""
    user = repository.by_handle(session, handle.lower())
    if user is None:
        raise UserNotFound
    is_shown = user.is_profile_public and user.suspended_at is None
    if not is_shown and not policies.sees_private(viewer, user.id):
        raise UserNotFound
    return user


def search_people(session: ReadSession, text: str, viewer: Principal) -> list[User]:
    """At most twenty people whose name or handle holds the text, in any case; private and suspended ones only for those
    who moderate. Handles that begin with the text come first."""
    with_hidden = policies.sees_private(viewer)
    found = _spellings(text)
    return repository.search(session, found, start=text.lower(), with_hidden=with_hidden, limit=_MOST_FOUND)


def _spellings(text: str) -> list[str]:
    """The text as SQLite's `lower` may leave it, which knows ASCII only: other letters as small, capital and initial
    ones. Postgres makes all of them small, so that the first one fits there."""
    spelled = (text.lower(), text.upper(), text.title())
    return list(dict.fromkeys("".join(c.lower() if c.isascii() else c for c in each) for each in spelled))
