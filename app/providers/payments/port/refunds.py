"""Giving back: charges, what was refunded of them, and what buyers' banks took back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.providers.payments.port.common import Page
from app.providers.payments.port.records import BalanceTransaction


class RefundStatus(StrEnum):
    """`FAILED` and `CANCELED` bring the money back to our balance, days later perhaps."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class RefundReason(StrEnum):
    """The reasons that the service knows."""

    REQUESTED = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as the service sees it now."""

    id: str
    reference: str  # empty when it was not made by us
    payment_intent_id: str | None
    charge_id: str | None
    amount_cents: int
    currency: str
    status: RefundStatus
    failure_reason: str | None
    balance_transaction_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment that was taken. `balance` says what of it became ours, once it did."""

    id: str
    payment_intent_id: str | None
    amount_cents: int
    refunded_cents: int
    currency: str
    is_paid: bool
    is_disputed: bool
    group: str | None
    balance: BalanceTransaction | None
    created_at: datetime


class Refunds(Protocol):
    async def create_refund(
        self, *, reference: str, payment_intent_id: str, amount_cents: int, reason: RefundReason
    ) -> Refund:
        """Give back some or all of a payment out of our balance. Transfers and the service's fee stay as they are.
        While our balance does not cover it, it is `PENDING`.

        Raises `ProviderRejected` (`ALREADY_REFUNDED`, `TOO_MUCH`, `DISPUTED`)."""
        ...

    async def find_refund(self, *, reference: str, payment_intent_id: str) -> Refund | None:
        """The refund with this reference, if there is one: the answer to a time-out."""
        ...

    async def get_refund(self, refund_id: str) -> Refund: ...

    async def list_refunds(
        self, *, payment_intent_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Refund]: ...

    async def get_charge(self, charge_id: str) -> Charge: ...

    async def list_charges(self, *, since: datetime | None = None, cursor: str | None = None) -> Page[Charge]: ...
