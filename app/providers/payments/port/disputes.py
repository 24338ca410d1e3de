"""What buyers' banks took back, and what we say to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.providers.payments.port.common import Page


class DisputeStatus(StrEnum):
    """Where a dispute stands. The `WARNING_…` ones are inquiries, which took no money."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"
    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as the service sees it now."""

    id: str
    charge_id: str
    payment_intent_id: str | None
    amount_cents: int
    currency: str
    reason: str  # the bank's, such as product_not_received
    status: DisputeStatus
    evidence_due_by: datetime | None
    evidence_submissions: int
    has_evidence: bool
    balance_transaction_ids: tuple[str, ...]  # what it took, and what it gave back
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What we say to a dispute; texts of 20,000 characters, 150,000 together. What is None stays as it was. `…_file`
    is the id of a file that was uploaded to the service before."""

    product_description: str | None = None
    customer_name: str | None = None
    customer_email: str | None = None
    customer_ip: str | None = None
    service_date: str | None = None
    access_activity_log: str | None = None
    refund_policy_disclosure: str | None = None
    refund_refusal_explanation: str | None = None
    uncategorized_text: str | None = None
    service_documentation_file: str | None = None
    uncategorized_file: str | None = None


class Disputes(Protocol):
    async def get_dispute(self, dispute_id: str) -> Dispute: ...

    async def list_disputes(
        self, *, charge_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Dispute]: ...

    async def submit_evidence(self, *, reference: str, dispute_id: str, evidence: Evidence, is_final: bool) -> Dispute:
        """Save it, and when `is_final` send it to the bank, after which there is no more. Raises `ProviderRejected`:
        ask for its state then, whether it is too late."""
        ...

    async def close_dispute(self, *, reference: str, dispute_id: str) -> Dispute:
        """Accept that it is lost. This cannot be undone. Raises `ProviderRejected`: ask for its state then."""
        ...
