"""SQL of money that is taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payouts.models import Payout, PayoutReversal
from app.domains.payouts.types import PayoutStatus, ReversalStatus
from app.domains.users.types import UserId


def open_of(session: ReadSession, user_id: UserId) -> PayoutReversal | None:
    return session.scalar(
        select(PayoutReversal).where(PayoutReversal.user_id == user_id, PayoutReversal.status == ReversalStatus.OPEN)
    )


def by_id(session: ReadSession, reversal_id: str) -> PayoutReversal | None:
    return session.get(PayoutReversal, reversal_id)


def was_refused(session: ReadSession, user_id: UserId, *, since: datetime) -> bool:
    statement = select(PayoutReversal.id).where(
        PayoutReversal.user_id == user_id,
        PayoutReversal.status == ReversalStatus.REFUSED,
        PayoutReversal.created_at > since,
    )
    return session.scalar(statement.limit(1)) is not None


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when one of this person is open."""
    return insert_or_skip(session, PayoutReversal, values) == 1


def end(session: WriteSession, reversal_id: str, status: ReversalStatus) -> bool:
    """False when it has ended before."""
    statement = update(PayoutReversal).where(
        PayoutReversal.id == reversal_id, PayoutReversal.status == ReversalStatus.OPEN
    )
    return session.change(statement.values(status=status)) == 1


def newest_paid(session: ReadSession, user_id: UserId) -> Payout | None:
    """The last payout of which something is left."""
    statement = select(Payout).where(
        Payout.user_id == user_id, Payout.status == PayoutStatus.PAID, Payout.reversed_cents < Payout.amount_cents
    )
    return session.scalar(statement.order_by(Payout.paid_at.desc(), Payout.id.desc()).limit(1))
