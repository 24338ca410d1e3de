"""SQL of the ledger's entries, read to be compared with what they are about."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from app.db.session import ReadSession
from app.domains.payments.models import LedgerAccount, LedgerEntry, LedgerPosting, PaymentSplit, Transaction
from app.domains.payments.types import AccountKind, EntryFacts, Posting, SaleFacts, TransactionId
from app.domains.users.types import UserId

_NOBODY: ColumnElement[str] = literal_column("'-'")
_FAULTS = 20
"""More of a kind tell nothing new."""


def entries_of(session: ReadSession, kind: AccountKind, *, since: datetime) -> list[EntryFacts]:
    statement = (
        select(
            LedgerEntry.id,
            LedgerEntry.kind,
            LedgerEntry.reference,
            func.sum(LedgerPosting.amount_cents),
            LedgerPosting.currency,
            LedgerEntry.created_at,
        )
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerAccount.kind == kind, LedgerEntry.created_at >= since)
        .group_by(LedgerEntry.id, LedgerPosting.currency)
        .order_by(LedgerEntry.created_at, LedgerEntry.id)
    )
    return [
        EntryFacts(entry_id, word, reference, int(amount), currency, at)
        for entry_id, word, reference, amount, currency, at in session.execute(statement)
    ]


def accepted_about(session: ReadSession, reference: str) -> dict[str, list[tuple[AccountKind, str, int]]]:
    """The lines of each entry that an administrator accepted about a thing: kind of account, currency and amount."""
    statement = (
        select(LedgerEntry.id, LedgerAccount.kind, LedgerAccount.currency, LedgerPosting.amount_cents)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerEntry.reference == reference, LedgerEntry.id.startswith("accepted:"))
    )
    found: defaultdict[str, list[tuple[AccountKind, str, int]]] = defaultdict(list)
    for entry_id, kind, currency, cents in session.execute(statement):
        found[entry_id].append((AccountKind(kind), currency, cents))
    return found


def postings_of(session: ReadSession, owner_id: UserId, *, since: datetime, until: datetime) -> list[Posting]:
    statement = (
        select(
            LedgerEntry.id,
            LedgerEntry.kind,
            LedgerEntry.reference,
            LedgerAccount.kind,
            -LedgerPosting.amount_cents,
            LedgerPosting.currency,
            LedgerEntry.created_at,
            Transaction.title,
        )
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .outerjoin(Transaction, Transaction.id == LedgerEntry.reference)
        .where(LedgerAccount.owner_id == owner_id, LedgerEntry.created_at >= since, LedgerEntry.created_at < until)
        .order_by(LedgerEntry.created_at, LedgerEntry.id, LedgerPosting.line)
    )
    return [
        Posting(entry_id, word, reference, AccountKind(account), credit, currency, at, title)
        for entry_id, word, reference, account, credit, currency, at, title in session.execute(statement)
    ]


def totals_of(session: ReadSession, kind: AccountKind) -> dict[str, int]:
    statement = select(LedgerAccount.currency, func.sum(LedgerAccount.balance_cents)).where(LedgerAccount.kind == kind)
    return {currency: int(total) for currency, total in session.execute(statement.group_by(LedgerAccount.currency))}


def debtors(session: ReadSession) -> list[UserId]:
    """Who owes something."""
    statement = select(LedgerAccount.owner_id).where(
        LedgerAccount.kind == AccountKind.OWED, LedgerAccount.balance_cents > 0
    )
    return [owner for owner in session.scalars(statement.order_by(LedgerAccount.id)) if owner]


def set_aside(session: ReadSession) -> dict[tuple[UserId, str], int]:
    """What is on its way to whom in which currency."""
    statement = select(LedgerAccount.owner_id, LedgerAccount.currency, -LedgerAccount.balance_cents).where(
        LedgerAccount.kind == AccountKind.IN_PAYOUT, LedgerAccount.balance_cents != 0
    )
    return {(owner, currency): cents for owner, currency, cents in session.execute(statement) if owner}


def open_by_sale(session: ReadSession, kind: AccountKind) -> dict[tuple[TransactionId, str], int]:
    """What an account still has of which sale in which currency; debits are positive. Nothing of most sales."""
    cents = func.sum(LedgerPosting.amount_cents)
    statement = (
        select(LedgerEntry.reference, LedgerPosting.currency, cents)
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerAccount.kind == kind)
        .group_by(LedgerEntry.reference, LedgerPosting.currency)
        .having(cents != 0)
    )
    return {(TransactionId(sale), currency): int(total) for sale, currency, total in session.execute(statement)}


def sales_since(session: ReadSession, since: datetime) -> list[SaleFacts]:
    """Payments that arrived, with what they are called at the payment service."""
    statement = select(
        Transaction.id, Transaction.charge_id, Transaction.payment_intent_id, Transaction.amount_cents
    ).where(Transaction.created_at >= since)
    return [SaleFacts(*row) for row in session.execute(statement.order_by(Transaction.id))]


def overdrawn(session: ReadSession) -> list[str]:
    """People's accounts on the wrong side, and money that belongs to nobody and is not there."""
    is_asset = LedgerAccount.kind.in_([AccountKind.OWED, AccountKind.DISPUTED])
    is_free = LedgerAccount.kind.in_([AccountKind.STRIPE, AccountKind.PLATFORM, AccountKind.BANK])
    is_wrong = or_(
        and_(is_asset, LedgerAccount.balance_cents < 0), and_(~is_asset, ~is_free, LedgerAccount.balance_cents > 0)
    )
    return list(session.scalars(select(LedgerAccount.id).where(is_wrong).order_by(LedgerAccount.id).limit(_FAULTS)))


