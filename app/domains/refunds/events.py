"""What happened to refunds and disputes."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.refunds.types import DisputeId, DisputeStatus, RefundId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class RefundRequested(Event):
    """A student wants money back; an administrator decides."""

    refund_id: RefundId


@dataclass(frozen=True, slots=True)
class RefundDecided(Event):
    """A refund was approved or rejected, or money that bought nothing is on its way back."""

    refund_id: RefundId
    buyer_id: UserId
    is_unclaimed: bool = False


@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """The payment service did not send the money; an administrator has to see to it."""

    refund_id: RefundId
    attempt: int


@dataclass(frozen=True, slots=True)
class DisputeMoved(Event):
    """A bank began to ask, took the money, or decided. The same may be said more than once."""

    dispute_id: DisputeId
    status: DisputeStatus
