"""What happened to money."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.payments.types import PurchaseId, TransactionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class PurchasePaid(Event):
    """The money for a purchase arrived; it is unmatched until somebody allocates it."""

    purchase_id: PurchaseId
    transaction_id: TransactionId
    buyer_id: UserId
    subject_id: str
    creator_id: UserId
    teacher_id: UserId | None
    session_count: int | None


@dataclass(frozen=True, slots=True)
class PurchaseFailed(Event):
    """The buyer's bank, asked for the money, turned it down days after the checkout."""

    purchase_id: PurchaseId
    buyer_id: UserId


@dataclass(frozen=True, slots=True)
class ChargeDisputed(Event):
    """The payment service says that the buyer's bank has a dispute about what was charged."""

    charge_id: str


@dataclass(frozen=True, slots=True)
class PaymentUnclaimed(Event):
    """Money arrived that buys nothing; it belongs to nobody and is to be given back."""

    transaction_id: TransactionId
