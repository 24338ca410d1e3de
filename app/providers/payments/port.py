"""What PeerLoop needs of a payment service, in PeerLoop's words.

Every call raises `ProviderUnavailable` when the outcome is unknown (time-out, 5xx, 429: ask again with the same key)
and `ProviderRejected` when the service said no.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class CheckoutStatus(StrEnum):
    """Where a checkout stands. `PAID` is the only state that may be fulfilled."""

    OPEN = "open"
    PROCESSING = "processing"  # completed by the buyer, money not there yet (delayed payment methods)
    PAID = "paid"
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


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A verified notification: what happened to which object, and the raw type."""

    id: str
    type: str
    object_id: str
    created_at: datetime
    livemode: bool


class PaymentProvider(Protocol):
    """Stripe, or its local twin through the same adapter."""

    async def create_checkout(self, order: CheckoutOrder) -> Checkout: ...

    async def get_checkout(self, checkout_id: str) -> Checkout:
        """The checkout's present state. Raises `ProviderRejected` when there is none with that id."""
        ...

    def verify_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        """Check the signature over the raw bytes and the time bound (300 s either way), then parse.

        Raises `app.providers.errors.WebhookRefused` for anything that is not a genuine, fresh event.
        """
        ...
