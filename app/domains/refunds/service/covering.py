"""What a bank kept and a refund would give as well, the buyer would have twice: the refund gives that much less."""

from app.db.session import ReadSession, WriteSession
from app.domains.payments import service as payments
from app.domains.payments.service import Transaction
from app.domains.refunds import repository
from app.domains.refunds.models import Refund
from app.domains.refunds.types import UNDER_WAY, RefundStatus

_GIVEN = frozenset({*UNDER_WAY, RefundStatus.SUCCEEDED})
_NOT_THERE = frozenset({RefundStatus.APPROVED, RefundStatus.FAILED})


def cover_refunds(session: WriteSession, sale: Transaction) -> None:
    """Lower the refunds of which the payment service certainly has none, as far as banks took more of the sale than is
    accounted for; the platform bore that until now. Whatever may be there stays whole until its end is known: it is
    asked for again, and the payment service gives no more than the bank left. The caller holds the sale."""
    twice = _given_twice(session, sale)
    for refund in repository.refunds_of_sale(session, sale.id, _NOT_THERE):
        covered = min(refund.amount_cents, twice)
        if covered and _lower(session, refund, covered):
            payments.cover_refund(session, sale, covered, refund_id=refund.id)
            twice -= covered


def _lower(session: WriteSession, refund: Refund, covered_cents: int) -> bool:
    """False when it has gone on meanwhile."""
    stands, rest = RefundStatus(refund.status), refund.amount_cents - covered_cents
    if rest:
        return repository.move(session, refund.id, expected=(stands,), status=stands, amount_cents=rest)
    return repository.move(session, refund.id, expected=(stands,), status=RefundStatus.COVERED)


def _given_twice(session: ReadSession, sale: Transaction) -> int:
    """By how much that which banks kept, what goes or went back, and what the parties have, is more than the price."""
    kept = repository.lost_disputes(session, sale.id)
    given = repository.refunds_of_sale(session, sale.id, _GIVEN)
    together = sum(kept) + sum(refund.amount_cents for refund in given) + payments.left_of(session, sale.id)
    return max(0, together - sale.amount_cents) if kept else 0
