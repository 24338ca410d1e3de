"""SQL of auth sessions and one-time tokens."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.lookup import Lookup
from app.db.session import ReadSession, WriteSession
from app.domains.auth.models import AuthSession, MailToken, RefreshToken
from app.domains.auth.types import AuthSessionId, Device, LoginMethod, MailTokenId, MailTokenPurpose, Signup
from app.domains.users import service as users
from app.domains.users.types import Standing, UserId

_LIVE_SINCE = select(func.coalesce(AuthSession.authenticated_at, AuthSession.created_at)).where(
    AuthSession.id == bindparam("auth_session_id"),
    AuthSession.user_id == bindparam("user_id"),
    AuthSession.revoked_at.is_(None),
    AuthSession.expires_at > bindparam("now"),
)
_CALLER = users.standing_with(_LIVE_SINCE.scalar_subquery())


def insert_auth_session(
    session: WriteSession,
    auth_session_id: AuthSessionId,
    user_id: UserId,
    *,
    expires_at: datetime,
    method: LoginMethod,
    device: Device,
) -> None:
    row = {
        "id": auth_session_id,
        "user_id": user_id,
        "method": method,
        "device": device.name,
        "network": device.network,
        "authenticated_at": session.now,
        "last_used_at": session.now,
        "expires_at": expires_at,
        "created_at": session.now,
    }
    session.change(insert(AuthSession).values(row))


def has_session_from(session: ReadSession, user_id: UserId, network: str | None) -> bool:
    """Whether the person has, or lately had, an auth session that began in this network."""
    statement = exists().where(AuthSession.user_id == user_id, AuthSession.network == network)
    return network is not None and bool(session.scalar(select(statement)))


def insert_refresh_token(session: WriteSession, token_hash: str, auth_session_id: AuthSessionId) -> None:
    row = {"token_hash": token_hash, "auth_session_id": auth_session_id, "issued_at": session.now}
    session.change(insert(RefreshToken).values(row))


def auth_session(session: ReadSession, auth_session_id: AuthSessionId) -> AuthSession | None:
    return session.get(AuthSession, auth_session_id)


def caller(lookup: Lookup, auth_session_id: AuthSessionId, user_id: UserId) -> tuple[Standing, datetime] | None:
    """What the person of a live auth session may do, and when they last proved who they are; None when it has ended."""
    row = lookup.one(_CALLER, auth_session_id=auth_session_id, user_id=user_id, now=lookup.now)
    if row is None or row[-1] is None:
        return None
    return Standing(*row[:-1]), row[-1]


def use_refresh_token(session: WriteSession, token_hash: str) -> bool:
    """Compare-and-set: exactly one caller gets True for one token of a live auth session."""
    live = select(AuthSession.id).where(AuthSession.revoked_at.is_(None), AuthSession.expires_at > session.now)
    statement = (
        update(RefreshToken)
        .where(
            RefreshToken.token_hash == token_hash,
            RefreshToken.used_at.is_(None),
            RefreshToken.auth_session_id.in_(live),
        )
        .values(used_at=session.now)
    )
    return session.change(statement) == 1


def refresh_token(
    session: ReadSession, token_hash: str
) -> Row[datetime | None, AuthSessionId, UserId, datetime] | None:
    statement = (
        select(RefreshToken.used_at, AuthSession.id, AuthSession.user_id, AuthSession.created_at)
        .join(AuthSession, AuthSession.id == RefreshToken.auth_session_id)
        .where(RefreshToken.token_hash == token_hash)
    )
    return session.execute(statement).one_or_none()


def extend(session: WriteSession, auth_session_id: AuthSessionId, expires_at: datetime) -> None:
    used = {"expires_at": expires_at, "last_used_at": session.now}
    session.change(update(AuthSession).where(AuthSession.id == auth_session_id).values(used))


def revoke(session: WriteSession, auth_session_id: AuthSessionId) -> bool:
    statement = update(AuthSession).where(AuthSession.id == auth_session_id, AuthSession.revoked_at.is_(None))
    return session.change(statement.values(revoked_at=session.now)) == 1


def revoke_all(session: WriteSession, user_id: UserId, *, but: AuthSessionId | None = None) -> int:
    """How many were ended: all of the person's, or all but one."""
    statement = update(AuthSession).where(_is_live(session, user_id), AuthSession.id != (but or ""))
    return session.change(statement.values(revoked_at=session.now))


def revoke_own(session: WriteSession, auth_session_id: AuthSessionId, user_id: UserId) -> bool:
    statement = update(AuthSession).where(AuthSession.id == auth_session_id, _is_live(session, user_id))
    return session.change(statement.values(revoked_at=session.now)) == 1


def authenticate_again(session: WriteSession, auth_session_id: AuthSessionId, user_id: UserId) -> bool:
    """Note that the person just proved who they are; false when the auth session has ended."""
    statement = update(AuthSession).where(AuthSession.id == auth_session_id, _is_live(session, user_id))
    return session.change(statement.values(authenticated_at=session.now)) == 1


