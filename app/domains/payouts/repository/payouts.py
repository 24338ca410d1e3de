"""SQL of payouts, of what is approved on a day, and of freezes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, case, func, insert, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payouts.models import Payout, PayoutDay, PayoutFreeze
from app.domains.payouts.types import ASKED, OPEN, RECALLABLE, FailureCode, PayoutId, PayoutStatus, ReviewReason
from app.domains.users.types import UserId


def add(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(Payout).values(values))


def by_id(session: ReadSession, payout_id: str) -> Payout | None:
    return session.scalar(select(Payout).where(Payout.id == payout_id).execution_options(populate_existing=True))


def move(
    session: WriteSession,
    payout_id: PayoutId,
    expected: Collection[PayoutStatus],
    status: PayoutStatus,
    *,
    seen: Mapping[str, object] | None = None,
    **values: object,
) -> bool:
    """The guard of every change of state: whoever comes second changes nothing, nor does who decided on what is no
    longer so: the columns in `seen`, with the values they had."""
    is_as_seen = [getattr(Payout, name).is_not_distinct_from(value) for name, value in (seen or {}).items()]
    statement = update(Payout).where(Payout.id == payout_id, Payout.status.in_(expected), *is_as_seen)
    return session.change(statement.values(status=status, **values)) == 1


def change(session: WriteSession, payout_id: PayoutId, expected: Collection[PayoutStatus], **values: object) -> bool:
    """The same for what is no change of state."""
    return session.change(update(Payout).where(Payout.id == payout_id, Payout.status.in_(expected)).values(values)) == 1


def hold_all(session: WriteSession, user_id: UserId) -> None:
    """All of the person's that nothing is on its way for need a second look."""
    session.change(_asked_for_again().where(Payout.user_id == user_id).values(review_reason=ReviewReason.HELD))


def hold_for_bank(session: WriteSession, provider_account_id: str, bank_marker: str | None) -> bool:
    """Those of the account that were asked for with another bank account need a second look. False if there are
    none."""
    reason = case((Payout.review_reason == ReviewReason.HELD, ReviewReason.HELD), else_=ReviewReason.BANK_CHANGED)
    statement = _asked_for_again().where(
        Payout.provider_account_id == provider_account_id, Payout.bank_marker.is_distinct_from(bank_marker)
    )
    return session.change(statement.values(review_reason=reason, bank_marker=bank_marker)) > 0


def _asked_for_again() -> Update:
    """What was refused is another attempt from then on: the payment service would repeat its refusal."""
    attempt = case((Payout.status == PayoutStatus.FAILED, Payout.attempt + 1), else_=Payout.attempt)
    statement = update(Payout).where(Payout.status.in_(RECALLABLE))
    return statement.values(status=PayoutStatus.REQUESTED, attempt=attempt, asked_at=None, failure_code=None)


def set_reversed(session: WriteSession, transfer_id: str, reversed_cents: int) -> None:
    """What came back of a transfer only grows, however late it is told."""
    session.change(
        update(Payout)
        .where(Payout.transfer_id == transfer_id, Payout.reversed_cents < reversed_cents)
        .values(reversed_cents=reversed_cents)
    )


def has_been_paid(session: ReadSession, user_id: UserId) -> bool:
    statement = select(Payout.id).where(Payout.user_id == user_id, Payout.status == PayoutStatus.PAID).limit(1)
    return session.scalar(statement) is not None


def paid_cents(session: ReadSession, user_id: UserId, currency: str) -> int:
    """What reached the person and was not taken back."""
    statement = select(func.sum(Payout.amount_cents - Payout.reversed_cents)).where(
        Payout.user_id == user_id, Payout.currency == currency, Payout.status == PayoutStatus.PAID
    )
    return int(session.scalar(statement) or 0)


def page(
    session: ReadSession,
    *,
    user_id: UserId | None = None,
    status: PayoutStatus | None = None,
    before: Moment | None,
    limit: int,
) -> list[Payout]:
    """Newest first."""
    statement = select(Payout)
    if user_id is not None:
        statement = statement.where(Payout.user_id == user_id)
    if status is not None:
        statement = statement.where(Payout.status == status)
    return list(session.scalars(page_after(statement, Payout.created_at, Payout.id, place=before, limit=limit)))


