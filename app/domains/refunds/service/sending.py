"""Sending a refund: what to ask of the payment service, and what its answer means."""

from datetime import timedelta

from app.core.errors import ProviderRejected
from app.db.session import WriteSession
from app.domains.payments import service as payments
from app.domains.payments.service import Transaction
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
_NOT_MADE = frozenset({RefundStatus.FAILED, RefundStatus.COVERED})
_MAY_SUCCEED = _ASKABLE | _NOT_MADE


def load(session: WriteSession, payload: RefundPayload) -> RefundOrder | None:
    """What to ask. Before it is asked the refund is marked as `sending`, so that whoever comes after a crash or a
    time-out looks for it first. None when there is nothing to do."""
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
    held = _hold(session, RefundId(seen.reference.partition("-")[0]))
    if held is None or not _counts(held[1], seen):
        return
    sale, found = held
    match seen.status:
        case ProviderStatus.SUCCEEDED:
            _succeed(session, sale, found, seen)
        case ProviderStatus.PENDING | ProviderStatus.REQUIRES_ACTION:
            waiting = (RefundStatus.APPROVED, RefundStatus.SENDING)
            repository.move(session, found.id, expected=waiting, status=RefundStatus.PROCESSING, provider_id=seen.id)
        case ProviderStatus.FAILED | ProviderStatus.CANCELED:
            _take_back(session, sale, found, seen)


def _hold(session: WriteSession, refund_id: RefundId) -> tuple[Transaction, Refund] | None:
    """The refund and its sale, kept from everybody else who moves its money; the sale before the refund, in the order
    in which everybody locks. None when it is none of ours."""
    found = repository.refund(session, refund_id)
    if found is None:
        return None
    sale = payments.hold_sale(session, found.transaction_id)
    return sale, get(session, refund_id)


def _counts(found: Refund, seen: ProviderRefund) -> bool:
    """Whether this is what we know the refund by. While nothing of it was made, it may be by an earlier attempt that
    was taken for refused; one that failed there stays so. Any other is money that went out twice: the comparison of the
    books names it."""
    if found.status in _NOT_MADE:
        return found.provider_id != seen.id
    if found.status == RefundStatus.SUCCEEDED:
        return found.provider_id == seen.id
    return _reference(found) == seen.reference


def _succeed(session: WriteSession, sale: Transaction, found: Refund, seen: ProviderRefund) -> None:
    """The money has left, once an attempt. If it was covered before, the buyer has it twice, at the platform's
    expense."""
    owed = 0 if found.status == RefundStatus.COVERED else found.amount_cents
    reference, sent = seen.reference, seen.amount_cents
    if found.status not in _MAY_SUCCEED or not payments.pay_refund(
        session, sale, sent, owed_cents=owed, reference=reference
    ):
        return
    told = {"amount_cents": sent, "provider_id": seen.id, "failure": None, "settled_at": session.now}
    repository.move(session, found.id, expected=_MAY_SUCCEED, status=RefundStatus.SUCCEEDED, **told)


def _take_back(session: WriteSession, sale: Transaction, found: Refund, seen: ProviderRefund) -> None:
    """The payment service may take back its word of success days later: then the money is with us again."""
    why = seen.failure_reason or str(seen.status)
    told = {"failure": why, "settled_at": None}
    if repository.move(session, found.id, expected=(RefundStatus.SUCCEEDED,), status=RefundStatus.FAILED, **told):
        payments.take_refund_back(session, sale.id, found.amount_cents, reference=seen.reference)
        _owe(session, sale, found)
    else:
        _fail(session, sale, found, why, provider_id=seen.id)


def refuse(session: WriteSession, payload: RefundPayload, why: str) -> None:
    """The payment service did not make this attempt, so nothing left by it."""
    held = _hold(session, payload.refund_id)
    if held is not None and held[1].attempt == payload.attempt:
        _fail(session, *held, why)


def reason_of(refusal: ProviderRejected) -> str:
    """Why the payment service said no, in words for an administrator."""
    return f"{refusal.reason}: {refusal.detail}"


def _fail(session: WriteSession, sale: Transaction, found: Refund, why: str, **values: str) -> None:
    if repository.move(session, found.id, expected=_ASKABLE, status=RefundStatus.FAILED, failure=why, **values):
        _owe(session, sale, found)


def _owe(session: WriteSession, sale: Transaction, found: Refund) -> None:
    """The buyer is still owed the money, unless a bank gave it: it stays booked as such, and an administrator sends it
    again."""
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