def live_sessions(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[AuthSession]:
    """Newest first."""
    statement = select(AuthSession).where(_is_live(session, user_id))
    keys = (AuthSession.created_at, AuthSession.id)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def devices(session: ReadSession, user_id: UserId) -> set[str | None]:
    """What the person logged in from, as far as it is kept."""
    return set(session.scalars(select(AuthSession.device).where(AuthSession.user_id == user_id).distinct()))


def _is_live(session: ReadSession, user_id: UserId) -> ColumnElement[bool]:
    return and_(AuthSession.user_id == user_id, AuthSession.revoked_at.is_(None), AuthSession.expires_at > session.now)


def delete_ended_sessions(session: WriteSession, before: datetime) -> int:
    """How many auth sessions and refresh tokens were deleted: those that expired or were revoked before then."""
    ended = or_(AuthSession.expires_at < before, AuthSession.revoked_at < before)
    of_ended = RefreshToken.auth_session_id.in_(select(AuthSession.id).where(ended))
    return session.change(delete(RefreshToken).where(of_ended)) + session.change(delete(AuthSession).where(ended))


def insert_mail_token(
    session: WriteSession,
    token_id: MailTokenId,
    user_id: UserId,
    *,
    purpose: MailTokenPurpose,
    expires_at: datetime,
    signup: Signup | None = None,
    new_email: str | None = None,
) -> None:
    row = {
        "id": token_id,
        "user_id": user_id,
        "purpose": purpose,
        "new_email": new_email,
        "expires_at": expires_at,
        "created_at": session.now,
    }
    session.change(insert(MailToken).values(row | (asdict(signup) if signup else {})))


def mail_token(session: ReadSession, token_id: MailTokenId) -> MailToken | None:
    return session.get(MailToken, token_id)


def count_mailed(session: ReadSession, user_id: UserId, since: datetime, purpose: MailTokenPurpose) -> int:
    """Without those that never worked, which only keep a sign-up."""
    statement = select(func.count()).where(
        MailToken.user_id == user_id,
        MailToken.purpose == purpose,
        MailToken.created_at > since,
        MailToken.expires_at > MailToken.created_at,
    )
    return session.scalar(statement) or 0


def pending_password_hashes(session: ReadSession, user_id: UserId) -> set[str]:
    """The passwords of sign-ups that still wait for their proof, however old."""
    statement = select(MailToken.password_hash).where(MailToken.user_id == user_id)
    return {found for found in session.scalars(statement) if found is not None}


def rehash_signups(session: WriteSession, user_id: UserId, *, old: str, new: str) -> None:
    """The sign-up that had the one password has now the other."""
    statement = update(MailToken).where(MailToken.user_id == user_id, MailToken.password_hash == old)
    session.change(statement.values(password_hash=new))


def note_previous_email(session: WriteSession, token_id: MailTokenId, email: str) -> None:
    session.change(update(MailToken).where(MailToken.id == token_id).values(previous_email=email))


def newest_signup(session: ReadSession, user_id: UserId) -> Signup | None:
    statement = select(MailToken).where(MailToken.user_id == user_id, MailToken.password_hash.is_not(None))
    newest = session.scalar(statement.order_by(MailToken.created_at.desc(), MailToken.id.desc()).limit(1))
    return newest.signup if newest else None


def use_mail_token(session: WriteSession, token_id: MailTokenId, purpose: MailTokenPurpose) -> bool:
    """Compare-and-set: not when it is used, expired or of another purpose."""
    statement = (
        update(MailToken)
        .where(
            MailToken.id == token_id,
            MailToken.purpose == purpose,
            MailToken.used_at.is_(None),
            MailToken.expires_at > session.now,
        )
        .values(used_at=session.now)
    )
    return session.change(statement) == 1


def void_purpose(session: WriteSession, user_id: UserId, purpose: MailTokenPurpose) -> None:
    """None of the person's links for this works any more."""
    statement = update(MailToken).where(MailToken.user_id == user_id, MailToken.purpose == purpose)
    session.change(statement.where(MailToken.used_at.is_(None)).values(used_at=session.now))


def void_mail_tokens(session: WriteSession, user_id: UserId) -> None:
    """None of the person's links works any more, and what strangers chose in sign-ups is forgotten."""
    nothing = {"password_hash": None, "name": None, "timezone": None}
    session.change(update(MailToken).where(MailToken.user_id == user_id).values(used_at=session.now, **nothing))


def delete_old_mail_tokens(session: WriteSession, before: datetime) -> int:
    """How many that expired before then were deleted. The newest sign-up stays: a fresh link may be asked for it."""
    newer = aliased(MailToken)
    is_outdated = exists().where(
        newer.user_id == MailToken.user_id, newer.created_at > MailToken.created_at, newer.password_hash.is_not(None)
    )
    is_needless = or_(MailToken.password_hash.is_(None), is_outdated)
    return session.change(delete(MailToken).where(MailToken.expires_at < before, is_needless))


def export_sessions(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        AuthSession.method,
        AuthSession.device,
        AuthSession.network,
        AuthSession.created_at,
        AuthSession.last_used_at,
        AuthSession.expires_at,
        AuthSession.revoked_at,
    ).where(AuthSession.user_id == user_id)
    return plain_rows(session, statement.order_by(AuthSession.created_at.desc(), AuthSession.id))


def export_mail_tokens(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        MailToken.purpose,
        MailToken.new_email,
        MailToken.previous_email,
        MailToken.created_at,
        MailToken.expires_at,
        MailToken.used_at,
    ).where(MailToken.user_id == user_id)
    return plain_rows(session, statement.order_by(MailToken.created_at.desc(), MailToken.id))


def forget_devices(session: WriteSession, user_id: UserId) -> None:
    session.change(update(AuthSession).where(AuthSession.user_id == user_id).values(device=None, network=None))


def delete_mail_tokens(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(MailToken).where(MailToken.user_id == user_id))
