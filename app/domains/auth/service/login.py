"""Logging in, and who a verified token stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import NotAuthenticated
from app.core.ids import new_id
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import LoginFailed
from app.domains.auth.events import NewDeviceSignedIn
from app.domains.auth.tokens import AccessClaims, hash_refresh_token, new_refresh_token, password_mark
from app.domains.auth.types import AuthSessionId, Device, LoginMethod, PendingLogIn, TokenPair
from app.domains.mfa import service as mfa
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import AccountSuspended, Principal

_LONGEST_SESSION = timedelta(days=30)  # however often it is refreshed: a thief who keeps at it is out after a month


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in is checked against; without an account the hash is missing."""

    user_id: UserId | None
    password_hash: str | None
    is_suspended: bool


def find_credentials(session: ReadSession, email: str) -> Credentials:
    user = users.find_by_email(session, email)
    if user is None:
        return Credentials(None, None, is_suspended=False)
    return Credentials(user.id, user.password_hash, is_suspended=user.suspended_at is not None)


def was_used_from(session: ReadSession, email: str, network: str | None) -> bool:
    """Whether somebody logged in to this account from this network, as far back as log-ins are kept."""
    user = users.find_by_email(session, email)
    return user is not None and repository.has_session_from(session, user.id, network)


def log_in(
    session: WriteSession, credentials: Credentials, life: timedelta, device: Device
) -> TokenPair | PendingLogIn:
    """Begin the log-in of somebody whose password is right. Raises `LoginFailed` when the password was replaced since
    it was read: a log-in that was under way while the address was proven must not survive it."""
    user_id = credentials.user_id
    user = users.lock_if_there(session, user_id) if user_id else None
    if user is None or user.password_hash != credentials.password_hash:
        raise LoginFailed
    return begin_log_in(session, user.id, life, LoginMethod.PASSWORD, device)


def begin_log_in(
    session: WriteSession, user_id: UserId, life: timedelta, method: LoginMethod, device: Device
) -> TokenPair | PendingLogIn:
    """A new auth session; or, for somebody with a second factor, what `unwrap_log_in` makes a challenge of."""
    if mfa.has_second_factor(session, user_id):
        return PendingLogIn(user_id, method, password_mark(users.get_user(session, user_id).password_hash))
    return start_auth_session(session, user_id, life, method, device)


def start_auth_session(
    session: WriteSession, user_id: UserId, life: timedelta, method: LoginMethod, device: Device
) -> TokenPair:
    """A new auth session with its first refresh token. Its owner is told when it is from a device not seen before."""
    auth_session_id = AuthSessionId(new_id("aus"))
    ends_at = session_end(session.now, session.now, life)
    is_first = users.get_user(session, user_id).last_login_at is None
    known = repository.devices(session, user_id)
    repository.insert_auth_session(session, auth_session_id, user_id, expires_at=ends_at, method=method, device=device)
    users.record_login(session, user_id)
    if not is_first and device.name not in known:
        session.publish(NewDeviceSignedIn(user_id, auth_session_id))
    return issue_refresh_token(session, user_id, auth_session_id)


def session_end(now: datetime, begun_at: datetime, life: timedelta) -> datetime:
    return min(now + life, begun_at + _LONGEST_SESSION)


def issue_refresh_token(session: WriteSession, user_id: UserId, auth_session_id: AuthSessionId) -> TokenPair:
    token = new_refresh_token()
    repository.insert_refresh_token(session, hash_refresh_token(token), auth_session_id)
    return TokenPair(user_id, auth_session_id, token, session.now)


def authenticate(lookup: Lookup, claims: AccessClaims) -> Principal:
    """The person behind a verified token, as the database knows them now.

    Raises `NotAuthenticated` when the auth session has ended, `AccountSuspended` when the person is suspended.
    """
    user_id = UserId(claims.user_id)
    found = repository.caller(lookup, AuthSessionId(claims.auth_session_id), user_id)
    if found is None:
        raise NotAuthenticated
    standing, authenticated_at = found
    refuse_suspended(standing.suspended_at)
    return Principal(
        user_id=user_id,
        auth_session_id=claims.auth_session_id,
        authenticated_at=authenticated_at,
        is_email_verified=standing.email_verified_at is not None,
        is_admin=standing.is_admin,
        can_moderate_courses=standing.can_moderate_courses,
        can_create_courses=standing.can_create_courses,
        can_teach_courses=standing.can_teach_courses,
    )


def refuse_suspended(suspended_at: datetime | None) -> None:
    if suspended_at is not None:
        raise AccountSuspended
