"""Asking the payment service about checkouts of which nothing was heard, and about what it kept of a payment."""

from app.core.errors import ProviderUnavailable
from app.domains.payments import service
from app.domains.payments.types import CheckoutPayload, TransactionPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext
from app.providers.payments.port import PaymentProvider


async def reconcile(context: JobContext, _payload: JobPayload) -> None:
    """Every open checkout gets a question of its own, so that one refusal stops none of the others."""
    await context.apply(service.ask_about_open_checkouts)


async def refresh_checkout(context: JobContext, payload: CheckoutPayload, payments: PaymentProvider) -> None:
    """Bring the purchase to the state that the payment service reports."""
    checkout = await payments.get_checkout(payload.checkout_id)
    await context.apply(service.apply_checkout, checkout)


async def record_fee(context: JobContext, payload: TransactionPayload, payments: PaymentProvider) -> None:
    """What the payment service kept of a payment; while it does not know, it is asked again. It says too whether there
    is a dispute, whose notices may have come before we knew of the payment."""
    charge_id = await context.db.read(service.find_charge, payload.transaction_id)
    if charge_id is None:
        return
    charge = await payments.get_charge(charge_id)
    if charge.balance is None:
        raise ProviderUnavailable("The payment service has not settled the charge yet.")
    if charge.is_disputed:
        await context.db.write(service.announce_dispute, charge_id)
    await context.apply(service.record_fee, payload.transaction_id, charge.balance.fee_cents, charge.balance.currency)
