"""Disputes: the buyer's bank asks or takes the money back, and decides. The payment service's present word counts, in
whatever order its notices come."""

import logging
from typing import Any

from app.core.ids import new_id
from app.core.logging import log_event
from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.payments import service as payments
from app.domains.payments.service import Transaction
from app.domains.refunds import policies, repository
from app.domains.refunds.events import DisputeMoved
from app.domains.refunds.models import Dispute
from app.domains.refunds.service.covering import cover_refunds
from app.domains.refunds.types import GOING_ON, OVER, REFRESH_DISPUTES, ChargePayload, DisputeId, DisputeStatus
from app.providers.payments.port import Dispute as ProviderDispute
from app.providers.payments.port import DisputeStatus as ProviderStatus

logger = logging.getLogger(__name__)

_STATUSES = {
    ProviderStatus.WARNING_NEEDS_RESPONSE: DisputeStatus.INQUIRY,
    ProviderStatus.WARNING_UNDER_REVIEW: DisputeStatus.INQUIRY,
    ProviderStatus.WARNING_CLOSED: DisputeStatus.CLOSED,
    ProviderStatus.PREVENTED: DisputeStatus.CLOSED,
    ProviderStatus.NEEDS_RESPONSE: DisputeStatus.NEEDS_RESPONSE,
    ProviderStatus.UNDER_REVIEW: DisputeStatus.UNDER_REVIEW,
    ProviderStatus.WON: DisputeStatus.WON,
    ProviderStatus.LOST: DisputeStatus.LOST,
}
_TOOK_MONEY = frozenset(
    {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST}
)


def status_of(seen: ProviderDispute) -> DisputeStatus:
    """What we call the state that the payment service reports."""
    return _STATUSES[seen.status]


def apply_dispute(session: WriteSession, seen: ProviderDispute, fee_cents: int) -> None:
    """Bring a dispute to the state that the payment service reports, with the fee it took so far; any number of times,
    in any order. One about a payment that is not ours changes nothing."""
    transaction_id = payments.find_charged(session, seen.charge_id)
    if transaction_id is None:
        log_event(logger, "refunds.unknown_dispute", provider_id=seen.id)
        return
    place = enrollments.lock_paid_place(session, transaction_id)
    sale = payments.hold_sale(session, transaction_id)
    payments.hold_parties(session, sale)
    status = status_of(seen)
    found = _find_or_insert(session, sale, seen, enrollment_id=place.id if place else None)
    _move(session, sale, found, status)
    payments.record_dispute_fee(session, sale, dispute_id=found.id, booked_cents=found.fee_cents, fee_cents=fee_cents)
    repository.change_dispute(
        session, found.id, expected=tuple(DisputeStatus), fee_cents=fee_cents, evidence_due_at=seen.evidence_due_by
    )
    if seen.evidence_submissions and found.evidence_sent_at is None:  # the answer was lost, or somebody sent it there
        repository.mark_answered(session, found.id)


def ask_about_open(session: WriteSession) -> None:
    """Enqueue a question for every charge with a dispute that is not over, each once a day: a notice may be lost, or
    its job buried."""
    for transaction_id in repository.disputed_sales(session):
        charge_id = payments.find_charge(session, transaction_id)
        if charge_id is not None:
            REFRESH_DISPUTES.enqueue(
                session, ChargePayload(charge_id=charge_id), dedupe=f"{charge_id}:{session.now:%Y%m%d}"
            )


