"""The service's own books, to compare ours with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.providers.payments.port.common import Page


@dataclass(frozen=True, slots=True)
class Balance:
    """Cents by currency. Both may be below zero."""

    available: dict[str, int]  # can be transferred or paid out now
    pending: dict[str, int]  # will be available later


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """One movement of a balance: `net` is what it moved, `amount` less `fee`."""

    id: str
    kind: str  # the service's: charge, refund, transfer, transfer_refund, adjustment, payout, …
    reporting_category: str  # the service's: tells disputes from their reversals, which are both adjustments
    amount_cents: int
    fee_cents: int
    net_cents: int
    currency: str
    source_id: str | None  # the charge, refund, transfer, reversal, dispute or payout that moved it
    created_at: datetime
    available_at: datetime


class BankPayoutStatus(StrEnum):
    """Where money on its way to a bank is."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class BankPayout:
    """Money that the service sends from a balance to a bank: ours, or a connected account's. Not PeerLoop's payouts,
    which are transfers."""

    id: str
    amount_cents: int
    currency: str
    status: BankPayoutStatus
    failure_code: str | None  # the service's word for why the bank sent it back
    failure_message: str | None
    arrives_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A notification that is genuine: what happened to which object, and the raw type. `account_id` is that of the
    connected account in which it happened, None for our own."""

    id: str
    type: str
    object_id: str
    created_at: datetime
    livemode: bool
    account_id: str | None = None


class Records(Protocol):
    """`account_id` asks about a connected account instead of ours."""

    async def get_balance(self, *, account_id: str | None = None) -> Balance: ...

    async def list_balance_transactions(
        self,
        *,
        account_id: str | None = None,
        kind: str | None = None,
        source_id: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[BalanceTransaction]: ...

    async def list_events(
        self,
        *,
        account_id: str | None = None,
        types: tuple[str, ...] = (),
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[PaymentEvent]:
        """What happened in the last 30 days, delivered or not, newest first; at most 20 types."""
        ...

    async def list_bank_payouts(
        self, *, account_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[BankPayout]: ...

    async def get_bank_payout(self, payout_id: str, *, account_id: str | None = None) -> BankPayout: ...


class Notices(Protocol):
    """Both check the signature over the raw bytes and the time bound (300 s either way), then parse. They raise
    `app.providers.errors.WebhookRefused` for anything that is not a genuine, fresh event."""

    is_live: bool
    """Whether this moves real money. An endpoint can be told of the other world's events too (`livemode`)."""

    def verify_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        """Of our own account's endpoint."""
        ...

    def verify_connect_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        """Of the endpoint for connected accounts, which has a secret of its own. Always has an `account_id`."""
        ...
