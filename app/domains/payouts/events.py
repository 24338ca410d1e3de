"""What happened to payouts."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.payouts.types import FailureCode, PayoutId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class PayoutPaid(Event):
    """The money is in the person's account at the payment service."""

    payout_id: PayoutId
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PayoutFailed(Event):
    """The payment service did not make the transfer; the person and the administrators are told why."""

    payout_id: PayoutId
    user_id: UserId
    code: FailureCode


@dataclass(frozen=True, slots=True)
class MoneyReturned(Event):
    """A person's bank sent back what the payment service had paid to it; the person is told what to do."""

    return_id: str
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PayoutsEnabled(Event):
    """The payment service pays out to somebody from now on."""

    user_id: UserId
