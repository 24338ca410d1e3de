"""Disputes and the evidence for them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.providers.payments.port import Dispute, DisputeStatus, Evidence, Page
from app.providers.payments.stripe.calls import (
    Caller,
    Id,
    Instant,
    Listing,
    Resource,
    answer,
    given,
    moment,
    once,
    page,
    window,
)


class _Details(BaseModel):
    due_by: Instant | None = None
    has_evidence: bool
    submission_count: int


class _Dispute(Resource):
    charge: Id
    payment_intent: Id | None = None
    amount: int
    currency: str
    reason: str
    status: DisputeStatus
    evidence_details: _Details
    balance_transactions: list[Resource]
    created: Instant


class DisputeCalls(Caller):
    async def get_dispute(self, dispute_id: str) -> Dispute:
        return _dispute(await answer(self._v1.disputes.retrieve_async(dispute_id), _Dispute))

    async def list_disputes(
        self, *, charge_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Dispute]:
        query: Any = window(since, cursor) | given(charge=charge_id)
        return await page(self._v1.disputes.list_async(query), Listing[_Dispute], _dispute)

    async def submit_evidence(self, *, reference: str, dispute_id: str, evidence: Evidence, is_final: bool) -> Dispute:
        call = self._v1.disputes.update_async(
            dispute_id, {"evidence": _evidence(evidence), "submit": is_final}, once(reference, "evidence")
        )
        return _dispute(await answer(call, _Dispute))

    async def close_dispute(self, *, reference: str, dispute_id: str) -> Dispute:
        call = self._v1.disputes.close_async(dispute_id, {}, once(reference, "close"))
        return _dispute(await answer(call, _Dispute))


def _evidence(evidence: Evidence) -> Any:
    return given(
        product_description=evidence.product_description,
        customer_name=evidence.customer_name,
        customer_email_address=evidence.customer_email,
        customer_purchase_ip=evidence.customer_ip,
        service_date=evidence.service_date,
        access_activity_log=evidence.access_activity_log,
        refund_policy_disclosure=evidence.refund_policy_disclosure,
        refund_refusal_explanation=evidence.refund_refusal_explanation,
        uncategorized_text=evidence.uncategorized_text,
        service_documentation=evidence.service_documentation_file,
        uncategorized_file=evidence.uncategorized_file,
    )


def _dispute(dispute: _Dispute) -> Dispute:
    details = dispute.evidence_details
    return Dispute(
        id=dispute.id,
        charge_id=dispute.charge,
        payment_intent_id=dispute.payment_intent,
        amount_cents=dispute.amount,
        currency=dispute.currency,
        reason=dispute.reason,
        status=dispute.status,
        evidence_due_by=moment(details.due_by) if details.due_by else None,
        evidence_submissions=details.submission_count,
        has_evidence=details.has_evidence,
        balance_transaction_ids=tuple(each.id for each in dispute.balance_transactions),
        created_at=moment(dispute.created),
    )
