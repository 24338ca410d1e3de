"""Sending payouts, and asking the payment service how accounts and transfers stand."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.domains.payouts import policies, service
from app.domains.payouts.types import (
    ASK_AFTER,
    RECOVER,
    REFRESH_ACCOUNT,
    REFRESH_TRANSFER,
    RESUME,
    SEND_PAYOUT,
    AccountPayload,
    DebtorPayload,
    PayoutPayload,
    SendPlan,
    TransferPayload,
)
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.payments.port import PaymentProvider, Reason, Transfer, TransferOrder

T = TypeVar("T")
_ASK_EVERY = timedelta(minutes=15)
_RESUME_EVERY = timedelta(hours=1)


def register(registry: Registry, payments: PaymentProvider) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(SEND_PAYOUT, partial(send, payments=payments))
    registry.register(REFRESH_ACCOUNT, partial(refresh_account, payments=payments))
    registry.register(REFRESH_TRANSFER, partial(refresh_transfer, payments=payments))
    registry.register(RECOVER, partial(recover, payments=payments))
    registry.register(ASK_AFTER, ask_after)
    registry.every(_ASK_EVERY, ASK_AFTER)
    registry.register(RESUME, partial(resume, payments=payments))
    registry.every(_RESUME_EVERY, RESUME)


async def send(context: JobContext, payload: PayoutPayload, *, payments: PaymentProvider) -> None:
    """Load → call → apply. A lost answer makes the payout `unknown`, and the runner comes again; then the transfer is
    looked for before it is asked for anew, for the payment service forgets keys after a day."""
    plan = await context.db.write(service.begin_sending, payload.payout_id)
    if plan is None:
        return
    try:
        transfer = await _found_or_made(plan, payments)
    except ProviderUnavailable:
        await context.db.write(service.mark_unknown, plan.payout_id, plan.attempt)
        raise
    except ProviderRejected as refusal:
        code = policies.failure_of(refusal.reason)
        await context.apply(service.apply_refusal, plan.payout_id, plan.attempt, code)
        return
    if transfer is not None:
        await context.apply(service.apply_transfer, transfer)


async def _found_or_made(plan: SendPlan, payments: PaymentProvider) -> Transfer | None:
    """None while payouts are frozen and there is no transfer."""
    found = await _answered(payments.find_transfer(group=plan.payout_id)) if plan.may_be_there else None
    if found is not None or not plan.may_send:
        return found
    if not plan.is_repeated:  # else the balance may be so small because the transfer was made
        await _check_balance(plan, payments)
    order = TransferOrder(
        reference=plan.reference,
        account_id=plan.provider_account_id,
        amount_cents=plan.amount_cents,
        currency=plan.currency,
        group=plan.payout_id,
    )
    return await payments.create_transfer(order)


async def _check_balance(plan: SendPlan, payments: PaymentProvider) -> None:
    """Ask for no transfer that would be refused. Raises `ProviderRejected`."""
    balance = await _answered(payments.get_balance())
    if balance.available.get(plan.currency, 0) < plan.amount_cents:
        raise ProviderRejected("Our balance is smaller than the transfer.", Reason.INSUFFICIENT_BALANCE)


async def _answered(question: Awaitable[T]) -> T:
    """A question that was refused tells nothing of the money it was about, no more than one whose answer was lost."""
    try:
        return await question
    except ProviderRejected as refusal:
        raise ProviderUnavailable from refusal


async def _unless_gone(ask: Callable[[], Awaitable[T]]) -> T | None:
    """None when the payment service knows of no such thing: it is another installation's, or from before a reset."""
    try:
        return await ask()
    except ProviderRejected as refusal:
        if refusal.reason != Reason.NOT_FOUND:
            raise
        return None


async def resume(context: JobContext, _payload: JobPayload, *, payments: PaymentProvider) -> None:
    """Send again what our balance was too small for, as far as it goes now."""
    if await context.db.read(service.is_any_short):
        balance = await _answered(payments.get_balance())
        await context.apply(service.resume, balance.available)


async def recover(context: JobContext, payload: DebtorPayload, *, payments: PaymentProvider) -> None:
    """Take back from a transfer what its payee owes. A lost answer is asked about by our reference, like a
    transfer's."""
    plan = await context.db.write(service.plan_recovery, payload.user_id)
    if plan is None:
        return
    names = {"reference": plan.reference, "transfer_id": plan.transfer_id}
    found = await _answered(payments.find_reversal(**names)) if plan.is_repeated else None
    if found is None:
        try:
            await payments.reverse_transfer(**names, amount_cents=plan.amount_cents)
        except ProviderRejected:
            await context.apply(service.refuse_reversal, plan.reference)
            return
    await context.apply(service.apply_reversal, plan.reference)


async def refresh_account(context: JobContext, payload: AccountPayload, *, payments: PaymentProvider) -> None:
    """Bring our row to what the payment service says now."""
    asked_at = context.db.clock.now()
    found = await _unless_gone(partial(payments.get_account, payload.provider_account_id))
    if found is not None:
        await context.apply(service.apply_account, found, asked_at)


async def refresh_transfer(context: JobContext, payload: TransferPayload, *, payments: PaymentProvider) -> None:
    """Enter a transfer of which no answer came, and what came back of one."""
    found = await _unless_gone(partial(payments.get_transfer, payload.transfer_id))
    if found is not None:
        await context.apply(service.apply_transfer, found)


async def ask_after(context: JobContext, _payload: JobPayload) -> None:
    """Each unanswered payout, each silent account and everybody who owes something gets a question of its own."""
    await context.db.write(service.enqueue_refreshes)
    await context.db.write(service.enqueue_recoveries)
    await context.apply(service.ask_after_unanswered)
