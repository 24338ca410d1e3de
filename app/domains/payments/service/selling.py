"""Rules of taking money: a purchase and its payment; what somebody paid and earned."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.ids import new_id
from app.core.logging import log_event
from app.core.money import CURRENCY, SPLIT_RULE, SPLIT_RULE_VERSION
from app.db.export import Plain
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger, movements, repository
from app.domains.payments.errors import CheckoutTooOld, PurchaseNotFound
from app.domains.payments.events import PaymentUnclaimed, PurchaseFailed, PurchasePaid
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import PaymentSplit, Purchase, Transaction
from app.domains.payments.types import (
    RECORD_FEE,
    REFRESH_CHECKOUT,
    AccountKind,
    Balances,
    CheckoutPayload,
    PurchaseId,
    PurchaseRef,
    PurchaseStatus,
    TransactionId,
    TransactionPayload,
    TransactionStatus,
)
from app.domains.users.types import Obligation, UserId
from app.edge.idempotency import IdempotencyKeyReused
from app.providers.payments.port import Checkout, CheckoutStatus

# Stripe wants at least thirty minutes from the moment it reads the request; a retry must still be inside.
_EXPIRY_MARGIN = timedelta(minutes=5)
_SHORTEST = timedelta(minutes=30)

# Checkouts are asked about again when nothing was heard of them: a notification may be lost, or its job buried.
_SILENCE, _LOOK_BACK, _BATCH = timedelta(minutes=10), timedelta(days=7), 100

_UNPAID = (PurchaseStatus.CREATED, PurchaseStatus.OPEN, PurchaseStatus.EXPIRED)

SplitOfSale = tuple[PaymentSplit, Transaction]
"""Somebody's share, and the sale it is a share of."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """A purchase as other domains see it."""

    id: PurchaseId
    buyer_id: UserId
    ref: PurchaseRef
    amount_cents: int
    currency: str
    status: PurchaseStatus
    checkout_id: str | None
    begun_at: datetime
    expires_at: datetime


def start_purchase(
    session: WriteSession, buyer_id: UserId, ref: PurchaseRef, *, request_key: str, amount_cents: int, life: timedelta
) -> PurchaseFacts:
    """Make the row whose id is the key of everything that follows, or find it again when the request is repeated."""
    values = {
        "id": new_id("pur"),
        "buyer_id": buyer_id,
        "request_key": request_key,
        "subject_id": ref.subject_id,
        "title": ref.title,
        "creator_id": ref.creator_id,
        "teacher_id": ref.teacher_id,
        "session_count": ref.session_count,
        "amount_cents": amount_cents,
        "currency": CURRENCY,
        "status": PurchaseStatus.CREATED,
        "expires_at": (session.now + life + _EXPIRY_MARGIN).replace(microsecond=0),
        "created_at": session.now,
    }
    repository.insert_purchase(session, values)
    purchase = repository.purchase_by_request(session, buyer_id, request_key)
    if purchase is None or (purchase.subject_id, purchase.teacher_id) != (ref.subject_id, ref.teacher_id):
        raise IdempotencyKeyReused
    if purchase.status == PurchaseStatus.CREATED and purchase.expires_at < session.now + _SHORTEST:
        raise CheckoutTooOld
    return _facts(purchase)


def _facts(purchase: Purchase) -> PurchaseFacts:
    return PurchaseFacts(
        id=purchase.id,
        buyer_id=purchase.buyer_id,
        ref=PurchaseRef(
            subject_id=purchase.subject_id,
            title=purchase.title,
            creator_id=purchase.creator_id,
            teacher_id=purchase.teacher_id,
            session_count=purchase.session_count,
        ),
        amount_cents=purchase.amount_cents,
        currency=purchase.currency,
        status=PurchaseStatus(purchase.status),
        checkout_id=purchase.checkout_id,
        begun_at=purchase.created_at,
        expires_at=purchase.expires_at,
    )


