"""What all parts of the port share: why the service said no, and answers that come in pages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Reason(StrEnum):
    """Why the service said no, as far as a caller can do something about it: `ProviderRejected.reason`."""

    INSUFFICIENT_BALANCE = "insufficient_balance"  # ours, or that of the account a reversal takes from
    ACCOUNT_NOT_ENABLED = "account_not_enabled"  # it may not receive transfers, or has not finished onboarding
    COUNTRY = "country"  # no accounts are opened there
    ACCOUNT_GONE = "account_gone"  # it took our access away
    ALREADY_REFUNDED = "already_refunded"  # nothing of the payment is left
    TOO_MUCH = "too_much"  # more than is left of the payment or transfer
    DISPUTED = "disputed"  # the buyer's bank has the money: no refund
    CLOSED = "closed"  # the checkout takes no more changes
    REFERENCE_REUSED = "reference_reused"  # the same reference came with other values before
    NOT_FOUND = "not_found"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, newest first. `next` leads to the following page and is None on the last."""

    items: tuple[T, ...]
    next: str | None
