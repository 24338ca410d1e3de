"""Who may do what: capabilities, administrators, and who is shut out. Who may change that, callers decide."""

from collections.abc import Mapping
from dataclasses import fields, replace

from app.core.errors import Forbidden
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.users import repository
from app.domains.users.errors import UserNotFound
from app.domains.users.events import ProfileChanged
from app.domains.users.models import User
from app.domains.users.service.people import lock_user
from app.domains.users.types import AccountFacts, PeopleFilter, UserId
from app.edge.principal import Principal


def require_admin(session: WriteSession, user_id: UserId) -> None:
    """Every write that only an administrator may do asks this first, in its own transaction: the role may be gone since
    the request was let in. Whoever takes it away waits until this unit is done. Raises `Forbidden`."""
    if not hold_admin(session, user_id):
        raise Forbidden


def hold_admin(session: WriteSession, user_id: UserId) -> bool:
    """Whether the person is an administrator, and stays one until this unit is done."""
    return repository.hold_admin(session, user_id)


def as_of_now(session: WriteSession, caller: Principal) -> Principal:
    """The caller of a write that administrators may do beside others: the role may be gone since the request was let
    in, and stays until this unit is done if it is not."""
    return replace(caller, is_admin=caller.is_admin and hold_admin(session, UserId(caller.user_id)))


def admin_ids(session: ReadSession) -> list[UserId]:
    """Every administrator who is neither suspended nor gone."""
    return repository.admin_ids(session)


def allow_teaching(session: WriteSession, user_id: UserId, *, actor_id: UserId | None = None) -> None:
    """Grant the capability that the first certification brings. Raises `UserNotFound`."""
    change_capabilities(session, user_id, {"can_teach_courses": True}, actor_id=actor_id, reason="certified to teach")


def change_capabilities(
    session: WriteSession,
    user_id: UserId,
    changes: Mapping[str, bool],
    *,
    actor_id: UserId | None,
    reason: str | None = None,
) -> None:
    """Set these flags, with an entry in the audit log; what is so already is no change. Without an actor the operator
    did it at the console. Raises `UserNotFound`."""
    user = lock_user(session, user_id)
    before = {name: getattr(user, name) for name, value in changes.items() if getattr(user, name) != value}
    if not before:
        return
    after = {name: changes[name] for name in before}
    repository.change(session, user_id, after)
    change = Change("user.capabilities_changed", "user", user_id, before=before, after=after, reason=reason)
    audit.record(session, actor_id, change)


def appoint(session: WriteSession, email: str) -> bool:
    """Make the owner of a proven address an administrator, as the operator says. Whether there is one."""
    user = repository.by_email(session, email.strip().lower())
    if user is None or not user.is_email_verified:
        return False
    change_capabilities(session, user.id, {"is_admin": True}, actor_id=None, reason="appointed at the console")
    return True


def suspend(session: WriteSession, user_id: UserId, reason: str | None = None) -> bool:
    """Shut the person out until an administrator decides otherwise; false when that is so already. Log-ins that are
    open are refused with the next request, but not ended."""
    return _shown_anew(session, user_id, is_changed=repository.suspend(session, user_id, reason))


def unsuspend(session: WriteSession, user_id: UserId) -> bool:
    """Let the person in again; false when nobody shut them out."""
    return _shown_anew(session, user_id, is_changed=repository.unsuspend(session, user_id))


def _shown_anew(session: WriteSession, user_id: UserId, *, is_changed: bool) -> bool:
    if is_changed:
        session.publish(ProfileChanged(user_id))
    return is_changed


def get_account(session: ReadSession, user_id: UserId) -> AccountFacts:
    """Raises `UserNotFound`."""
    user = repository.fresh(session, user_id)
    if user is None:
        raise UserNotFound
    return _as_account(user)


def list_accounts(
    session: ReadSession, wanted: PeopleFilter, *, before: Moment | None, limit: int
) -> list[AccountFacts]:
    """Accounts of every standing, the newest first."""
    return [_as_account(user) for user in repository.page(session, wanted, before=before, limit=limit)]


def _as_account(user: User) -> AccountFacts:
    return AccountFacts(**{field.name: getattr(user, field.name) for field in fields(AccountFacts)})
