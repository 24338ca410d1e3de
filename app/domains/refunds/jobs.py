"""Sending refunds, and asking about those of which nothing was heard."""

from app.core.errors import ProviderRejected
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
    try:
        seen = await _find_or_make(order, payments)
    except ProviderRejected as refusal:
        await context.apply(service.refuse, payload, service.reason_of(refusal))
        return
    await context.apply(service.apply, seen)


async def _find_or_make(order: RefundOrder, payments: PaymentProvider) -> Refund:
    """The payment service forgets references after a day, so one that may have arrived is looked for by what it wrote."""
    if order.is_repeated:
        found = await payments.find_refund(reference=order.reference, payment_intent_id=order.payment_intent_id)
        if found is not None:
            return found
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
        await context.db.write(service.apply_dispute, dispute, policies.dispute_fee(moved.items))


async def reconcile(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.ask_about_silent)