def waiting_to_be_sent(session: ReadSession) -> list[PayoutId]:
    return list(session.scalars(select(Payout.id).where(Payout.status == PayoutStatus.APPROVED).order_by(Payout.id)))


def next_attempt() -> dict[str, object]:
    """The values of a payout that is tried again: what was refused is asked for under another key."""
    return {"attempt": Payout.attempt + 1, "asked_at": None, "failure_code": None}


def failed_with(session: ReadSession, code: FailureCode) -> Sequence[Payout]:
    """The oldest first."""
    statement = select(Payout).where(Payout.status == PayoutStatus.FAILED, Payout.failure_code == code)
    return session.scalars(statement.order_by(Payout.id)).all()


def unanswered(session: ReadSession, *, before: datetime, limit: int) -> list[PayoutId]:
    """Payouts whose transfer was asked for and of which nothing is known since, or which were approved and not sent."""
    statement = select(Payout.id).where(
        Payout.status.in_([*ASKED, PayoutStatus.APPROVED]),
        func.coalesce(Payout.asked_at, Payout.decided_at, Payout.created_at) < before,
    )
    return list(session.scalars(statement.order_by(Payout.id).limit(limit)))


def add_to_day(session: WriteSession, day: str, currency: str, amount_cents: int, *, cap_cents: int) -> bool:
    """False when more would be approved on that day than may be."""
    insert_or_skip(session, PayoutDay, {"day": day, "currency": currency, "approved_cents": 0})
    grown = PayoutDay.approved_cents + amount_cents
    statement = update(PayoutDay).where(PayoutDay.day == day, PayoutDay.currency == currency, grown <= cap_cents)
    return session.change(statement.values(approved_cents=grown)) == 1


def approved_on(session: ReadSession, day: str, currency: str) -> int:
    statement = select(PayoutDay.approved_cents).where(PayoutDay.day == day, PayoutDay.currency == currency)
    return session.scalar(statement) or 0


def open_by_person(session: ReadSession) -> dict[tuple[UserId, str], int]:
    """What is set aside for whom in which currency."""
    statement = (
        select(Payout.user_id, Payout.currency, func.sum(Payout.amount_cents))
        .where(Payout.status.in_(OPEN))
        .group_by(Payout.user_id, Payout.currency)
    )
    return {(user_id, currency): int(total) for user_id, currency, total in session.execute(statement)}


def paid_since(session: ReadSession, since: datetime) -> Sequence[Payout]:
    """Those whose transfer we know."""
    statement = select(Payout).where(Payout.status == PayoutStatus.PAID, Payout.paid_at >= since)
    return session.scalars(statement.order_by(Payout.id)).all()


def forget_notes(session: WriteSession, user_id: UserId) -> None:
    """What administrators wrote about the person's payouts; the audit log keeps why they decided."""
    session.change(update(Payout).where(Payout.user_id == user_id).values(note=None))


def count_open(session: ReadSession, user_id: UserId) -> int:
    statement = select(func.count()).where(Payout.user_id == user_id, Payout.status.in_(OPEN))
    return session.scalar(statement) or 0


def insert_freeze(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when one is in force."""
    return insert_or_skip(session, PayoutFreeze, values) == 1


def freeze_in_force(session: ReadSession) -> PayoutFreeze | None:
    return session.scalar(select(PayoutFreeze).where(PayoutFreeze.lifted_at.is_(None)))


def lift_freeze(session: WriteSession, *, lifted_by: UserId, note: str) -> bool:
    statement = update(PayoutFreeze).where(PayoutFreeze.lifted_at.is_(None))
    return session.change(statement.values(lifted_at=session.now, lifted_by=lifted_by, note=note)) == 1


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        Payout.id,
        Payout.amount_cents,
        Payout.reversed_cents,
        Payout.currency,
        Payout.status,
        Payout.created_at,
        Payout.paid_at,
    ).where(Payout.user_id == user_id)
    return plain_rows(session, statement.order_by(Payout.created_at.desc(), Payout.id))


def export_decisions(session: ReadSession, user_id: UserId) -> list[Plain]:
    """Which of others' payouts the person decided about."""
    statement = select(Payout.id, Payout.status, Payout.decided_at).where(Payout.decided_by == user_id)
    return plain_rows(session, statement.order_by(Payout.decided_at.desc(), Payout.id))
