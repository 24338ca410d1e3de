"""Tables of payouts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.db.types import Cents, JsonValue
from app.domains.payouts.types import (
    AccountStatus,
    FailureCode,
    PayoutAccountId,
    PayoutId,
    PayoutStatus,
    ReversalStatus,
    ReviewReason,
)
from app.domains.users.types import UserId

_IN_FORCE = text("lifted_at IS NULL")
_OPEN = text("status = 'open'")


class PayoutAccount(Stamped, Base):
    """A person's account at the payment service. Its status is derived from what the service last said, and what was
    asked before an answer that came later does not count."""

    __tablename__ = "payout_accounts"
    __table_args__ = (CheckConstraint(one_of("status", AccountStatus), name="status"),)

    id: Mapped[PayoutAccountId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), unique=True)
    generation: Mapped[int] = mapped_column(default=1)  # one more each time the account is opened anew
    country: Mapped[str]
    opened_at: Mapped[datetime]  # when this generation was asked for
    provider_account_id: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str]
    requirements: Mapped[list[str]] = mapped_column(JsonValue)
    disabled_reason: Mapped[str | None]
    bank_marker: Mapped[str | None]
    trusted_marker: Mapped[str | None]  # the bank account of the last payout that an administrator approved
    refreshed_at: Mapped[datetime | None]


class Payout(Stamped, Base):
    """Money on its way out. Its id is the idempotency key of the transfer; the row is never deleted."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint(one_of("status", PayoutStatus), name="status"),
        CheckConstraint(one_of("review_reason", ReviewReason), name="review_reason"),
        CheckConstraint(one_of("failure_code", FailureCode), name="failure_code"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("reversed_cents BETWEEN 0 AND amount_cents", name="reversed"),
        Index("ix_payouts_user_id", "user_id", "created_at"),
        Index("ix_payouts_status", "status", "created_at"),
        Index("ix_payouts_created_at", "created_at", "id"),
    )

    id: Mapped[PayoutId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    provider_account_id: Mapped[str]
    bank_marker: Mapped[str | None]
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    status: Mapped[str]
    review_reason: Mapped[str | None]
    note: Mapped[str | None]  # of the administrator who decided last
    decided_by: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=1)  # one more each time it is tried again after a refusal
    asked_at: Mapped[datetime | None]  # when the transfer was first asked for in this attempt
    transfer_id: Mapped[str | None] = mapped_column(unique=True)
    failure_code: Mapped[str | None]
    reversed_cents: Mapped[int] = mapped_column(Cents, default=0)
    paid_at: Mapped[datetime | None]


class PayoutReversal(Stamped, Base):
    """Money of a payout that is taken back for what its payee owes. Its id is the idempotency key; one at a time."""

    __tablename__ = "payout_reversals"
    __table_args__ = (
        CheckConstraint(one_of("status", ReversalStatus), name="status"),
        CheckConstraint("amount_cents > 0", name="amount"),
        Index("uq_payout_reversals_open", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_payout_reversals_payout_id", "payout_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    payout_id: Mapped[PayoutId] = mapped_column(ForeignKey("payouts.id"))
    transfer_id: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    status: Mapped[str]


class BankReturn(Stamped, Base):
    """Money that a person's bank sent back to their account at the payment service, once for each of its payouts.
    Nothing of ours moved: the transfer had arrived. `created_at` is when we heard of it."""

    __tablename__ = "bank_returns"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount"),
        Index("ix_bank_returns_user_id", "user_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # of the payout at the payment service
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    provider_account_id: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    failure_code: Mapped[str | None]
    failure_message: Mapped[str | None]
    sent_at: Mapped[datetime]  # when the payment service sent it to the bank


class PayoutDay(Base):
    """How much was approved on one day (UTC), kept by conditional UPDATE."""

    __tablename__ = "payout_days"

    day: Mapped[str] = mapped_column(primary_key=True)  # 2026-12-01
    currency: Mapped[str] = mapped_column(primary_key=True)
    approved_cents: Mapped[int] = mapped_column(Cents)


class PayoutFreeze(Base):
    """The books did not add up. While a row is in force, nothing is approved or sent."""

    __tablename__ = "payout_freezes"
    __table_args__ = (
        Index("uq_payout_freezes_in_force", "cause", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str]  # books
    frozen_at: Mapped[datetime]
    faults: Mapped[list[str]] = mapped_column(JsonValue)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str | None]


class PayoutSafeguard(Base):
    """When the books were last looked at in one of the ways that payouts rely on. The first attempt has a row too, so
    that one that never succeeds is late one day. Names are an open set, of which a process looks at those it knows: no
    CHECK."""

    __tablename__ = "payout_safeguards"

    name: Mapped[str] = mapped_column(primary_key=True)
    passed_at: Mapped[datetime]
