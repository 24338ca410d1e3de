"""Sending refunds, and asking about those of which nothing was heard, and about open disputes."""

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.domains.refunds import policies, service
from app.domains.refunds.types import ChargePayload, RefundCause, RefundOrder, RefundPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext
from app.providers.payments.port import PaymentProvider, Refund, RefundReason

_REASONS = {RefundCause.REQUESTED: RefundReason.REQUESTED, RefundCause.UNCLAIMED: RefundReason.DUPLICATE}


async def send(context: JobContext, payload: RefundPayload, payments: PaymentProvider) -> None:
    """Load, call, apply. A time-out leaves the refund as `sending`; the job comes again and looks for it first."""
    order = await context.db.write(service.load, payload)
    if order is None:
        return
    seen = await _find(order, payments) if order.is_repeated else None
    try:
        seen = seen or await _make(order, payments)
    except ProviderRejected as refusal:
        await context.apply(service.refuse, payload, service.reason_of(refusal))
        return
    await context.apply(service.apply, seen)


async def _find(order: RefundOrder, payments: PaymentProvider) -> Refund | None:
    """The payment service forgets references after a day, so one that may have arrived is looked for by what it wrote.
    A question that is refused says nothing about the refund: it may be there, and is asked about again."""
    try:
        return await payments.find_refund(reference=order.reference, payment_intent_id=order.payment_intent_id)
    except ProviderRejected as refusal:
        raise ProviderUnavailable(refusal.detail) from refusal


async def _make(order: RefundOrder, payments: PaymentProvider) -> Refund:
    return await payments.create_refund(
        reference=order.reference,
        payment_intent_id=order.payment_intent_id,
        amount_cents=order.amount_cents,
        reason=_REASONS[order.cause],
    )


async def refresh_disputes(context: JobContext, payload: ChargePayload, payments: PaymentProvider) -> None:
    """Bring the disputes about a charge to the state that the payment service reports."""
    for dispute in (await payments.list_disputes(charge_id=payload.charge_id)).items:
        moved = await payments.list_balance_transactions(source_id=dispute.id)
        await context.db.write(service.apply_dispute, dispute, policies.dispute_fee(moved.items, dispute.currency))


async def reconcile(context: JobContext, _payload: JobPayload) -> None:
    await context.db.write(service.ask_about_open)
    await context.apply(service.ask_about_silent)