def get_purchase(session: ReadSession, purchase_id: PurchaseId) -> PurchaseFacts:
    """Raises `PurchaseNotFound`."""
    purchase = repository.purchase_by_id(session, purchase_id)
    if purchase is None:
        raise PurchaseNotFound
    return _facts(purchase)


def find_purchase(session: ReadSession, buyer_id: UserId, checkout_id: str) -> PurchaseFacts:
    """The buyer's own purchase behind a checkout. Raises `PurchaseNotFound` for anybody else's."""
    purchase = repository.purchase_by_checkout(session, checkout_id)
    if purchase is None or purchase.buyer_id != buyer_id:
        raise PurchaseNotFound
    return _facts(purchase)


def apply_checkout(session: WriteSession, checkout: Checkout) -> PurchaseFacts | None:
    """Bring a purchase to the state that the payment service reports; any number of times, in any order.

    None when the checkout is not one of ours.
    """
    purchase = repository.purchase_by_id(session, PurchaseId(checkout.reference))
    if purchase is None:
        log_event(logger, "payments.unknown_checkout", checkout_id=checkout.id)
        return None
    match checkout.status:
        case CheckoutStatus.PAID:
            _settle(session, purchase, checkout)
        case CheckoutStatus.OPEN | CheckoutStatus.PROCESSING:
            _move(session, purchase, checkout, {PurchaseStatus.CREATED}, PurchaseStatus.OPEN)
        case CheckoutStatus.EXPIRED | CheckoutStatus.FAILED:
            _give_up(session, purchase, checkout)
    found = repository.purchase_by_id(session, purchase.id)
    return _facts(found) if found else None


def ask_about_open_checkouts(session: WriteSession) -> None:
    """Enqueue a question for every checkout that has been silent; each at most once an hour."""
    now = session.now
    silent = repository.open_checkouts(
        session, created_after=now - _LOOK_BACK, created_before=now - _SILENCE, limit=_BATCH
    )
    for checkout_id in silent:
        REFRESH_CHECKOUT.enqueue(
            session, CheckoutPayload(checkout_id=checkout_id), dedupe=f"{checkout_id}:{now:%Y%m%d%H}"
        )


def _move(
    session: WriteSession,
    purchase: Purchase,
    checkout: Checkout,
    expected: set[PurchaseStatus],
    status: PurchaseStatus,
) -> bool:
    return repository.move_purchase(session, purchase.id, expected=expected, status=status, checkout_id=checkout.id)


def _give_up(session: WriteSession, purchase: Purchase, checkout: Checkout) -> None:
    expected = {PurchaseStatus.CREATED, PurchaseStatus.OPEN}
    has_moved = _move(session, purchase, checkout, expected, PurchaseStatus.EXPIRED)
    if has_moved and checkout.status is CheckoutStatus.FAILED:
        session.publish(PurchaseFailed(purchase.id, purchase.buyer_id))


def _settle(session: WriteSession, purchase: Purchase, checkout: Checkout) -> None:
    """Exactly one caller wins the move to `paid`; the money enters the books as unmatched, then somebody claims it."""
    if not _move(session, purchase, checkout, set(_UNPAID), PurchaseStatus.PAID):
        return
    transaction_id = record_transaction(session, purchase, checkout)
    if (checkout.amount_cents, checkout.currency) != (purchase.amount_cents, purchase.currency):
        log_event(logger, "payments.amount_differs", purchase_id=purchase.id, transaction_id=transaction_id)
        session.publish(PaymentUnclaimed(transaction_id))
        return
    session.publish(
        PurchasePaid(
            purchase_id=purchase.id,
            transaction_id=transaction_id,
            buyer_id=purchase.buyer_id,
            subject_id=purchase.subject_id,
            creator_id=purchase.creator_id,
            teacher_id=purchase.teacher_id,
            session_count=purchase.session_count,
        )
    )


