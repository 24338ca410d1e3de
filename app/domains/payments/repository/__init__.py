"""SQL of purchases, transactions and the ledger."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.payments.models import (
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    PaymentSplit,
    Purchase,
    Transaction,
)
from app.domains.payments.types import PurchaseId, PurchaseStatus, TransactionId, TransactionStatus
from app.domains.users.types import UserId

SplitKey = tuple[TransactionId, str, int]
"""Which part of which sale: the transaction, the share and its turn."""


def insert_purchase(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when this buyer has used the same request key before."""
    return insert_or_skip(session, Purchase, values) == 1


def purchase_by_request(session: ReadSession, buyer_id: UserId, request_key: str) -> Purchase | None:
    return session.scalar(select(Purchase).where(Purchase.buyer_id == buyer_id, Purchase.request_key == request_key))


def purchase_by_id(session: ReadSession, purchase_id: PurchaseId) -> Purchase | None:
    return session.scalar(select(Purchase).where(Purchase.id == purchase_id).execution_options(populate_existing=True))


def purchase_by_checkout(session: ReadSession, checkout_id: str) -> Purchase | None:
    return session.scalar(select(Purchase).where(Purchase.checkout_id == checkout_id))


def open_checkouts(session: ReadSession, *, created_after: datetime, created_before: datetime, limit: int) -> list[str]:
    """Checkouts of which nobody has said that they are paid or expired, oldest first."""
    statement = select(Purchase.checkout_id).where(
        Purchase.status == PurchaseStatus.OPEN,
        Purchase.checkout_id.is_not(None),
        Purchase.created_at.between(created_after, created_before),
    )
    found = session.scalars(statement.order_by(Purchase.created_at).limit(limit))
    return [checkout_id for checkout_id in found if checkout_id is not None]


def move_purchase(
    session: WriteSession,
    purchase_id: PurchaseId,
    *,
    expected: Collection[PurchaseStatus],
    status: PurchaseStatus,
    checkout_id: str,
) -> bool:
    statement = (
        update(Purchase)
        .where(Purchase.id == purchase_id, Purchase.status.in_(expected))
        .values(status=status, checkout_id=checkout_id)
    )
    return session.change(statement) == 1


def insert_transaction(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(Transaction).values(values))


def transaction_by_id(session: ReadSession, transaction_id: TransactionId) -> Transaction | None:
    return session.get(Transaction, transaction_id, populate_existing=True)


def lock_transaction(session: WriteSession, transaction_id: TransactionId) -> Transaction | None:
    """The transaction, kept from everybody else who changes it until this unit is done."""
    statement = select(Transaction).where(Transaction.id == transaction_id).with_for_update(key_share=True)
    return session.scalar(statement.execution_options(populate_existing=True))


def transaction_of(session: ReadSession, purchase_id: PurchaseId) -> TransactionId | None:
    return session.scalar(select(Transaction.id).where(Transaction.purchase_id == purchase_id))


