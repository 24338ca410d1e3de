"""Values of refunds and disputes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NewType

from pydantic import StringConstraints

from app.core.ids import id_constraint
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments.service import PartyLoss
from app.domains.payments.types import TransactionId
from app.domains.sessions.types import SessionId
from app.jobs.kinds import JobKind, JobPayload

RefundId = NewType("RefundId", str)
RefundIdField = Annotated[RefundId, id_constraint("ref")]
DisputeId = NewType("DisputeId", str)
DisputeIdField = Annotated[DisputeId, id_constraint("dsp")]
QuoteIdField = Annotated[str, StringConstraints(pattern=r"^quo_[0-9a-f]{32}$")]


class RefundStatus(StrEnum):
    """requested → approved | rejected | withdrawn; approved → sending → processing → succeeded | failed; failed →
    sending again, or covered. Until `approved` no money has moved in the books."""

    REQUESTED = "requested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the student, before it was decided
    APPROVED = "approved"
    SENDING = "sending"  # asked for, and no answer known: it is looked for before it is asked for again
    PROCESSING = "processing"  # the payment service is on it
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the buyer is still to get the money
    COVERED = "covered"  # the buyer's bank took the money itself, in a dispute


UNDER_WAY = frozenset({RefundStatus.APPROVED, RefundStatus.SENDING, RefundStatus.PROCESSING, RefundStatus.FAILED})
"""Decided, and the money has not left."""


class RefundCause(StrEnum):
    """Why money goes back."""

    REQUESTED = "requested"  # somebody wanted it
    UNCLAIMED = "unclaimed"  # it bought nothing


class DisputeStatus(StrEnum):
    """inquiry → needs_response → under_review → won | lost. A bank may skip any of the first three."""

    INQUIRY = "inquiry"  # the bank asks; no money was taken
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"  # an inquiry that came to nothing

    @property
    def is_over(self) -> bool:
        """Whether nobody has to say anything any more."""
        return self in (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED)


OVER = frozenset(status for status in DisputeStatus if status.is_over)
GOING_ON = frozenset(DisputeStatus) - OVER


@dataclass(frozen=True, slots=True)
class Quote:
    """What a refund would do, exactly. `id` names all of it: when anything of it changes, so does the id."""

    id: str
    enrollment_id: EnrollmentId
    transaction_id: TransactionId
    price_cents: int
    refunded_cents: int
    amount_cents: int
    currency: str
    sessions_bought: int
    sessions_completed: int
    ends_place: bool
    cancelled_session_ids: tuple[SessionId, ...]
    parts: tuple[PartyLoss, ...]


@dataclass(frozen=True, slots=True)
class RefundWish:
    """Who wants what given back. Without an amount it is what the quote says by itself."""

    enrollment_id: EnrollmentId
    quote_id: str
    reason: str
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What is asked of the payment service, under which reference, and whether it may have been asked before."""

    refund_id: RefundId
    reference: str
    payment_intent_id: str
    amount_cents: int
    cause: RefundCause
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A dispute, as administrators see it."""

    id: DisputeId
    provider_id: str
    transaction_id: TransactionId
    enrollment_id: EnrollmentId | None
    amount_cents: int
    currency: str
    reason: str
    status: DisputeStatus
    evidence_due_at: datetime | None
    evidence_sent_at: datetime | None
    statement: str | None
    ends_place: bool
    fee_cents: int
    created_at: datetime
    closed_at: datetime | None


Plain = dict[str, Any]


class RefundPayload(JobPayload):
    """Which refund to send, and which attempt it is."""

    refund_id: RefundId
    attempt: int


class ChargePayload(JobPayload):
    """Which charge of the payment service to look at."""

    charge_id: str


SEND_REFUND = JobKind("refunds.send", RefundPayload)
REFRESH_DISPUTES = JobKind("refunds.refresh_disputes", ChargePayload)
RECONCILE_REFUNDS = JobKind("refunds.reconcile", JobPayload)