def record_transaction(session: WriteSession, purchase: Purchase, checkout: Checkout) -> TransactionId:
    """Enter money that arrived; until somebody claims it, it belongs to nobody and can be given back."""
    transaction_id = TransactionId(new_id("txn"))
    values = {
        "id": transaction_id,
        "purchase_id": purchase.id,
        "buyer_id": purchase.buyer_id,
        "title": purchase.title,
        "amount_cents": checkout.amount_cents,
        "currency": checkout.currency,
        "status": TransactionStatus.COMPLETED,
        "payment_intent_id": checkout.payment_intent_id,
        "charge_id": checkout.charge_id,
        "split_rule": SPLIT_RULE,
        "split_rule_version": SPLIT_RULE_VERSION,
        "created_at": session.now,
    }
    repository.insert_transaction(session, values)
    lines = [
        Line(Account(AccountKind.STRIPE, checkout.currency), checkout.amount_cents),
        Line(Account(AccountKind.UNMATCHED, checkout.currency), -checkout.amount_cents),
    ]
    ledger.post(session, f"sale:{transaction_id}", kind="sale", reference=transaction_id, lines=lines)
    if checkout.charge_id:
        movements.take_back_accepted(
            session, checkout.charge_id
        )  # after the sale, which holds the accounts that both change
        RECORD_FEE.enqueue(session, TransactionPayload(transaction_id=transaction_id), dedupe=transaction_id)
    return transaction_id


def get_transaction(session: ReadSession, transaction_id: TransactionId) -> Transaction:
    """Raises `PurchaseNotFound`."""
    sale = repository.transaction_by_id(session, transaction_id)
    if sale is None:
        raise PurchaseNotFound
    return sale


def find_charge(session: ReadSession, transaction_id: TransactionId) -> str | None:
    """The payment service's id of what was charged, if it told."""
    return get_transaction(session, transaction_id).charge_id


def get_own_transaction(session: ReadSession, transaction_id: TransactionId, buyer_id: UserId) -> Transaction:
    """What the person paid. Raises `PurchaseNotFound` for anybody else's."""
    sale = get_transaction(session, transaction_id)
    if sale.buyer_id != buyer_id:
        raise PurchaseNotFound
    return sale


def find_transaction(session: ReadSession, purchase_id: PurchaseId) -> TransactionId | None:
    """The transaction of a paid purchase."""
    return repository.transaction_of(session, purchase_id)


def get_balances(session: ReadSession, user_id: UserId, currency: str) -> Balances:
    """What a person has earned, from the ledger."""
    return movements.balances_of(session, user_id, currency)


def list_transactions(
    session: ReadSession, buyer_id: UserId, *, before: Moment | None, limit: int
) -> list[Transaction]:
    """What somebody paid, newest first."""
    return repository.transactions_of(session, buyer_id, before=before, limit=limit)


def list_splits(
    session: ReadSession, recipient_id: UserId, *, before: tuple[str, str, int] | None, limit: int
) -> list[SplitOfSale]:
    """Somebody's shares of sales, newest sale first."""
    return repository.splits_of(session, recipient_id, before=before, limit=limit)


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as money is concerned."""
    found = (
        Obligation(
            "checkouts_open",
            repository.count_open_purchases(session, user_id),
            "Wait until the checkouts you are part of are paid or have expired.",
        ),
        Obligation(
            "refunds_due",
            repository.count_unclaimed_payments(session, user_id),
            "Wait for your money: a payment of yours bought nothing.",
        ),
        Obligation(
            "balances_open",
            repository.count_open_balances(session, user_id),
            "Have your earnings paid out, and settle what you owe.",
        ),
    )
    return [each for each in found if each.count]


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """What the person bought, paid and earned, newest first."""
    return {
        "purchases": repository.export_purchases(session, user_id),
        "transactions": repository.export_transactions(session, user_id),
        "earnings": repository.export_earnings(session, user_id),
        "balances": repository.export_balances(session, user_id),
    }
