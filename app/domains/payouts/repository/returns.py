"""SQL of money that banks sent back."""

from typing import Any

from sqlalchemy import select, update

from app.db.export import Plain, plain_rows
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payouts.models import BankReturn
from app.domains.users.types import UserId


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when it is known."""
    return insert_or_skip(session, BankReturn, values) == 1


def newest_of(session: ReadSession, user_id: UserId) -> BankReturn | None:
    statement = select(BankReturn).where(BankReturn.user_id == user_id)
    return session.scalar(statement.order_by(BankReturn.sent_at.desc(), BankReturn.id.desc()).limit(1))


def by_id(session: ReadSession, return_id: str) -> BankReturn | None:
    return session.get(BankReturn, return_id)


def forget_reasons(session: WriteSession, user_id: UserId) -> None:
    """What a bank said of the person's account."""
    session.change(
        update(BankReturn).where(BankReturn.user_id == user_id).values(failure_code=None, failure_message=None)
    )


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        BankReturn.id,
        BankReturn.amount_cents,
        BankReturn.currency,
        BankReturn.failure_code,
        BankReturn.failure_message,
        BankReturn.sent_at,
        BankReturn.created_at,
    ).where(BankReturn.user_id == user_id)
    return plain_rows(session, statement.order_by(BankReturn.created_at.desc(), BankReturn.id))
