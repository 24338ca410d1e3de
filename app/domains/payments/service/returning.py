"""Giving money back: who bears it, and its way through the books."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.ids import new_id
from app.core.logging import log_event
from app.core.money import Share
from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger, policies, repository
from app.domains.payments.errors import LedgerRefused, PurchaseNotFound, RefundExceedsPayment
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import PaymentSplit, Transaction
from app.domains.payments.policies import Loss, Stake
from app.domains.payments.service.selling import get_transaction
from app.domains.payments.types import AccountKind, TransactionId, TransactionStatus
from app.domains.users.types import UserId

logger = logging.getLogger(__name__)

_UNDISPUTED = (TransactionStatus.COMPLETED, TransactionStatus.PARTIALLY_REFUNDED)


@dataclass(frozen=True, slots=True)
class PartyLoss:
    """What one party gives, and from where: what no session has released, then what it could have had paid out, and the
    rest, which was paid out already, becomes its debt. Without a recipient it is the platform, which owes nobody, or
    the part of a teacher who is not chosen yet, of which nothing was released."""

    share: Share
    recipient_id: UserId | None
    unreleased_cents: int
    balance_cents: int
    debt_cents: int
    turn: int = 0

    @property
    def amount_cents(self) -> int:
        return self.unreleased_cents + self.balance_cents + self.debt_cents


def stakes_of(session: ReadSession, transaction_id: TransactionId) -> list[Stake]:
    """What everybody still has of a sale; nothing for money that was never allocated."""
    return [_stake(split) for split in repository.splits(session, transaction_id)]


def left_of(session: ReadSession, transaction_id: TransactionId) -> int:
    """What all parties of a sale have of it together, in minor units."""
    return policies.held_by_all(stakes_of(session, transaction_id))


def _stake(split: PaymentSplit) -> Stake:
    return Stake(
        Share(split.share),
        split.recipient_id,
        unreleased_cents=split.amount_cents - split.released_cents - split.withdrawn_cents,
        released_cents=split.released_cents - split.reversed_cents,
        turn=split.turn,
    )


def assess(session: ReadSession, sale: Transaction, amount_cents: int) -> list[PartyLoss]:
    """Who bears how much of a refund, as things are now. Raises `RefundExceedsPayment`."""
    stakes = stakes_of(session, sale.id)
    if amount_cents > policies.held_by_all(stakes):
        raise RefundExceedsPayment
    people = {stake.recipient_id for stake in stakes if stake.recipient_id}
    free = {
        person: max(0, ledger.credit_of(session, Account(AccountKind.RELEASABLE, sale.currency, person)))
        for person in people
    }
    return [_party_loss(loss, free) for loss in policies.take_back(stakes, amount_cents)]


def _party_loss(loss: Loss, free: dict[UserId, int]) -> PartyLoss:
    """With what the person could have had paid out, which pays for one part after the other."""
    balance = loss.released_cents
    if loss.recipient_id is not None:
        balance = min(balance, free[loss.recipient_id])
        free[loss.recipient_id] -= balance
    debt = loss.released_cents - balance
    return PartyLoss(loss.share, loss.recipient_id, loss.unreleased_cents, balance, debt, loss.turn)


def hold_parties(session: WriteSession, sale: Transaction) -> None:
    """Keep everybody else from the balances that a refund of this sale touches, so that it takes what was assessed;
    those of nobody too, where a share lies whose teacher is not chosen."""
    people = {split.recipient_id for split in repository.splits(session, sale.id) if split.share != Share.PLATFORM}
    kinds = (AccountKind.OWED, AccountKind.PENDING, AccountKind.RELEASABLE)
    ledger.hold(session, [Account(kind, sale.currency, person) for person in people for kind in kinds])


def hold_sale(session: WriteSession, transaction_id: TransactionId) -> Transaction:
    """The sale, kept from everybody else who moves its money until this unit is done. Raises `PurchaseNotFound`."""
    sale = repository.lock_transaction(session, transaction_id)
    if sale is None:
        raise PurchaseNotFound
    return sale


def decide_refund(session: WriteSession, sale: Transaction, losses: Sequence[PartyLoss], *, refund_id: str) -> None:
    """Take from the parties what the buyer is given back. Raises `RefundExceedsPayment`."""
    amount = sum(loss.amount_cents for loss in losses)
    reserve(session, sale, amount, expected=_UNDISPUTED)
    settle_status(session, sale, expected=_UNDISPUTED)
    against = Line(Account(AccountKind.REFUNDING, sale.currency), -amount)
    take(session, sale, losses, entry_id=f"refund:{refund_id}", kind="refund", against=[against])


def decide_return(session: WriteSession, sale: Transaction, *, refund_id: str) -> None:
    """Give back, whole, what bought nothing. Raises `RefundExceedsPayment`."""
    reserve(session, sale, sale.amount_cents, expected=_UNDISPUTED)
    settle_status(session, sale, expected=_UNDISPUTED)
    lines = [
        Line(Account(AccountKind.UNMATCHED, sale.currency), sale.amount_cents),
        Line(Account(AccountKind.REFUNDING, sale.currency), -sale.amount_cents),
    ]
    ledger.post(session, f"refund:{refund_id}", kind="refund", reference=sale.id, lines=lines)


def reserve(
    session: WriteSession, sale: Transaction, amount_cents: int, *, expected: Sequence[TransactionStatus]
) -> None:
    """Count an amount as given back, which can never come to more than was paid. Raises `RefundExceedsPayment`."""
    if not repository.reserve_refund(session, sale.id, amount_cents, expected=expected):
        raise RefundExceedsPayment


def settle_status(session: WriteSession, sale: Transaction, *, expected: Sequence[TransactionStatus]) -> None:
    """Say of the transaction how much of it was given back, by decision; the refunds say how far they have come."""
    refunded = get_transaction(session, sale.id).refunded_cents
    status = TransactionStatus.COMPLETED
    if refunded:
        is_all = refunded == sale.amount_cents
        status = TransactionStatus.REFUNDED if is_all else TransactionStatus.PARTIALLY_REFUNDED
    repository.move_transaction(session, sale.id, expected=expected, status=status)


def take(
    session: WriteSession,
    sale: Transaction,
    losses: Sequence[PartyLoss],
    *,
    entry_id: str,
    kind: str,
    against: list[Line],
) -> None:
    """Enter what everybody loses, with the lines that it balances."""
    lines = [line for loss in losses for line in _loss_lines(loss, sale.currency)]
    ledger.post(session, entry_id, kind=kind, reference=sale.id, lines=lines + against)
    for loss in losses:
        late = loss.balance_cents + loss.debt_cents
        split = sale.id, loss.share, loss.turn
        if not repository.take_from_split(session, split, unreleased_cents=loss.unreleased_cents, released_cents=late):
            raise LedgerRefused(f"{entry_id} takes more than the share holds")


def _loss_lines(loss: PartyLoss, currency: str) -> list[Line]:
    owner = loss.recipient_id
    if loss.share is Share.PLATFORM:
        return [Line(Account(AccountKind.PLATFORM, currency), loss.amount_cents)]
    return [
        Line(Account(AccountKind.PENDING, currency, owner), loss.unreleased_cents),
        Line(Account(AccountKind.RELEASABLE, currency, owner), loss.balance_cents),
        Line(Account(AccountKind.OWED, currency, owner), loss.debt_cents),
    ]


def pay_refund(session: WriteSession, sale: Transaction, amount_cents: int, *, owed_cents: int, reference: str) -> bool:
    """The money has left; what the buyer was not owed any more, because the bank had taken it, is the platform's loss.
    `reference` is that of the attempt; false when it was paid before."""
    lines = [
        Line(Account(AccountKind.REFUNDING, sale.currency), owed_cents),
        Line(Account(AccountKind.PLATFORM, sale.currency), amount_cents - owed_cents),
        Line(Account(AccountKind.STRIPE, sale.currency), -amount_cents),
    ]
    return ledger.post(session, f"refund_paid:{reference}", kind="refund_paid", reference=sale.id, lines=lines)


def take_refund_back(
    session: WriteSession, transaction_id: TransactionId, amount_cents: int, *, reference: str
) -> None:
    """The buyer's bank did not take it: the money is with us again, and still the buyer's."""
    sale = get_transaction(session, transaction_id)
    lines = [
        Line(Account(AccountKind.STRIPE, sale.currency), amount_cents),
        Line(Account(AccountKind.REFUNDING, sale.currency), -amount_cents),
    ]
    ledger.post(session, f"refund_back:{reference}", kind="refund_back", reference=sale.id, lines=lines)


def record_fee(session: WriteSession, transaction_id: TransactionId, fee_cents: int, currency: str) -> None:
    """What the payment service kept of a sale; the platform bears it. Once. One in another currency than the sale's is
    not entered: the comparison of the books names it."""
    sale = get_transaction(session, transaction_id)
    if currency != sale.currency:
        log_event(logger, "payments.fee_currency_differs", transaction_id=sale.id)
        return
    lines = [
        Line(Account(AccountKind.PLATFORM, sale.currency), fee_cents),
        Line(Account(AccountKind.STRIPE, sale.currency), -fee_cents),
    ]
    ledger.post(session, f"fee:{sale.id}", kind="fee", reference=sale.id, lines=lines)


def keep_rest(session: WriteSession, transaction_id: TransactionId, *, refund_id: str) -> None:
    """The place has ended: the cents of unreleased shares that rounding left over go to whose shares they are."""
    sale = get_transaction(session, transaction_id)
    left = [(split, _stake(split).unreleased_cents) for split in repository.splits(session, transaction_id)]
    lines = [line for split, amount in left if split.recipient_id for line in _keep_lines(split, amount, sale.currency)]
    if ledger.post(session, f"keep:{refund_id}", kind="keep", reference=sale.id, lines=lines):
        for split, amount in left:
            repository.add_released(session, (transaction_id, split.share, split.turn), amount)


def _keep_lines(split: PaymentSplit, amount_cents: int, currency: str) -> list[Line]:
    owner = split.recipient_id
    return [
        Line(Account(AccountKind.PENDING, currency, owner), amount_cents),
        Line(Account(AccountKind.RELEASABLE, currency, owner), -amount_cents),
    ]


def cover_refund(session: WriteSession, sale: Transaction, amount_cents: int, *, refund_id: str) -> None:
    """What was to be refunded, the buyer's bank took itself: it makes good the platform's loss by it. A refund may be
    covered in parts; who calls changes the refund's row in the same unit."""
    lines = [
        Line(Account(AccountKind.REFUNDING, sale.currency), amount_cents),
        Line(Account(AccountKind.PLATFORM, sale.currency), -amount_cents),
    ]
    entry_id = f"refund_covered:{refund_id}:{new_id('cov')}"
    ledger.post(session, entry_id, kind="refund_covered", reference=sale.id, lines=lines)
