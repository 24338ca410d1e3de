"""Refunds and disputes as people see them."""

from datetime import datetime

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.enrollments.types import EnrollmentId
from app.domains.refunds import repository
from app.domains.refunds.errors import DisputeNotFound
from app.domains.refunds.models import Dispute, Refund
from app.domains.refunds.service.quoting import get_place
from app.domains.refunds.types import DisputeFacts, DisputeId, DisputeStatus, RefundStatus
from app.edge.principal import Principal


def list_of_place(session: ReadSession, enrollment_id: EnrollmentId, viewer: Principal) -> list[Refund]:
    """What was asked for and given back of a place, newest first. Raises `EnrollmentNotFound`."""
    return repository.refunds_of_place(session, get_place(session, enrollment_id, viewer).id)


def list_refunds(
    session: ReadSession, status: RefundStatus | None, *, before: Moment | None, limit: int
) -> list[Refund]:
    """Everybody's, newest first."""
    return repository.page(session, status, before=before, limit=limit)


def list_disputes(
    session: ReadSession, status: DisputeStatus | None, *, before: Moment | None, limit: int
) -> list[DisputeFacts]:
    """All of them, newest first."""
    return [_facts(row) for row in repository.disputes_page(session, status, before=before, limit=limit)]


def disputes_since(session: ReadSession, since: datetime) -> list[DisputeFacts]:
    """Those that were opened since then, and all that are not over."""
    return [_facts(row) for row in repository.disputes_since(session, since)]


def places_in_question(session: ReadSession) -> set[EnrollmentId]:
    """Places about whose money something is open: what speaks for one side or the other must be kept."""
    return repository.places_in_question(session)


def awaits_decision(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    """Whether an administrator or a bank is yet to decide about money of the place."""
    return repository.awaits_decision(session, enrollment_id)


def get_dispute(session: ReadSession, dispute_id: DisputeId) -> DisputeFacts:
    """Raises `DisputeNotFound`."""
    found = repository.dispute(session, dispute_id)
    if found is None:
        raise DisputeNotFound
    return _facts(found)


def _facts(row: Dispute) -> DisputeFacts:
    return DisputeFacts(
        id=row.id,
        provider_id=row.provider_id,
        transaction_id=row.transaction_id,
        enrollment_id=row.enrollment_id,
        amount_cents=row.amount_cents,
        currency=row.currency,
        reason=row.reason,
        status=DisputeStatus(row.status),
        evidence_due_at=row.evidence_due_at,
        evidence_sent_at=row.evidence_sent_at,
        statement=row.statement,
        ends_place=row.ends_place,
        fee_cents=row.fee_cents,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )
