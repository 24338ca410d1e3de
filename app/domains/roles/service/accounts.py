"""What administrators do to accounts. Each change is written into the audit log.

Nobody does it to themselves, and whoever does it stays an administrator until it is committed: so there is always one
left, however many take away each other's role at once.
"""

from collections.abc import Mapping

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.auth import service as auth
from app.domains.roles.errors import AccountDeleted, AddressNotProven, AlreadySuspended, NotSuspended, OwnAccount
from app.domains.roles.events import PersonSuspended, SuspensionLifted
from app.domains.users import service as users
from app.domains.users.types import AccountFacts, UserId

_OF_EVERYBODY = "can_take_courses"


def suspend(session: WriteSession, actor_id: UserId, user_id: UserId, reason: str) -> AccountFacts:
    """Shut somebody out and end all their log-ins.

    Raises `Forbidden`, `UserNotFound`, `OwnAccount`, `AccountDeleted`, `AlreadySuspended`.
    """
    _demand(session, actor_id, user_id)
    if not users.suspend(session, user_id, reason):
        raise AlreadySuspended
    auth.end_all_sessions(session, user_id)
    session.publish(PersonSuspended(user_id))
    return _record(session, actor_id, user_id, is_suspended=True, reason=reason)


def unsuspend(session: WriteSession, actor_id: UserId, user_id: UserId) -> AccountFacts:
    """Let somebody in again, who has to log in anew. Raises as `suspend` does, and `NotSuspended`."""
    _demand(session, actor_id, user_id)
    if not users.unsuspend(session, user_id):
        raise NotSuspended
    session.publish(SuspensionLifted(user_id))
    return _record(session, actor_id, user_id, is_suspended=False, reason=None)


def change_capabilities(
    session: WriteSession, actor_id: UserId, user_id: UserId, changes: Mapping[str, bool], reason: str | None
) -> AccountFacts:
    """Give or take rights; those that are not named stay.

    Raises `Forbidden`, `UserNotFound`, `OwnAccount`, `AccountDeleted`, `AddressNotProven`.
    """
    account = _demand(session, actor_id, user_id)
    granted = {name for name, value in changes.items() if value} - {_OF_EVERYBODY}
    if granted and not account.is_email_verified:
        raise AddressNotProven
    users.change_capabilities(session, user_id, changes, actor_id=actor_id, reason=reason)
    return users.get_account(session, user_id)


def _demand(session: WriteSession, actor_id: UserId, user_id: UserId) -> AccountFacts:
    """The account, which nobody else changes until this unit is done."""
    locked = {each: users.lock_if_there(session, each) for each in sorted({actor_id, user_id})}  # two admins, one order
    users.require_admin(session, actor_id)
    if user_id == actor_id:
        raise OwnAccount
    is_there = locked[user_id] is not None
    account = users.get_account(session, user_id)
    if not is_there:
        raise AccountDeleted
    return account


def _record(
    session: WriteSession, actor_id: UserId, user_id: UserId, *, is_suspended: bool, reason: str | None
) -> AccountFacts:
    action = "user.suspended" if is_suspended else "user.unsuspended"
    before, after = {"is_suspended": not is_suspended}, {"is_suspended": is_suspended}
    audit.record(session, actor_id, Change(action, "user", user_id, before, after, reason))
    return users.get_account(session, user_id)
