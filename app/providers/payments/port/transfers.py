"""Paying people: money from our balance to their accounts at the service, and back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.providers.payments.port.common import Page


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """Money for one account. `reference` is our payout's id, with a number once it was refused: it is the
    idempotency key and is written on the transfer."""

    reference: str
    account_id: str
    amount_cents: int
    currency: str
    group: str  # names what belongs together; a source charge that has a group brings its own instead
    source_charge_id: str | None = None  # takes the money of this charge, even while it is pending; else our balance


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as the service sees it now."""

    id: str
    reference: str  # empty when it was not made by us
    account_id: str
    amount_cents: int
    reversed_cents: int  # what came back
    currency: str
    group: str | None
    source_charge_id: str | None
    balance_transaction_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reversal:
    """Money of a transfer that came back."""

    id: str
    reference: str
    transfer_id: str
    amount_cents: int
    currency: str
    balance_transaction_id: str | None
    created_at: datetime


class Transfers(Protocol):
    """A time-out is neither yes nor no. Within a day the same call answers it; afterwards, or to be sure, `find_…`
    does, which looks among what the service has. A `find_…` that is refused answers nothing."""

    async def create_transfer(self, order: TransferOrder) -> Transfer:
        """Raises `ProviderRejected` (`INSUFFICIENT_BALANCE`, `ACCOUNT_NOT_ENABLED`, `TOO_MUCH` of the charge)."""
        ...

    async def find_transfer(self, *, group: str) -> Transfer | None:
        """The first transfer of this group that we made, under whatever reference, if there is one."""
        ...

    async def get_transfer(self, transfer_id: str) -> Transfer: ...

    async def list_transfers(
        self,
        *,
        account_id: str | None = None,
        group: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Transfer]: ...

    async def reverse_transfer(self, *, reference: str, transfer_id: str, amount_cents: int) -> Reversal:
        """Take some or all of it back, whatever the account's balance allows.

        Raises `ProviderRejected` (`INSUFFICIENT_BALANCE` of the account, `TOO_MUCH`, also when nothing is left)."""
        ...

    async def find_reversal(self, *, reference: str, transfer_id: str) -> Reversal | None: ...

    async def list_reversals(self, transfer_id: str, *, cursor: str | None = None) -> Page[Reversal]: ...
