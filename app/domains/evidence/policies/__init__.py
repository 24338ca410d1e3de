"""How a pack of evidence is told to a bank."""

import json
from datetime import datetime
from typing import Any

from app.providers.payments.port import Dispute, DisputeStatus, Evidence

_LONGEST = 20_000  # characters that the payment service takes of one text
_POLICY = "A student may have the price of every session that was not held back at any time."
_UNANSWERED = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE})


def takes_evidence(dispute: Dispute, now: datetime) -> bool:
    """Whether the bank would still read what it is sent."""
    is_late = dispute.evidence_due_by is not None and dispute.evidence_due_by <= now
    return dispute.status in _UNANSWERED and not is_late


def evidence_of(pack: dict[str, Any]) -> Evidence:
    """The pack in the payment service's fields, each no longer than it takes."""
    held = [lesson["started_at"] for lesson in pack["sessions"] if lesson["status"] == "completed"]
    return Evidence(
        product_description=f"{pack['course']['title']}: one-to-one teaching, {pack['place']['sessions_bought']} sessions.",
        customer_name=pack["buyer"]["name"],
        customer_email=pack["buyer"]["email"],
        service_date=", ".join(at for at in held if at)[:_LONGEST] or None,
        access_activity_log=json.dumps(pack["sessions"], ensure_ascii=False)[:_LONGEST],
        refund_policy_disclosure=_POLICY,
        uncategorized_text=pack["statement"],
    )