def sales_split_wrongly(session: ReadSession) -> list[str]:
    """Sales whose parts do not add up to what was paid."""
    statement = (
        select(Transaction.id)
        .join(PaymentSplit, PaymentSplit.transaction_id == Transaction.id)
        .group_by(Transaction.id, Transaction.amount_cents)
        .having(func.sum(PaymentSplit.amount_cents) != Transaction.amount_cents)
    )
    return list(session.scalars(statement.order_by(Transaction.id).limit(_FAULTS)))


def sales_given_back_wrongly(session: ReadSession) -> list[str]:
    """Sales that count as given back what was not taken from their parts; those without parts go back whole."""
    taken = (
        select(
            PaymentSplit.transaction_id.label("sale"),
            func.sum(PaymentSplit.withdrawn_cents + PaymentSplit.reversed_cents).label("cents"),
        )
        .group_by(PaymentSplit.transaction_id)
        .subquery()
    )
    refunded = Transaction.refunded_cents
    is_half = and_(taken.c.sale.is_(None), refunded.not_in([0, Transaction.amount_cents]))
    statement = select(Transaction.id).outerjoin(taken, taken.c.sale == Transaction.id)
    statement = statement.where(or_(taken.c.cents != refunded, is_half))
    return list(session.scalars(statement.order_by(Transaction.id).limit(_FAULTS)))


def sales_allocated_wrongly(session: ReadSession) -> list[str]:
    """Sales whose parts are not what the ledger gave to their recipients."""
    parts = _parts(func.sum(PaymentSplit.amount_cents).label("cents"))
    given = _given(("allocate", "assign"), LedgerAccount.kind.in_([AccountKind.PENDING, AccountKind.PLATFORM]))
    return _differing(session, parts, given)


def sales_released_wrongly(session: ReadSession) -> list[str]:
    """Sales of which more was released than the part, or other amounts than the ledger released."""
    beyond = select(PaymentSplit.transaction_id).where(PaymentSplit.released_cents > PaymentSplit.amount_cents)
    parts = _parts(
        func.sum(PaymentSplit.released_cents).label("cents"),
        PaymentSplit.released_cents > 0,
        PaymentSplit.recipient_id.is_not(None),
    )
    # what pays a debt was released too, and so were the cents that rounding left when a place ended
    given = _given(("release", "keep"), LedgerAccount.kind.in_([AccountKind.RELEASABLE, AccountKind.OWED]))
    return [*session.scalars(beyond.limit(_FAULTS)), *_differing(session, parts, given)]


def _parts(cents: ColumnElement[int], *conditions: ColumnElement[bool]) -> Any:
    owner = func.coalesce(PaymentSplit.recipient_id, _NOBODY).label("owner")
    statement = select(PaymentSplit.transaction_id.label("sale"), owner, cents).where(*conditions)
    return statement.group_by(PaymentSplit.transaction_id, owner).subquery()


def _given(entry_kinds: tuple[str, ...], is_account: ColumnElement[bool]) -> Any:
    owner = func.coalesce(LedgerAccount.owner_id, _NOBODY).label("owner")
    statement = (
        select(LedgerEntry.reference.label("sale"), owner, (-func.sum(LedgerPosting.amount_cents)).label("cents"))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerEntry.kind.in_(entry_kinds), is_account)
    )
    return statement.group_by(LedgerEntry.reference, owner).subquery()


def _differing(session: ReadSession, one: Any, other: Any) -> list[str]:
    """The sales of which one list has another amount than the other, or none."""
    found = {*session.scalars(_unmatched(one, other)), *session.scalars(_unmatched(other, one))}
    return sorted(found)[:_FAULTS]


def _unmatched(one: Any, other: Any) -> Select[tuple[str]]:
    is_same = and_(one.c.sale == other.c.sale, one.c.owner == other.c.owner)
    is_unlike = func.coalesce(other.c.cents, 0) != one.c.cents
    return select(one.c.sale).outerjoin(other, is_same).where(is_unlike).limit(_FAULTS)
