"""Money that a buyer's bank took back: what it means for the books while it lasts, and when it is won or lost."""

from collections.abc import Sequence

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger, repository
from app.domains.payments.events import ChargeDisputed
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import Transaction
from app.domains.payments.service.returning import PartyLoss, assess, left_of, reserve, settle_status, take
from app.domains.payments.types import AccountKind, TransactionId, TransactionStatus

_OPEN_TO_DISPUTES = (
    TransactionStatus.COMPLETED,
    TransactionStatus.PARTIALLY_REFUNDED,
    TransactionStatus.REFUNDED,
    TransactionStatus.DISPUTE_LOST,
)


def find_charged(session: ReadSession, charge_id: str) -> TransactionId | None:
    """The transaction that a charge paid for."""
    sale = repository.transaction_by_charge(session, charge_id)
    return sale.id if sale else None


def announce_dispute(session: WriteSession, charge_id: str) -> None:
    """Let those know who keep disputes, which may have had notice of it before there was a payment of ours."""
    session.publish(ChargeDisputed(charge_id))


def open_dispute(session: WriteSession, sale: Transaction, amount_cents: int, *, dispute_id: str) -> None:
    """The bank took the money; whose loss it is, its decision will say."""
    repository.move_transaction(session, sale.id, expected=_OPEN_TO_DISPUTES, status=TransactionStatus.DISPUTED)
    _post(session, sale, dispute_id, "dispute", amount_cents, to=AccountKind.DISPUTED, of=AccountKind.STRIPE)


def win_dispute(session: WriteSession, sale: Transaction, amount_cents: int, *, dispute_id: str) -> None:
    """The money came back."""
    _post(session, sale, dispute_id, "dispute_won", amount_cents, to=AccountKind.STRIPE, of=AccountKind.DISPUTED)


def assess_dispute(session: ReadSession, sale: Transaction, amount_cents: int) -> list[PartyLoss]:
    """Who bears a lost dispute, by the rule of refunds."""
    return assess(session, sale, min(amount_cents, left_of(session, sale.id)))


def lose_dispute(
    session: WriteSession, sale: Transaction, losses: Sequence[PartyLoss], amount_cents: int, *, dispute_id: str
) -> None:
    """The bank kept the money. What the parties have left of the sale pays for it; the platform bears what is more,
    until it is known that a refund need not go out."""
    taken = sum(loss.amount_cents for loss in losses)
    reserve(session, sale, taken, expected=(TransactionStatus.DISPUTED,))
    against = [
        Line(Account(AccountKind.PLATFORM, sale.currency), amount_cents - taken),
        Line(Account(AccountKind.DISPUTED, sale.currency), -amount_cents),
    ]
    take(session, sale, losses, entry_id=f"dispute_lost:{dispute_id}", kind="dispute_lost", against=against)


def close_dispute(session: WriteSession, sale: Transaction, *, is_lost: bool) -> None:
    """No bank has to decide about the sale any more. Lost is it as a whole when nothing is left of it; otherwise its
    status says how much was given back, and the rest may be."""
    disputed = (TransactionStatus.DISPUTED,)
    if is_lost and not left_of(session, sale.id):
        repository.move_transaction(session, sale.id, expected=disputed, status=TransactionStatus.DISPUTE_LOST)
    else:
        settle_status(session, sale, expected=disputed)


def record_dispute_fee(
    session: WriteSession, sale: Transaction, *, dispute_id: str, booked_cents: int, fee_cents: int
) -> None:
    """What the payment service asks for a dispute, which the platform bears; it may be given back later, and read out
    of turn. Who calls holds the sale and writes down in the same unit what is booked."""
    if fee_cents == booked_cents:
        return
    entry_id, change = f"dispute_fee:{dispute_id}:{new_id('fee')}", fee_cents - booked_cents
    lines = [
        Line(Account(AccountKind.PLATFORM, sale.currency), change),
        Line(Account(AccountKind.STRIPE, sale.currency), -change),
    ]
    ledger.post(session, entry_id, kind="dispute_fee", reference=sale.id, lines=lines)


def _post(
    session: WriteSession,
    sale: Transaction,
    dispute_id: str,
    kind: str,
    amount_cents: int,
    *,
    to: AccountKind,
    of: AccountKind,
) -> None:
    lines = [
        Line(Account(to, sale.currency), amount_cents),
        Line(Account(of, sale.currency), -amount_cents),
    ]
    ledger.post(session, f"{kind}:{dispute_id}", kind=kind, reference=sale.id, lines=lines)