def transactions_of(session: ReadSession, buyer_id: UserId, *, before: Moment | None, limit: int) -> list[Transaction]:
    """Newest first."""
    statement = select(Transaction).where(Transaction.buyer_id == buyer_id)
    keys = (Transaction.created_at, Transaction.id)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def insert_splits(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    session.change(insert(PaymentSplit).values(list(rows)))


def splits(session: ReadSession, transaction_id: TransactionId) -> list[PaymentSplit]:
    """All parts of a sale, as they are now, always in the same order."""
    statement = select(PaymentSplit).where(PaymentSplit.transaction_id == transaction_id)
    in_order = statement.order_by(PaymentSplit.share, PaymentSplit.turn)
    return list(session.scalars(in_order.execution_options(populate_existing=True)))


def close_split(session: WriteSession, split: SplitKey, amount_cents: int) -> bool:
    """Leave of a part what was released of it or taken back; false when the rest is not so much. What is empty goes."""
    left = PaymentSplit.amount_cents - PaymentSplit.released_cents - PaymentSplit.withdrawn_cents
    statement = update(PaymentSplit).where(*_is(split), left == amount_cents)
    if session.change(statement.values(amount_cents=PaymentSplit.amount_cents - amount_cents)) != 1:
        return False
    session.change(delete(PaymentSplit).where(*_is(split), PaymentSplit.amount_cents == 0))
    return True


def _is(split: SplitKey) -> tuple[ColumnElement[bool], ...]:
    transaction_id, share, turn = split
    return PaymentSplit.transaction_id == transaction_id, PaymentSplit.share == share, PaymentSplit.turn == turn


def add_released(session: WriteSession, split: SplitKey, amount_cents: int) -> bool:
    statement = (
        update(PaymentSplit)
        .where(
            *_is(split),
            PaymentSplit.released_cents + amount_cents <= PaymentSplit.amount_cents - PaymentSplit.withdrawn_cents,
        )
        .values(released_cents=PaymentSplit.released_cents + amount_cents)
    )
    return session.change(statement) == 1


def take_from_split(session: WriteSession, split: SplitKey, *, unreleased_cents: int, released_cents: int) -> bool:
    """False when the share does not hold that much any more."""
    withdrawn = PaymentSplit.withdrawn_cents + unreleased_cents
    reversed_ = PaymentSplit.reversed_cents + released_cents
    statement = (
        update(PaymentSplit)
        .where(
            *_is(split),
            withdrawn <= PaymentSplit.amount_cents - PaymentSplit.released_cents,
            reversed_ <= PaymentSplit.released_cents,
        )
        .values(withdrawn_cents=withdrawn, reversed_cents=reversed_)
    )
    return session.change(statement) == 1


def reserve_refund(
    session: WriteSession,
    transaction_id: TransactionId,
    amount_cents: int,
    *,
    expected: Collection[TransactionStatus],
) -> bool:
    """Count an amount as given back; false when less is left of the payment, or it does not stand as expected."""
    refunded = Transaction.refunded_cents + amount_cents
    statement = (
        update(Transaction)
        .where(
            Transaction.id == transaction_id,
            Transaction.status.in_(expected),
            refunded <= Transaction.amount_cents,
        )
        .values(refunded_cents=refunded)
    )
    return session.change(statement) == 1


def move_transaction(
    session: WriteSession,
    transaction_id: TransactionId,
    *,
    expected: Collection[TransactionStatus],
    status: TransactionStatus,
) -> bool:
    statement = update(Transaction).where(Transaction.id == transaction_id, Transaction.status.in_(expected))
    return session.change(statement.values(status=status)) == 1


def transaction_by_charge(session: ReadSession, charge_id: str) -> Transaction | None:
    return session.scalar(select(Transaction).where(Transaction.charge_id == charge_id))


def entries_about(session: ReadSession, reference: str) -> list[tuple[LedgerEntry, LedgerPosting, LedgerAccount]]:
    """What was entered about a thing, with every posting and its account."""
    statement = (
        select(LedgerEntry, LedgerPosting, LedgerAccount)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerEntry.reference == reference)
    )
    return [(entry, posting, account) for entry, posting, account in session.execute(statement)]


def splits_of(
    session: ReadSession, recipient_id: UserId, *, before: tuple[str, str, int] | None, limit: int
) -> list[tuple[PaymentSplit, Transaction]]:
    """A recipient's shares with their sales, newest sale first."""
    statement = (
        select(PaymentSplit, Transaction)
        .join(Transaction, Transaction.id == PaymentSplit.transaction_id)
        .where(PaymentSplit.recipient_id == recipient_id)
    )
    keys = (PaymentSplit.transaction_id, PaymentSplit.share, PaymentSplit.turn)
    return [(split, sale) for split, sale in session.execute(page_after(statement, *keys, place=before, limit=limit))]


def insert_entry(session: WriteSession, entry_id: str, *, kind: str, reference: str) -> bool:
    """False when this fact was entered before."""
    row = {"id": entry_id, "kind": kind, "reference": reference, "created_at": session.now}
    return insert_or_skip(session, LedgerEntry, row) == 1


