"""People who are paid: their accounts at the payment service, which it verifies and pays out from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Capability(StrEnum):
    """What the service lets an account do now."""

    ACTIVE = "active"
    PENDING = "pending"  # the service is checking what it was given
    INACTIVE = "inactive"  # something is missing, or it was never asked for


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """An account as the service sees it now. Requirements are the service's names of what is missing."""

    id: str
    reference: str  # our person's id
    country: str  # ISO 3166, two capitals
    email: str | None
    charges_enabled: bool
    payouts_enabled: bool  # the service pays out to the bank
    transfers: Capability  # it may receive transfers from us
    details_submitted: bool  # the person reached the end of the onboarding; says nothing of being payable
    currently_due: tuple[str, ...]
    past_due: tuple[str, ...]
    pending_verification: tuple[str, ...]
    disabled_reason: str | None
    bank_marker: str | None  # changes when the bank account does; None while there is none
    deauthorised: bool = False  # we may not see it any more: everything else is empty or off


@dataclass(frozen=True, slots=True)
class Link:
    """An address at the service for one person, once. Made on the click and redirected to, never mailed."""

    url: str
    expires_at: datetime | None


class ConnectedAccounts(Protocol):
    async def create_account(self, *, reference: str, email: str, country: str) -> ConnectedAccount:
        """An Express account that asks to receive transfers. `reference` is our person's id.

        Raises `ProviderRejected` (`COUNTRY`)."""
        ...

    async def find_account(self, *, reference: str, since: datetime) -> ConnectedAccount | None:
        """The account that a `create_account` of unknown outcome made after `since`, if it did."""
        ...

    async def get_account(self, account_id: str) -> ConnectedAccount:
        """Its present state; one that took our access away is answered as `deauthorised`.

        Raises `ProviderRejected` (`NOT_FOUND`)."""
        ...

    async def create_onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> Link:
        """Where the person answers what the service must know. It ends at `return_url`, finished or not; a link that
        was used or is too old leads to `refresh_url`, where we make another. Raises `ProviderRejected`."""
        ...

    async def create_dashboard_link(self, account_id: str) -> Link:
        """Where the person sees their payouts. Raises `ProviderRejected` (`ACCOUNT_NOT_ENABLED`) before the onboarding
        is finished."""
        ...