def _find_or_insert(
    session: WriteSession, sale: Transaction, seen: ProviderDispute, *, enrollment_id: str | None
) -> Dispute:
    values: dict[str, Any] = {
        "id": DisputeId(new_id("dsp")),
        "provider_id": seen.id,
        "transaction_id": sale.id,
        "enrollment_id": enrollment_id,
        "amount_cents": seen.amount_cents,
        "currency": seen.currency,
        "reason": seen.reason,
        "status": DisputeStatus.INQUIRY,
        "evidence_due_at": seen.evidence_due_by,
        "fee_cents": 0,
        "parts": [],
        "created_at": session.now,
    }
    is_new = repository.insert_dispute(session, values)
    if not is_new:  # an inquiry took nothing yet: what it becomes may be over another amount
        repository.change_inquiry(session, seen.id, amount_cents=seen.amount_cents, reason=seen.reason)
    found = repository.dispute_by_provider(session, seen.id)
    if found is None:
        raise LookupError(seen.id)
    if is_new:
        audit.record(session, None, audit.Change("dispute.opened", "dispute", found.id))
        session.publish(DisputeMoved(found.id, _STATUSES[seen.status]))
    return found


def _move(session: WriteSession, sale: Transaction, found: Dispute, status: DisputeStatus) -> None:
    """A dispute that is over stays so, and one that took money is no inquiry again, whatever was read before; one that
    skipped a state is treated as if it had been in it."""
    before = DisputeStatus(found.status)
    if before in OVER or before is status or (before in _TOOK_MONEY and status not in _TOOK_MONEY):
        return
    if status in _TOOK_MONEY and before not in _TOOK_MONEY:
        _open(session, sale, found)
        session.publish(DisputeMoved(found.id, status))
    match status:
        case DisputeStatus.WON:
            payments.win_dispute(session, sale, found.amount_cents, dispute_id=found.id)
        case DisputeStatus.LOST:
            _lose(session, sale, found)
        case _:
            pass
    over = {"closed_at": session.now} if status in OVER else {}
    repository.change_dispute(session, found.id, expected=GOING_ON, status=status, **over)
    if status in OVER:
        cover_refunds(session, sale)
        _go_on(session, sale, found, status)
        audit.record(session, None, audit.Change(f"dispute.{status}", "dispute", found.id))
        session.publish(DisputeMoved(found.id, status))


def _open(session: WriteSession, sale: Transaction, found: Dispute) -> None:
    payments.open_dispute(session, sale, found.amount_cents, dispute_id=found.id)
    if found.enrollment_id:
        enrollments.freeze(session, found.enrollment_id)


def _lose(session: WriteSession, sale: Transaction, found: Dispute) -> None:
    """The bank kept the money: at first what the parties have. As by a refund of as much, the place ends only when it
    was the price of what is untaught, or all that was left."""
    losses = payments.assess_dispute(session, sale, found.amount_cents)
    ends_place = _ends_place(session, sale, found, sum(loss.amount_cents for loss in losses))
    payments.lose_dispute(session, sale, losses, found.amount_cents, dispute_id=found.id)
    told = {"parts": [policies.plain_part(part) for part in losses], "ends_place": ends_place}
    repository.change_dispute(session, found.id, expected=GOING_ON, **told)
    if found.enrollment_id and ends_place:
        payments.keep_rest(session, sale.id, refund_id=found.id)
        enrollments.cancel(session, enrollments.get_enrollment(session, found.enrollment_id))


def _ends_place(session: WriteSession, sale: Transaction, found: Dispute, lost_cents: int) -> bool:
    if not found.enrollment_id:
        return False
    place = enrollments.get_enrollment(session, found.enrollment_id)
    due = policies.amounts(sale.amount_cents, payments.stakes_of(session, sale.id), place, wanted=lost_cents)
    return due.ends_place and place.status is not EnrollmentStatus.CANCELLED


def _go_on(session: WriteSession, sale: Transaction, found: Dispute, status: DisputeStatus) -> None:
    """Where the payment stood, once no other bank's word about it is awaited."""
    if status not in _TOOK_MONEY or repository.is_questioned(session, sale.id):
        return
    payments.close_dispute(session, sale, is_lost=bool(repository.lost_disputes(session, sale.id)))
    if found.enrollment_id:
        enrollments.thaw(session, found.enrollment_id)
