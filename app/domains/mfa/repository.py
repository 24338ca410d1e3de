"""SQL of second factors."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.mfa.models import RecoveryCode, TotpSecret
from app.domains.users.types import UserId


def totp_secret(session: ReadSession, user_id: UserId) -> TotpSecret | None:
    return session.get(TotpSecret, user_id)


def has_confirmed_totp(session: ReadSession, user_id: UserId) -> bool:
    statement = select(TotpSecret.user_id).where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_not(None))
    return session.scalar(statement) is not None


def put_unconfirmed(session: WriteSession, user_id: UserId, sealed_secret: str) -> bool:
    """Whether it was stored, in place of another unconfirmed one; not when the person has a confirmed one."""
    values = {"sealed_secret": sealed_secret, "created_at": session.now}
    statement = update(TotpSecret).where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_(None))
    if session.change(statement.values(values)) == 1:
        return True
    return insert_or_skip(session, TotpSecret, values | {"user_id": user_id, "last_step": 0}) == 1


def confirm_totp(session: WriteSession, user_id: UserId, sealed_secret: str, step: int) -> bool:
    """Compare-and-set: the very secret that made the code, unconfirmed until now."""
    statement = update(TotpSecret).where(
        TotpSecret.user_id == user_id,
        TotpSecret.sealed_secret == sealed_secret,
        TotpSecret.confirmed_at.is_(None),
    )
    return session.change(statement.values(confirmed_at=session.now, last_step=step)) == 1


def spend_step(session: WriteSession, user_id: UserId, sealed_secret: str, step: int) -> bool:
    """Compare-and-set: exactly one caller gets True for one time step of a confirmed secret."""
    statement = update(TotpSecret).where(
        TotpSecret.user_id == user_id,
        TotpSecret.sealed_secret == sealed_secret,
        TotpSecret.confirmed_at.is_not(None),
        TotpSecret.last_step < step,
    )
    return session.change(statement.values(last_step=step)) == 1


def delete_confirmed_totp(session: WriteSession, user_id: UserId) -> bool:
    statement = delete(TotpSecret).where(TotpSecret.user_id == user_id, TotpSecret.confirmed_at.is_not(None))
    return session.change(statement) == 1


def insert_recovery_codes(session: WriteSession, user_id: UserId, hashes: Iterable[str]) -> None:
    rows = ({"code_hash": item, "user_id": user_id, "created_at": session.now} for item in hashes)
    insert_or_skip(session, RecoveryCode, *rows)


def spend_recovery_code(session: WriteSession, user_id: UserId, code_hash: str) -> bool:
    """Compare-and-set: exactly one caller gets True for one code."""
    statement = update(RecoveryCode).where(
        RecoveryCode.code_hash == code_hash, RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.change(statement.values(used_at=session.now)) == 1


def delete_recovery_codes(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def count_unused_recovery_codes(session: ReadSession, user_id: UserId) -> int:
    statement = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(statement) or 0


def export_totp(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(TotpSecret.created_at, TotpSecret.confirmed_at).where(TotpSecret.user_id == user_id)
    return plain_rows(session, statement)


def export_recovery_codes(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(RecoveryCode.created_at, RecoveryCode.used_at).where(RecoveryCode.user_id == user_id)
    return plain_rows(session, statement.order_by(RecoveryCode.created_at, RecoveryCode.code_hash))


def delete_all(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(TotpSecret).where(TotpSecret.user_id == user_id))
    session.change(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
