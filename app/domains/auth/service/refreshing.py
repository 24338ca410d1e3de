"""Staying logged in and logging out."""

from datetime import timedelta
from enum import Enum, auto

from app.db.session import WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import RefreshInProgress, RefreshTokenInvalid
from app.domains.auth.events import RefreshTokenReused
from app.domains.auth.service.login import issue_refresh_token, refuse_suspended, session_end
from app.domains.auth.tokens import hash_refresh_token
from app.domains.auth.types import AuthSessionId, TokenPair
from app.domains.users import service as users

_REFRESH_GRACE = timedelta(seconds=10)
_ENDED_SESSIONS_KEPT = timedelta(days=30)
_DEAD_LINKS_KEPT = timedelta(days=7)


class RefreshRefusal(Enum):
    """Why a refresh token was not exchanged. A value, because the revocation that goes with reuse must be committed."""

    UNKNOWN = auto()
    USED_JUST_NOW = auto()


def refresh(session: WriteSession, token: str, life: timedelta) -> TokenPair | RefreshRefusal:
    """Exchange a refresh token for the next one. A used one shown again after the grace revokes its auth session.

    Raises `AccountSuspended`; the token then stays unused.
    """
    token_hash = hash_refresh_token(token)
    if repository.use_refresh_token(session, token_hash):
        found = repository.refresh_token(session, token_hash)
        if found is None:  # pragma: no cover - it was updated in this transaction
            return RefreshRefusal.UNKNOWN
        refuse_suspended(users.get_user(session, found.user_id).suspended_at)
        repository.extend(session, found.id, session_end(session.now, found.created_at, life))
        return issue_refresh_token(session, found.user_id, found.id)
    found = repository.refresh_token(session, token_hash)
    if found is None or found.used_at is None:
        return RefreshRefusal.UNKNOWN
    if session.now - found.used_at <= _REFRESH_GRACE:
        return RefreshRefusal.USED_JUST_NOW
    if repository.revoke(session, found.id):
        session.publish(RefreshTokenReused(found.user_id, found.id))
    return RefreshRefusal.UNKNOWN


def unwrap_refresh(outcome: TokenPair | RefreshRefusal) -> TokenPair:
    """The pair, or the refusal as a problem."""
    match outcome:
        case TokenPair():
            return outcome
        case RefreshRefusal.USED_JUST_NOW:
            raise RefreshInProgress
        case RefreshRefusal.UNKNOWN:
            raise RefreshTokenInvalid


def log_out(session: WriteSession, auth_session_id: AuthSessionId) -> None:
    """End the auth session; its access tokens are refused from now on."""
    repository.revoke(session, auth_session_id)


def log_out_by_refresh_token(session: WriteSession, token: str) -> None:
    """End the auth session that the token is of, if there is one."""
    found = repository.refresh_token(session, hash_refresh_token(token))
    if found is not None:
        repository.revoke(session, found.id)


def sweep_tokens(session: WriteSession) -> int:
    """Delete what ended long ago: log-ins after a month, mailed links after a week. Answers how many rows."""
    sessions = repository.delete_ended_sessions(session, session.now - _ENDED_SESSIONS_KEPT)
    return sessions + repository.delete_old_mail_tokens(session, session.now - _DEAD_LINKS_KEPT)
