"""SQL of refunds and disputes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments.types import TransactionId
from app.domains.refunds.models import Dispute, Refund
from app.domains.refunds.types import UNDER_WAY, DisputeId, DisputeStatus, RefundId, RefundStatus
from app.domains.users.types import UserId

_AT_THE_BANK = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)


def insert_refund(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when a request for this payment is waiting."""
    return insert_or_skip(session, Refund, values) == 1


def refund(session: ReadSession, refund_id: RefundId) -> Refund | None:
    return session.get(Refund, refund_id, populate_existing=True)


def move(
    session: WriteSession,
    refund_id: RefundId,
    *,
    expected: Collection[RefundStatus],
    status: RefundStatus,
    **values: Any,
) -> bool:
    """False when the refund does not stand as expected."""
    statement = update(Refund).where(Refund.id == refund_id, Refund.status.in_(expected))
    return session.change(statement.values(status=status, **values)) == 1


def refunds_of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[Refund]:
    """Newest first. There are few: one at a time, and never more than was paid."""
    statement = select(Refund).where(Refund.enrollment_id == enrollment_id)
    return list(session.scalars(statement.order_by(Refund.created_at.desc(), Refund.id.desc())))


def page(session: ReadSession, status: RefundStatus | None, *, before: Moment | None, limit: int) -> list[Refund]:
    statement = select(Refund)
    if status is not None:
        statement = statement.where(Refund.status == status)
    return list(session.scalars(page_after(statement, Refund.created_at, Refund.id, place=before, limit=limit)))


def refunds_of_sale(
    session: ReadSession, transaction_id: TransactionId, statuses: Collection[RefundStatus]
) -> list[Refund]:
    """The oldest first."""
    statement = select(Refund).where(Refund.transaction_id == transaction_id, Refund.status.in_(statuses))
    return list(session.scalars(statement.order_by(Refund.id).execution_options(populate_existing=True)))


def silent(session: ReadSession, *, decided_before: datetime, limit: int) -> list[Refund]:
    """Those that were to be sent and of which nothing has been heard since, the oldest first."""
    waiting = (RefundStatus.APPROVED, RefundStatus.SENDING, RefundStatus.PROCESSING)
    statement = select(Refund).where(Refund.status.in_(waiting), Refund.decided_at < decided_before)
    return list(session.scalars(statement.order_by(Refund.decided_at, Refund.id).limit(limit)))


def count_open(session: ReadSession, buyer_id: UserId) -> int:
    """Refunds the person waits for."""
    waiting = (*UNDER_WAY, RefundStatus.REQUESTED)
    return session.scalar(select(func.count()).where(Refund.buyer_id == buyer_id, Refund.status.in_(waiting))) or 0


def places_in_question(session: ReadSession) -> set[EnrollmentId]:
    """Those with a refund or a dispute that is not over."""
    refunds = select(Refund.enrollment_id).where(Refund.status.in_((*UNDER_WAY, RefundStatus.REQUESTED)))
    disputes = select(Dispute.enrollment_id).where(Dispute.closed_at.is_(None))
    return {place for place in session.scalars(refunds.union(disputes)) if place is not None}


