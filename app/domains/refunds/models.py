"""Tables of refunds and disputes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.db.types import Cents, JsonValue
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments.types import TransactionId
from app.domains.refunds.types import DisputeId, DisputeStatus, RefundCause, RefundId, RefundStatus
from app.domains.users.types import UserId

_IS_REQUESTED = text("status = 'requested'")


class Refund(Stamped, Base):
    """Money to be given back. Its id is the reference at the payment service; the row is never deleted."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint(one_of("status", RefundStatus), name="status"),
        CheckConstraint(one_of("cause", RefundCause), name="cause"),
        CheckConstraint("amount_cents > 0", name="amount"),
        Index(
            "uq_refunds_requested",
            "transaction_id",
            unique=True,
            sqlite_where=_IS_REQUESTED,
            postgresql_where=_IS_REQUESTED,
        ),
        Index("ix_refunds_transaction_id", "transaction_id"),
        Index("ix_refunds_buyer_id", "buyer_id"),
        Index("ix_refunds_status", "status", "created_at"),
    )

    id: Mapped[RefundId] = mapped_column(primary_key=True)
    transaction_id: Mapped[TransactionId] = mapped_column(ForeignKey("transactions.id"))
    enrollment_id: Mapped[EnrollmentId | None] = mapped_column(ForeignKey("enrollments.id"))
    buyer_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    cause: Mapped[str]
    status: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    reason: Mapped[str]
    quote_id: Mapped[str | None]
    ends_place: Mapped[bool] = mapped_column(default=False)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)  # who gave what, as it was done; empty until then
    requested_by_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    decided_by_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    rejection: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=1)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Dispute(Stamped, Base):
    """A payment that the buyer's bank questions or took back."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint(one_of("status", DisputeStatus), name="status"),
        Index("ix_disputes_transaction_id", "transaction_id"),
        Index("ix_disputes_status", "status", "created_at"),
    )

    id: Mapped[DisputeId] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    transaction_id: Mapped[TransactionId] = mapped_column(ForeignKey("transactions.id"))
    enrollment_id: Mapped[EnrollmentId | None] = mapped_column(ForeignKey("enrollments.id"))
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    evidence_due_at: Mapped[datetime | None]
    evidence_sent_at: Mapped[datetime | None]
    fee_cents: Mapped[int] = mapped_column(Cents)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)  # who bore the loss; empty unless it was lost
    ends_place: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # once it was lost
    statement: Mapped[str | None]  # our side of the story, as it was saved or sent last
    closed_at: Mapped[datetime | None]
