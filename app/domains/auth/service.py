"""Rules of signing up, logging in and staying logged in. Plain units of work; hashing happens before them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from app.core.errors import NotAuthenticated
from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import LoginFailed, MailTokenInvalid, RefreshInProgress, RefreshTokenInvalid
from app.domains.auth.events import EmailVerificationAsked, SignupRepeated
from app.domains.auth.tokens import AccessClaims, hash_refresh_token, new_refresh_token
from app.domains.auth.types import AuthSessionId, MailTokenId, MailTokenPurpose, Signup, TokenPair
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.principal import AccountSuspended, Principal

_VERIFY_LIFE = timedelta(hours=24)
_LINK_WINDOW, _MOST_LINKS = timedelta(hours=1), 3
_REFRESH_GRACE = timedelta(seconds=10)
_LONGEST_SESSION = timedelta(days=30)  # however often it is refreshed: a thief who keeps at it is out after a month
_ENDED_SESSIONS_KEPT = timedelta(days=30)
_DEAD_LINKS_KEPT = timedelta(days=7)


def sign_up(session: WriteSession, email: str, signup: Signup) -> None:
    """Make the account and ask for the verification mail. An address that is taken gets a mail instead of an answer,
    so that nobody learns who has an account."""
    user_id = users.create_user(
        session, email=email, name=signup.name, password_hash=signup.password_hash, timezone=signup.timezone
    )
    if user_id is not None:
        _ask_verification(session, user_id, signup)
        return
    owner = users.find_by_email(session, email)
    if owner is None:  # the handle was taken in the same instant, not the address
        sign_up(session, email, signup)
    elif owner.is_email_verified:
        session.publish(SignupRepeated(owner.id))
    else:
        _ask_verification(session, owner.id, signup)


def resend_verification(session: WriteSession, email: str) -> None:
    """Mail a fresh link for the newest sign-up if the address belongs to an unverified account; say nothing either
    way."""
    user = users.find_by_email(session, email)
    if user is not None and not user.is_email_verified:
        _ask_verification(session, user.id, repository.newest_signup(session, user.id))


def _ask_verification(session: WriteSession, user_id: UserId, signup: Signup | None) -> None:
    """Nothing beyond the hour's links: whoever knows an address must not be able to fill its mailbox."""
    user = users.lock_user(session, user_id)  # so that many at once are counted one after the other
    recent = repository.count_mail_tokens(session, user_id, since=session.now - _LINK_WINDOW)
    if user.is_email_verified or recent >= _MOST_LINKS:
        return
    token_id = MailTokenId(new_id("mtk"))
    repository.insert_mail_token(
        session,
        token_id,
        user_id,
        purpose=MailTokenPurpose.VERIFY_EMAIL,
        expires_at=session.now + _VERIFY_LIFE,
        signup=signup,
    )
    session.publish(EmailVerificationAsked(user_id, token_id))


def verify_email(session: WriteSession, token_id: str | None) -> None:
    """Raises `MailTokenInvalid` unless the token is ours, fresh and unused, and the address unproven."""
    token = repository.mail_token(session, MailTokenId(token_id)) if token_id else None
    is_proof = (
        token is not None
        and users.mark_email_verified(session, token.user_id)  # first, for it locks the account: one link wins
        and repository.use_mail_token(session, token.id, MailTokenPurpose.VERIFY_EMAIL)
    )
    if token is None or not is_proof:
        raise MailTokenInvalid
    if token.signup is not None:
        _put_into_force(session, token.user_id, token.signup)
    repository.void_mail_tokens(session, token.user_id)


def _put_into_force(session: WriteSession, user_id: UserId, signup: Signup) -> None:
    """The proven sign-up's choices become the account's; a stranger who signed up before is out."""
    if users.get_user(session, user_id).password_hash == signup.password_hash:
        return  # the very sign-up that made the account: its log-ins and later changes are of the same person
    users.start_over(session, user_id, password_hash=signup.password_hash, name=signup.name, timezone=signup.timezone)
    repository.revoke_all(session, user_id)


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


def log_in(session: WriteSession, credentials: Credentials, life: timedelta) -> TokenPair:
    """Start an auth session. Raises `LoginFailed` when the password was replaced since it was read: a log-in that was
    under way while the address was proven must not survive it."""
    user_id = credentials.user_id
    if user_id is None or users.lock_user(session, user_id).password_hash != credentials.password_hash:
        raise LoginFailed
    return start_auth_session(session, user_id, life)


def start_auth_session(session: WriteSession, user_id: UserId, life: timedelta) -> TokenPair:
    """A new auth session with its first refresh token."""
    auth_session_id = AuthSessionId(new_id("aus"))
    repository.insert_auth_session(session, auth_session_id, user_id, _session_end(session.now, session.now, life))
    return _issue_refresh_token(session, user_id, auth_session_id)


def _session_end(now: datetime, begun_at: datetime, life: timedelta) -> datetime:
    return min(now + life, begun_at + _LONGEST_SESSION)


def _issue_refresh_token(session: WriteSession, user_id: UserId, auth_session_id: AuthSessionId) -> TokenPair:
    token = new_refresh_token()
    repository.insert_refresh_token(session, hash_refresh_token(token), auth_session_id)
    return TokenPair(user_id, auth_session_id, token, session.now)


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
        _refuse_suspended(users.get_user(session, found.user_id).suspended_at)
        repository.extend(session, found.id, _session_end(session.now, found.created_at, life))
        return _issue_refresh_token(session, found.user_id, found.id)
    found = repository.refresh_token(session, token_hash)
    if found is None or found.used_at is None:
        return RefreshRefusal.UNKNOWN
    if session.now - found.used_at <= _REFRESH_GRACE:
        return RefreshRefusal.USED_JUST_NOW
    repository.revoke(session, found.id)
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


def sweep_tokens(session: WriteSession) -> int:
    """Delete what ended long ago: log-ins after a month, mailed links after a week. Answers how many rows."""
    sessions = repository.delete_ended_sessions(session, session.now - _ENDED_SESSIONS_KEPT)
    return sessions + repository.delete_old_mail_tokens(session, session.now - _DEAD_LINKS_KEPT)


def authenticate(session: ReadSession, claims: AccessClaims) -> Principal:
    """The person behind a verified token, as the database knows them now.

    Raises `NotAuthenticated` when the auth session has ended, `AccountSuspended` when the person is suspended.
    """
    user_id = UserId(claims.user_id)
    if not repository.is_live(session, AuthSessionId(claims.auth_session_id), user_id):
        raise NotAuthenticated
    try:
        user = users.get_user(session, user_id)
    except UserNotFound:
        raise NotAuthenticated from None
    _refuse_suspended(user.suspended_at)
    return Principal(
        user_id=user.id,
        auth_session_id=claims.auth_session_id,
        is_email_verified=user.is_email_verified,
        is_admin=user.is_admin,
        can_create_courses=user.can_create_courses,
        can_teach_courses=user.can_teach_courses,
    )


def _refuse_suspended(suspended_at: datetime | None) -> None:
    if suspended_at is not None:
        raise AccountSuspended
