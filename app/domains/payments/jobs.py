"""Asking the payment service about checkouts of which nothing was heard."""

from app.domains.payments import service
from app.domains.payments.types import CheckoutPayload
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
