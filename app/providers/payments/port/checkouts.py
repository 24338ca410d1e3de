"""Selling: a page of the payment service on which a buyer pays."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class CheckoutStatus(StrEnum):
    """Where a checkout stands. `PAID` is the only state that may be fulfilled."""

    OPEN = "open"
    PROCESSING = "processing"  # completed by the buyer, money not there yet (delayed payment methods)
    PAID = "paid"
    FAILED = "failed"  # completed by the buyer, and the money did not come
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What is to be paid. `reference` is our purchase id: idempotency key, client reference and transfer group."""

    reference: str
    title: str
    amount_cents: int
    currency: str
    buyer_email: str
    success_url: str  # may contain the literal {CHECKOUT_SESSION_ID}
    cancel_url: str
    expires_at: datetime
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as the service sees it now."""

    id: str
    reference: str
    url: str | None  # none once it is no longer open
    status: CheckoutStatus
    amount_cents: int
    currency: str
    expires_at: datetime
    payment_intent_id: str | None
    charge_id: str | None


class Checkouts(Protocol):
    async def create_checkout(self, order: CheckoutOrder) -> Checkout: ...

    async def get_checkout(self, checkout_id: str) -> Checkout:
        """The checkout's present state. Raises `ProviderRejected` (`NOT_FOUND`) when there is none with that id."""
        ...

    async def expire_checkout(self, checkout_id: str) -> Checkout:
        """Close an open checkout, so that nobody pays it any more. Raises `ProviderRejected` (`CLOSED`) when it was
        paid or had expired before: ask for its state then."""
        ...