def ensure_accounts(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    insert_or_skip(session, LedgerAccount, *rows)


def add_to_balance(
    session: WriteSession, account_id: str, amount_cents: int, *, may_be_debit: bool, may_be_credit: bool = True
) -> bool:
    """False when the account may not be overdrawn and this would do it."""
    changed = LedgerAccount.balance_cents + amount_cents
    statement = update(LedgerAccount).where(LedgerAccount.id == account_id).values(balance_cents=changed)
    if not may_be_debit:
        statement = statement.where(changed <= 0)
    if not may_be_credit:
        statement = statement.where(changed >= 0)
    return session.change(statement) == 1


def insert_postings(session: WriteSession, rows: Sequence[dict[str, Any]]) -> None:
    session.change(insert(LedgerPosting).values(list(rows)))


def balance(session: ReadSession, account_id: str) -> int:
    return session.scalar(select(LedgerAccount.balance_cents).where(LedgerAccount.id == account_id)) or 0


def lock_balances(session: WriteSession, account_ids: Collection[str]) -> dict[str, int]:
    """Locked in the order of ids, in which entries change them, so that two who lock never wait for each other."""
    statement = select(LedgerAccount.id, LedgerAccount.balance_cents).where(LedgerAccount.id.in_(account_ids))
    return dict(session.execute(statement.order_by(LedgerAccount.id).with_for_update()).all())


def account_balances(session: ReadSession) -> dict[str, int]:
    rows = session.execute(select(LedgerAccount.id, LedgerAccount.balance_cents).order_by(LedgerAccount.id))
    return dict(rows.all())


def posted_sums(session: ReadSession) -> dict[str, int]:
    """Each account's balance recomputed from the postings."""
    rows = session.execute(
        select(LedgerPosting.account_id, func.sum(LedgerPosting.amount_cents))
        .group_by(LedgerPosting.account_id)
        .order_by(LedgerPosting.account_id)
    )
    return {account: int(total) for account, total in rows}


def unbalanced_entries(session: ReadSession) -> list[str]:
    rows = session.scalars(
        select(LedgerPosting.entry_id)
        .group_by(LedgerPosting.entry_id, LedgerPosting.currency)
        .having(func.sum(LedgerPosting.amount_cents) != 0)
    )
    return list(rows)


def count_open_purchases(session: ReadSession, user_id: UserId) -> int:
    """Those that may still be paid: open ones, and fresh ones of which the payment service has not answered yet."""
    may_be_paid = or_(
        Purchase.status == PurchaseStatus.OPEN,
        and_(Purchase.status == PurchaseStatus.CREATED, Purchase.expires_at > session.now),
    )
    is_concerned = or_(Purchase.buyer_id == user_id, Purchase.creator_id == user_id, Purchase.teacher_id == user_id)
    return session.scalar(select(func.count()).where(may_be_paid, is_concerned)) or 0


def count_unclaimed_payments(session: ReadSession, buyer_id: UserId) -> int:
    """Money that bought nothing and is to be given back."""
    is_split = exists().where(PaymentSplit.transaction_id == Transaction.id)
    statement = select(func.count()).where(
        Transaction.buyer_id == buyer_id, Transaction.status == TransactionStatus.COMPLETED, ~is_split
    )
    return session.scalar(statement) or 0


def count_open_balances(session: ReadSession, owner_id: UserId) -> int:
    statement = select(func.count()).where(LedgerAccount.owner_id == owner_id, LedgerAccount.balance_cents != 0)
    return session.scalar(statement) or 0


def export_purchases(session: ReadSession, buyer_id: UserId) -> list[Plain]:
    statement = select(
        Purchase.id, Purchase.title, Purchase.amount_cents, Purchase.currency, Purchase.status, Purchase.created_at
    ).where(Purchase.buyer_id == buyer_id)
    return plain_rows(session, statement.order_by(Purchase.created_at.desc(), Purchase.id))


def export_transactions(session: ReadSession, buyer_id: UserId) -> list[Plain]:
    statement = select(
        Transaction.id,
        Transaction.purchase_id,
        Transaction.title,
        Transaction.amount_cents,
        Transaction.currency,
        Transaction.status,
        Transaction.created_at,
    ).where(Transaction.buyer_id == buyer_id)
    return plain_rows(session, statement.order_by(Transaction.created_at.desc(), Transaction.id))


def export_earnings(session: ReadSession, recipient_id: UserId) -> list[Plain]:
    statement = (
        select(
            PaymentSplit.transaction_id,
            Transaction.title,
            PaymentSplit.share,
            PaymentSplit.percent,
            PaymentSplit.amount_cents,
            PaymentSplit.released_cents,
            Transaction.currency,
            Transaction.created_at,
        )
        .join(Transaction, Transaction.id == PaymentSplit.transaction_id)
        .where(PaymentSplit.recipient_id == recipient_id)
    )
    return plain_rows(
        session, statement.order_by(PaymentSplit.transaction_id.desc(), PaymentSplit.share, PaymentSplit.turn)
    )


def export_balances(session: ReadSession, owner_id: UserId) -> list[Plain]:
    statement = select(
        LedgerAccount.kind, (-LedgerAccount.balance_cents).label("credit_cents"), LedgerAccount.currency
    ).where(LedgerAccount.owner_id == owner_id)
    return plain_rows(session, statement.order_by(LedgerAccount.id))
