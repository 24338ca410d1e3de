"""The way of one payment's money, read from the books: every line, and the rule that made it."""

from datetime import datetime

from app.db.session import ReadSession
from app.domains.payments import repository
from app.domains.payments.errors import PurchaseNotFound
from app.domains.payments.models import LedgerAccount, LedgerEntry, LedgerPosting, PaymentSplit, Transaction
from app.domains.payments.policies import ORDER, RULES, TITLES
from app.domains.payments.service.selling import get_transaction
from app.domains.payments.types import AccountKind, ExplainedLine, Explanation, ShareLine, TransactionId, Viewer
from app.domains.users.types import UserId

_Row = tuple[LedgerEntry, LedgerPosting, LedgerAccount]

# Their gains are debits; everybody else's are credits.
_ASSETS = frozenset({AccountKind.STRIPE, AccountKind.DISPUTED})
_OF_BUYER = {
    ("sale", AccountKind.STRIPE),
    ("refund", AccountKind.REFUNDING),
    ("refund_paid", AccountKind.STRIPE),
    ("refund_back", AccountKind.STRIPE),
    ("dispute", AccountKind.STRIPE),
    ("dispute_won", AccountKind.STRIPE),
}


def explain(session: ReadSession, transaction_id: TransactionId, viewer_id: UserId, *, is_admin: bool) -> Explanation:
    """For the buyer what was paid, the shares of it, and what came back; for a recipient the lines of their own share;
    for administrators all. Raises `PurchaseNotFound` for anybody else."""
    sale = get_transaction(session, transaction_id)
    shares = repository.splits(session, transaction_id)
    viewer = _viewer(sale, shares, viewer_id, is_admin=is_admin)
    entered = sorted(repository.entries_about(session, transaction_id), key=_moment)
    rows = [row for row in entered if _concerns(viewer, viewer_id, *row)]
    lines = [_line(sale, number, *row) for number, row in enumerate(rows, start=1)]
    visible = [share for share in shares if viewer is not Viewer.RECIPIENT or share.recipient_id == viewer_id]
    return Explanation(
        transaction_id=sale.id,
        viewer=viewer,
        gross_cents=sale.amount_cents,
        refunded_cents=sale.refunded_cents,
        net_cents=_net(viewer, lines),
        currency=sale.currency,
        shares=tuple(_share_line(share, sale.currency) for share in visible),
        lines=tuple(lines),
    )


def _share_line(share: PaymentSplit, currency: str) -> ShareLine:
    return ShareLine(
        share=share.share,
        recipient_id=share.recipient_id,
        percent=share.percent,
        amount_cents=share.amount_cents,
        released_cents=share.released_cents,
        taken_back_cents=share.withdrawn_cents + share.reversed_cents,
        currency=currency,
    )


def _moment(row: _Row) -> tuple[datetime, int, str, int]:
    entry, posting, _ = row
    return entry.created_at, ORDER.index(entry.kind), entry.id, posting.line


def _viewer(sale: Transaction, shares: list[PaymentSplit], viewer_id: UserId, *, is_admin: bool) -> Viewer:
    if is_admin:
        return Viewer.ADMIN
    if sale.buyer_id == viewer_id:
        return Viewer.BUYER
    if any(share.recipient_id == viewer_id for share in shares):
        return Viewer.RECIPIENT
    raise PurchaseNotFound


def _concerns(
    viewer: Viewer, viewer_id: UserId, entry: LedgerEntry, _posting: LedgerPosting, account: LedgerAccount
) -> bool:
    match viewer:
        case Viewer.ADMIN:
            return True
        case Viewer.RECIPIENT:
            return account.owner_id == viewer_id
        case Viewer.BUYER:
            return (entry.kind, account.kind) in _OF_BUYER


def _line(
    sale: Transaction, number: int, entry: LedgerEntry, posting: LedgerPosting, account: LedgerAccount
) -> ExplainedLine:
    kind = AccountKind(account.kind)
    rule, version = (sale.split_rule, sale.split_rule_version) if entry.kind == "allocate" else RULES[entry.kind]
    return ExplainedLine(
        step=number,
        at=entry.created_at,
        what=entry.kind,
        title=TITLES[entry.kind],
        account=kind,
        recipient_id=account.owner_id,
        amount_cents=posting.amount_cents if kind in _ASSETS else -posting.amount_cents,
        currency=posting.currency,
        rule=rule,
        rule_version=version,
    )


def _net(viewer: Viewer, lines: list[ExplainedLine]) -> int:
    match viewer:
        case Viewer.BUYER:
            return sum(line.amount_cents for line in lines if line.account is AccountKind.STRIPE)
        case Viewer.RECIPIENT:
            return sum(line.amount_cents for line in lines)
        case Viewer.ADMIN:
            return sum(line.amount_cents for line in lines if line.account is AccountKind.PLATFORM)
