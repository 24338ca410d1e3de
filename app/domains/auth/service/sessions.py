"""The auth sessions of a person: seeing and ending them."""

from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.auth import repository
from app.domains.auth.errors import AuthSessionNotFound
from app.domains.auth.models import AuthSession
from app.domains.auth.types import AuthSessionId
from app.domains.users import service as users
from app.domains.users.types import UserId


def list_sessions(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[AuthSession]:
    """Those that are alive, newest first."""
    return repository.live_sessions(session, user_id, before=before, limit=limit)


def list_sessions_of(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[AuthSession]:
    """Somebody else's, for an administrator. Raises `UserNotFound`."""
    return list_sessions(session, users.get_user(session, user_id).id, before=before, limit=limit)


def end_session(session: WriteSession, auth_session_id: AuthSessionId, user_id: UserId) -> None:
    """Its tokens are refused from now on. Raises `AuthSessionNotFound` when it has ended or is somebody else's."""
    if not repository.revoke_own(session, auth_session_id, user_id):
        raise AuthSessionNotFound


def end_all_sessions(session: WriteSession, user_id: UserId, *, but: AuthSessionId | None = None) -> None:
    """Log the person out everywhere, or everywhere but here."""
    repository.revoke_all(session, user_id, but=but)


def forget_sessions(session: WriteSession, user_id: UserId) -> None:
    """Log everybody out and forget from where: it may have been a stranger, whose network and device must not pass for
    the owner's."""
    repository.revoke_all(session, user_id)
    repository.forget_devices(session, user_id)


def end_sessions_of(session: WriteSession, user_id: UserId, admin_id: UserId) -> None:
    """Log somebody else out everywhere, and note who did it. Raises `Forbidden`, `UserNotFound`."""
    users.require_admin(session, admin_id)
    ended = repository.revoke_all(session, users.get_user(session, user_id).id)
    audit.record(session, admin_id, Change("auth_session.ended", "user", user_id, after={"ended": ended}))
