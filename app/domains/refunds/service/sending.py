"""Sending a refund: what to ask of the payment service, and what its answer means."""

from datetime import timedelta

from app.core.errors import ProviderRejected
from app.db.session import WriteSession
from app.domains.payments import service as payments
from app.domains.refunds import repository
from app.domains.refunds.events import RefundFailed
from app.domains.refunds.models import Refund
from app.domains.refunds.service.covering import cover_refunds
from app.domains.refunds.service.deciding import get
from app.domains.refunds.types import (
    SEND_REFUND,
    RefundCause,
    RefundId,
    RefundOrder,
    RefundPayload,
    RefundStatus,
)
from app.providers.payments.port import Refund as ProviderRefund
from app.providers.payments.port import RefundStatus as ProviderStatus

_SILENCE, _BATCH = timedelta(minutes=30), 100
_ASKABLE = frozenset({RefundStatus.APPROVED, RefundStatus.SENDING, RefundStatus.PROCESSING})
_MAY_SUCCEED = frozenset({*_ASKABLE, RefundStatus.FAILED, RefundStatus.COVERED})


def load(session: WriteSession, payload: RefundPayload) -> RefundOrder | None:
    """What to ask. Before it is asked the refund is marked as `sending`, so that whoever comes after a crash or a time-out
    looks for it first. None when there is nothing to do."""
    is_first = repository.move(
        session, payload.refund_id, expected=(RefundStatus.APPROVED,), status=RefundStatus.SENDING
    )
    # Read after it was marked: from here on nobody lowers what is asked for.
    found = repository.refund(session, payload.refund_id)
    if found is None or found.attempt != payload.attempt or found.status not in _ASKABLE:
        return None
    sale = payments.get_transaction(session, found.transaction_id)
    if sale.payment_intent_id is None:
        refuse(session, payload, "The payment service never said which payment this was.")
        return None
    return RefundOrder(
        refund_id=found.id,
        reference=_reference(found),
        payment_intent_id=sale.payment_intent_id,
        amount_cents=found.amount_cents,
        cause=RefundCause(found.cause),
        is_repeated=not is_first,
    )


def _reference(found: Refund) -> str:
    return found.id if found.attempt == 1 else f"{found.id}-{found.attempt}"


def apply(session: WriteSession, seen: ProviderRefund) -> None:
    """Bring a refund to the state that the payment service reports; any number of times, in any order."""
    refund_id, _, attempt = seen.reference.partition("-")
    found = repository.refund(session, RefundId(refund_id))
    if found is None or str(found.attempt) != (attempt or "1"):
        return
    match seen.status:
        case ProviderStatus.SUCCEEDED:
            _succeed(session, found, seen)
        case ProviderStatus.PENDING | ProviderStatus.REQUIRES_ACTION:
            waiting = (RefundStatus.APPROVED, RefundStatus.SENDING)
            repository.move(session, found.id, expected=waiting, status=RefundStatus.PROCESSING, provider_id=seen.id)
        case ProviderStatus.FAILED | ProviderStatus.CANCELED:
            _fail(session, found, seen.failure_reason or str(seen.status), provider_id=seen.id)


def _succeed(session: WriteSession, found: Refund, seen: ProviderRefund) -> None:
    """The money has left, once an attempt. If it was covered before, the buyer has it twice, at the platform's expense."""
    # The sale before the refund, in the order in which everybody locks.
    sale = payments.hold_sale(session, found.transaction_id)
    found = get(session, found.id)
    owed = 0 if found.status == RefundStatus.COVERED else found.amount_cents
    reference, sent = seen.reference, seen.amount_cents
    if found.status not in _MAY_SUCCEED or not payments.pay_refund(
        session, sale, sent, owed_cents=owed, reference=reference
    ):
        return
    told = {"amount_cents": sent, "provider_id": seen.id, "failure": None, "settled_at": session.now}
    repository.move(session, found.id, expected=_MAY_SUCCEED, status=RefundStatus.SUCCEEDED, **told)


def refuse(session: WriteSession, payload: RefundPayload, why: str) -> None:
    """The payment service said no, so nothing left."""
    found = repository.refund(session, payload.refund_id)
    if found is not None and found.attempt == payload.attempt:
        _fail(session, found, why)


def reason_of(refusal: ProviderRejected) -> str:
    """Why the payment service said no, in words for an administrator."""
    return f"{refusal.reason}: {refusal.detail}"


def _fail(session: WriteSession, found: Refund, why: str, *, provider_id: str | None = None) -> None:
    """The buyer is still owed the money, unless a bank gave it: it stays booked as such, and an administrator sends it again.
    The payment service may take back its word of success days later: then the money is with us again."""
    sale = payments.hold_sale(session, found.transaction_id)
    was_paid = repository.move(
        session, found.id, expected=(RefundStatus.SUCCEEDED,), status=RefundStatus.FAILED, failure=why, settled_at=None
    )
    if was_paid:
        reference = _reference(found)
        payments.take_refund_back(session, found.transaction_id, found.amount_cents, reference=reference)
    values = {"failure": why} | ({"provider_id": provider_id} if provider_id else {})
    if was_paid or repository.move(session, found.id, expected=_ASKABLE, status=RefundStatus.FAILED, **values):
        cover_refunds(session, sale)
        if get(session, found.id).status == RefundStatus.FAILED:
            session.publish(RefundFailed(found.id, found.attempt))


def ask_about_silent(session: WriteSession) -> None:
    """Enqueue a question for every refund of which nothing was heard for half an hour; each at most once an hour."""
    for found in repository.silent(session, decided_before=session.now - _SILENCE, limit=_BATCH):
        SEND_REFUND.enqueue(
            session,
            RefundPayload(refund_id=found.id, attempt=found.attempt),
            dedupe=f"{found.id}:{found.attempt}:{session.now:%Y%m%d%H}",
        )
