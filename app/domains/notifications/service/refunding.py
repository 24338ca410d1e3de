"""What mails about refunds and disputes say."""

from app.domains.notifications import policies
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.payments import service as payments
from app.domains.payments.types import TransactionId
from app.domains.refunds import service as refunds
from app.domains.refunds.types import DisputeId, DisputeStatus, RefundCause, RefundId, RefundStatus
from app.domains.users import service as users

_CLOSED = {DisputeStatus.WON: "won", DisputeStatus.LOST: "lost", DisputeStatus.CLOSED: "closed"}


def refund_requested(occasion: Occasion) -> Draft | None:
    """None when it was decided meanwhile."""
    return _refund(occasion, {RefundStatus.REQUESTED})


def refund_decided(occasion: Occasion) -> Draft | None:
    """Whatever became of it since."""
    return _refund(occasion, set(RefundStatus) - {RefundStatus.REQUESTED})


def refund_failed(occasion: Occasion) -> Draft | None:
    """None when it was sent again meanwhile."""
    return _refund(occasion, {RefundStatus.FAILED})


def _refund(occasion: Occasion, wanted: set[RefundStatus]) -> Draft | None:
    found = refunds.get(occasion.session, RefundId(occasion.order.about_id))
    if found.status not in wanted:
        return None
    is_unclaimed = found.cause == RefundCause.UNCLAIMED
    told: Values = {
        "refund_id": found.id,
        "refund_reason": found.reason,
        "rejection": found.rejection,
        "failure": found.failure,
        "is_unclaimed": is_unclaimed,
        "ends_place": found.ends_place,
    }
    return Draft(told | _sale(occasion, found.transaction_id, found.amount_cents))


def _sale(occasion: Occasion, transaction_id: TransactionId, amount_cents: int) -> Values:
    sale = payments.get_transaction(occasion.session, transaction_id)
    return {
        "transaction_id": sale.id,
        "title": sale.title,
        "buyer": users.get_person(occasion.session, sale.buyer_id),
        "amount": policies.amount_text(amount_cents, sale.currency),
    }


def dispute_moved(occasion: Occasion) -> Draft:
    """As it stands now."""
    found = refunds.get_dispute(occasion.session, DisputeId(occasion.order.about_id))
    zone = occasion.recipient.timezone
    told: Values = {
        "dispute_id": found.id,
        "bank_reason": found.reason.replace("_", " "),
        "outcome": _CLOSED.get(found.status),
        "is_frozen": found.status is not DisputeStatus.INQUIRY,
        "due": policies.moment_text(found.evidence_due_at, zone) if found.evidence_due_at else None,
    }
    return Draft(told | _sale(occasion, found.transaction_id, found.amount_cents))
