"""Tables of purchases, transactions and the ledger."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Share
from app.db.append_only import APPEND_ONLY
from app.db.base import Base, Stamped, one_of
from app.db.types import Cents
from app.domains.payments.types import AccountKind, PurchaseId, PurchaseStatus, TransactionId, TransactionStatus
from app.domains.users.types import UserId


class Purchase(Stamped, Base):
    """One attempt to buy. Its id is the idempotency key at the payment service; the row is never deleted."""

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint(one_of("status", PurchaseStatus), name="status"),
        CheckConstraint("amount_cents > 0", name="amount"),
        UniqueConstraint("buyer_id", "request_key"),
        Index("ix_purchases_status", "status", "expires_at"),
    )

    id: Mapped[PurchaseId] = mapped_column(primary_key=True)
    buyer_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    request_key: Mapped[str]  # the buyer's Idempotency-Key
    subject_id: Mapped[str]
    title: Mapped[str]
    creator_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    teacher_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
    session_count: Mapped[int | None]  # what was offered; unknown of purchases older than the column
    status: Mapped[str]
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class Transaction(Stamped, Base):
    """Money in: one per paid purchase. Refunds and payouts are not transactions."""

    __tablename__ = "transactions"
    __table_args__ = (
        CheckConstraint(one_of("status", TransactionStatus), name="status"),
        CheckConstraint("refunded_cents BETWEEN 0 AND amount_cents", name="refunded"),
        Index("ix_transactions_buyer_id", "buyer_id"),
        Index("ix_transactions_charge_id", "charge_id"),
    )

    id: Mapped[TransactionId] = mapped_column(primary_key=True)
    purchase_id: Mapped[PurchaseId] = mapped_column(ForeignKey("purchases.id"), unique=True)
    buyer_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(Cents)
    refunded_cents: Mapped[int] = mapped_column(Cents, default=0, server_default="0")  # decided, not yet all gone
    currency: Mapped[str]
    status: Mapped[str]
    payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None]
    split_rule: Mapped[str]
    split_rule_version: Mapped[int]


class PaymentSplit(Base):
    """One recipient's part of a transaction; the parts add up to its amount. No recipient means the platform, and of a
    teacher's part that nobody was chosen yet. When somebody else teaches, what was not released leaves its part for one
    of the next turn."""

    __tablename__ = "payment_splits"
    __table_args__ = (
        CheckConstraint(one_of("share", Share), name="share"),
        CheckConstraint("amount_cents >= 0", name="amount"),
        CheckConstraint("released_cents BETWEEN 0 AND amount_cents", name="released"),
        CheckConstraint("withdrawn_cents BETWEEN 0 AND amount_cents - released_cents", name="withdrawn"),
        CheckConstraint("reversed_cents BETWEEN 0 AND released_cents", name="reversed"),
        Index("ix_payment_splits_recipient_id", "recipient_id"),
    )

    transaction_id: Mapped[TransactionId] = mapped_column(ForeignKey("transactions.id"), primary_key=True)
    share: Mapped[str] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, server_default="0")  # 0: as it was sold
    recipient_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    percent: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(Cents)
    released_cents: Mapped[int] = mapped_column(Cents)  # by held sessions; of the platform's part too
    withdrawn_cents: Mapped[int] = mapped_column(Cents, default=0, server_default="0")  # taken back unreleased
    reversed_cents: Mapped[int] = mapped_column(Cents, default=0, server_default="0")  # taken back of the released


class LedgerAccount(Base):
    """A balance, kept by conditional UPDATE in the transaction of the postings and recomputable from them."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (CheckConstraint(one_of("kind", AccountKind), name="kind"),)

    id: Mapped[str] = mapped_column(primary_key=True)  # kind:owner:currency
    kind: Mapped[str]
    owner_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    currency: Mapped[str]
    balance_cents: Mapped[int] = mapped_column(Cents)


class LedgerEntry(Stamped, Base):
    """One movement, with an id made from the fact that caused it, so that the same fact is entered once."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_reference", "reference"), APPEND_ONLY)

    id: Mapped[str] = mapped_column(primary_key=True)  # sale:<transaction>, release:<transaction>:<session number>
    kind: Mapped[str]
    reference: Mapped[str]


class LedgerPosting(Base):
    """One line of an entry. Append-only: triggers refuse UPDATE and DELETE on both databases."""

    __tablename__ = "ledger_postings"
    __table_args__ = (Index("ix_ledger_postings_account_id", "account_id"), APPEND_ONLY)

    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.id"))
    amount_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str]