def awaits_decision(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    asked = select(Refund.id).where(Refund.enrollment_id == enrollment_id, Refund.status == RefundStatus.REQUESTED)
    open_ = select(Dispute.id).where(Dispute.enrollment_id == enrollment_id, Dispute.closed_at.is_(None))
    return session.scalar(asked.union(open_).limit(1)) is not None


def export_refunds(session: ReadSession, buyer_id: UserId) -> list[Plain]:
    statement = select(
        Refund.id,
        Refund.transaction_id,
        Refund.status,
        Refund.amount_cents,
        Refund.currency,
        Refund.reason,
        Refund.rejection,
        Refund.created_at,
        Refund.settled_at,
    ).where(Refund.buyer_id == buyer_id)
    return plain_rows(session, statement.order_by(Refund.created_at.desc(), Refund.id))


def forget_words(session: WriteSession, user_id: UserId) -> None:
    session.change(
        update(Refund).where(Refund.requested_by_id == user_id, Refund.buyer_id == user_id).values(reason="-")
    )


def insert_dispute(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when it is known."""
    return insert_or_skip(session, Dispute, values) == 1


def dispute(session: ReadSession, dispute_id: DisputeId) -> Dispute | None:
    return session.get(Dispute, dispute_id, populate_existing=True)


def lock_dispute(session: WriteSession, dispute_id: DisputeId) -> Dispute | None:
    """The dispute, kept from everybody else who changes it until this unit is done."""
    statement = select(Dispute).where(Dispute.id == dispute_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def dispute_by_provider(session: ReadSession, provider_id: str) -> Dispute | None:
    statement = select(Dispute).where(Dispute.provider_id == provider_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def change_dispute(
    session: WriteSession, dispute_id: DisputeId, *, expected: Collection[DisputeStatus], **values: Any
) -> bool:
    """False when the dispute does not stand as expected."""
    statement = update(Dispute).where(Dispute.id == dispute_id, Dispute.status.in_(expected))
    return session.change(statement.values(**values)) == 1


def replace_statement(session: WriteSession, dispute_id: DisputeId, present: str, other: str | None) -> None:
    """Unless there is yet another by now."""
    is_present = Dispute.statement == present
    session.change(update(Dispute).where(Dispute.id == dispute_id, is_present).values(statement=other))


def mark_answered(session: WriteSession, dispute_id: DisputeId) -> None:
    session.change(update(Dispute).where(Dispute.id == dispute_id).values(evidence_sent_at=session.now))


def change_inquiry(session: WriteSession, provider_id: str, **values: Any) -> None:
    """Unless it is more than an inquiry by now."""
    is_inquiry = Dispute.status == DisputeStatus.INQUIRY
    session.change(update(Dispute).where(Dispute.provider_id == provider_id, is_inquiry).values(**values))


def disputed_sales(session: ReadSession) -> list[TransactionId]:
    """Those about which a bank asks or has yet to decide."""
    return list(session.scalars(select(Dispute.transaction_id).where(Dispute.closed_at.is_(None)).distinct()))


def is_questioned(session: ReadSession, transaction_id: TransactionId) -> bool:
    """Whether a bank took money of it and has not decided."""
    statement = select(Dispute.id).where(Dispute.transaction_id == transaction_id, Dispute.status.in_(_AT_THE_BANK))
    return session.scalar(statement.limit(1)) is not None


def lost_disputes(session: ReadSession, transaction_id: TransactionId) -> list[int]:
    """What banks kept of a sale, each time."""
    lost = Dispute.status == DisputeStatus.LOST
    return list(session.scalars(select(Dispute.amount_cents).where(Dispute.transaction_id == transaction_id, lost)))


def disputes_since(session: ReadSession, since: datetime) -> list[Dispute]:
    """Those that were opened since then, and all that are not over."""
    is_concerned = or_(Dispute.created_at >= since, Dispute.closed_at.is_(None))
    return list(session.scalars(select(Dispute).where(is_concerned).order_by(Dispute.id)))


def under_way_by_sale(session: ReadSession) -> dict[tuple[TransactionId, str], int]:
    """What is to be given back of which sale in which currency, and has not left."""
    return _by_sale(session, Refund, Refund.status.in_(UNDER_WAY))


def taken_by_sale(session: ReadSession) -> dict[tuple[TransactionId, str], int]:
    """What banks took of which sale in which currency, and have not decided about."""
    return _by_sale(session, Dispute, Dispute.status.in_(_AT_THE_BANK))


def _by_sale(
    session: ReadSession, row: type[Refund] | type[Dispute], is_open: ColumnElement[bool]
) -> dict[tuple[TransactionId, str], int]:
    statement = select(row.transaction_id, row.currency, func.sum(row.amount_cents)).where(is_open)
    found = session.execute(statement.group_by(row.transaction_id, row.currency))
    return {(sale, currency): int(total) for sale, currency, total in found}


def disputes_page(
    session: ReadSession, status: DisputeStatus | None, *, before: Moment | None, limit: int
) -> list[Dispute]:
    statement = select(Dispute)
    if status is not None:
        statement = statement.where(Dispute.status == status)
    return list(session.scalars(page_after(statement, Dispute.created_at, Dispute.id, place=before, limit=limit)))
