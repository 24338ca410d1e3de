"""The books against those of the payment service."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.core.ids import new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.books import policies, repository
from app.domains.books.models import ReconciliationFinding
from app.domains.books.types import (
    Books,
    DisputeState,
    Drift,
    Finding,
    FindingId,
    FindingStatus,
    KnownPayout,
    Move,
    Movement,
    ProposedLine,
    StoredFinding,
)
from app.domains.payments import service as payments
from app.domains.payments.types import SaleFacts
from app.domains.payouts import service as payouts
from app.domains.payouts.types import Safeguard
from app.domains.refunds import service as refunds


@dataclass(frozen=True, slots=True)
class OurSide:
    """What our rows say about money at the payment service."""

    books: Books
    sales: tuple[SaleFacts, ...]
    payouts: Mapping[str, KnownPayout]  # by their ids
    disputes: tuple[DisputeState, ...]


def our_side(session: ReadSession, since: datetime, named_since: datetime) -> OurSide:
    """Movements since `since`; sales and payouts, whose names are needed, since `named_since`, as disputes, with all
    that are open. Read on one snapshot."""
    movements = tuple(our_movements(session, since))
    paid = payouts.paid_since(session, named_since)
    return OurSide(
        books=Books(movements, payments.total_at_service(session)),
        sales=tuple(payments.sales_since(session, named_since)),
        payouts={
            payout.id: KnownPayout(payout.transfer_id or "", payout.provider_account_id, payout.reversed_cents)
            for payout in paid
        },
        disputes=tuple(
            DisputeState(each.id, each.provider_id, each.status, each.currency)
            for each in refunds.disputes_since(session, named_since)
        ),
    )


def our_movements(session: ReadSession, since: datetime) -> list[Movement]:
    """What moved our balance at the payment service since then, as our books have it."""
    entries = [entry for entry in payments.money_at_service(session, since=since) if entry.amount_cents]
    moments = repository.moments(session)
    found = [policies.our_movement(entry, moments) for entry in entries]
    return [movement for movement in found if movement and movement.at >= since]


def record_comparison(session: WriteSession, findings: Sequence[Finding]) -> None:
    """The books were compared, and differ in this."""
    record_findings(session, findings)
    payouts.pass_safeguard(session, Safeguard.COMPARISON)


def record_findings(session: WriteSession, findings: Sequence[Finding]) -> int:
    """Write down what differs; what does not any more is resolved. Answers how many are new."""
    fresh = sum(
        repository.see(session, finding.fingerprint, _values(finding), finding_id=new_id("fnd")) for finding in findings
    )
    repository.resolve_others(session, [finding.fingerprint for finding in findings])
    return fresh


def _values(finding: Finding) -> dict[str, object]:
    return {
        "move": finding.move,
        "drift": finding.drift,
        "subject": finding.subject,
        "ours_cents": finding.ours_cents,
        "theirs_cents": finding.theirs_cents,
        "currency": finding.currency,
        "sentence": finding.sentence,
        "proposal": [asdict(line) for line in finding.proposal],
        "moved_at": finding.moved_at,
    }


def list_findings(
    session: ReadSession, *, status: FindingStatus | None, before: Moment | None, limit: int | None
) -> list[StoredFinding]:
    """Newest first; those that stand like this, or all."""
    return [stored(row) for row in repository.page(session, status=status, before=before, limit=limit)]


def stored(row: ReconciliationFinding) -> StoredFinding:
    """The finding as others see it."""
    return StoredFinding(
        id=FindingId(row.id),
        move=Move(row.move),
        drift=Drift(row.drift),
        subject=row.subject,
        ours_cents=row.ours_cents,
        theirs_cents=row.theirs_cents,
        currency=row.currency,
        sentence=row.sentence,
        proposal=[ProposedLine(**line) for line in row.proposal],
        moved_at=row.moved_at,
        found_at=row.found_at,
        seen_at=row.seen_at,
        resolved_at=row.resolved_at,
    )


def read_until(session: ReadSession, name: str) -> datetime | None:
    """Up to when a list of the payment service was read; None when it never was."""
    return repository.read_until(session, name)


def record_read(session: WriteSession, name: str, until: datetime) -> None:
    """It was read up to then."""
    repository.move_cursor(session, name, until)
