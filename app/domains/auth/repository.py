"""SQL of auth sessions and one-time tokens."""

from datetime import datetime

from sqlalchemy import Row, insert, select, update

from app.db.session import ReadSession, WriteSession
from app.domains.auth.models import AuthSession, MailToken, RefreshToken
from app.domains.auth.types import AuthSessionId, MailTokenId, MailTokenPurpose
from app.domains.users.types import UserId


def insert_auth_session(
    session: WriteSession, auth_session_id: AuthSessionId, user_id: UserId, expires_at: datetime
) -> None:
    row = {"id": auth_session_id, "user_id": user_id, "expires_at": expires_at, "created_at": session.now}
    session.change(insert(AuthSession).values(row))


def insert_refresh_token(session: WriteSession, token_hash: str, auth_session_id: AuthSessionId) -> None:
    row = {"token_hash": token_hash, "auth_session_id": auth_session_id, "issued_at": session.now}
    session.change(insert(RefreshToken).values(row))


def is_live(session: ReadSession, auth_session_id: AuthSessionId, user_id: UserId) -> bool:
    statement = select(AuthSession.id).where(
        AuthSession.id == auth_session_id,
        AuthSession.user_id == user_id,
        AuthSession.revoked_at.is_(None),
        AuthSession.expires_at > session.now,
    )
    return session.scalar(statement) is not None


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


def refresh_token(session: ReadSession, token_hash: str) -> Row[datetime | None, AuthSessionId, UserId] | None:
    statement = (
        select(RefreshToken.used_at, AuthSession.id, AuthSession.user_id)
        .join(AuthSession, AuthSession.id == RefreshToken.auth_session_id)
        .where(RefreshToken.token_hash == token_hash)
    )
    return session.execute(statement).one_or_none()


def extend(session: WriteSession, auth_session_id: AuthSessionId, expires_at: datetime) -> None:
    session.change(update(AuthSession).where(AuthSession.id == auth_session_id).values(expires_at=expires_at))


def revoke(session: WriteSession, auth_session_id: AuthSessionId) -> bool:
    statement = update(AuthSession).where(AuthSession.id == auth_session_id, AuthSession.revoked_at.is_(None))
    return session.change(statement.values(revoked_at=session.now)) == 1


def insert_mail_token(
    session: WriteSession,
    token_id: MailTokenId,
    user_id: UserId,
    *,
    purpose: MailTokenPurpose,
    expires_at: datetime,
) -> None:
    row = {
        "id": token_id,
        "user_id": user_id,
        "purpose": purpose,
        "expires_at": expires_at,
        "created_at": session.now,
    }
    session.change(insert(MailToken).values(row))


def use_mail_token(session: WriteSession, token_id: MailTokenId, purpose: MailTokenPurpose) -> UserId | None:
    """Use the token once; the person it belongs to, or None when it is used, expired or of another purpose."""
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
    if session.change(statement) != 1:
        return None
    return session.scalar(select(MailToken.user_id).where(MailToken.id == token_id))
