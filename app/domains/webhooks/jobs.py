"""Carrying out what inbound events ask for."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.kv import sweep_ended
from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.books import service as books
from app.domains.calendar.policies import BookingPolicy
from app.domains.invitations import service as invitations
from app.domains.refunds import policies as refunds
from app.domains.webhooks import service
from app.domains.webhooks.types import (
    CONSUMED,
    CONSUMED_OF_CONNECTED,
    ConnectedPayload,
    MailEventPayload,
    PaymentEventPayload,
    VideoEventPayload,
)
from app.edge.idempotency import sweep_stored_answers
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext
from app.jobs.runner import sweep_finished
from app.providers.payments.port import Dispute, Page, PaymentEvent, PaymentProvider, Reason

_EVENTS = "payment_events"
_OVERLAP, _LONGEST_LIST = timedelta(hours=1), timedelta(days=30)


class Listing(Protocol):
    """A list of events that is asked for page by page."""

    async def __call__(self, *, cursor: str | None) -> Page[PaymentEvent]: ...


async def process_payment_event(context: JobContext, payload: PaymentEventPayload, payments: PaymentProvider) -> None:
    """Fetch the object anew and apply its state; other kinds of events are kept and change nothing. A question that is
    refused says nothing of what happened and is asked again, unless there is no such object."""
    try:
        await _process(context, payload, payments)
    except ProviderRejected as refusal:
        if refusal.reason == Reason.NOT_FOUND:
            raise
        raise ProviderUnavailable(refusal.detail) from refusal


async def _process(context: JobContext, payload: PaymentEventPayload, payments: PaymentProvider) -> None:
    match payload.kind.split("."):
        case ["checkout", "session", *_]:
            checkout = await payments.get_checkout(payload.object_id)
            await context.apply(service.process_checkout, payload.event_id, checkout)
        case ["transfer", *_]:
            transfer = await payments.get_transfer(payload.object_id)
            await context.apply(service.process_transfer, payload.event_id, transfer)
        case ["account" | "capability", *_] if payload.account_id:
            await context.apply(service.process_account_event, payload.event_id, payload.account_id)
        case ["payout", *_] if payload.account_id:
            await _process_bank_payout(context, payload, payload.account_id, payments)
        case ["payout", *_]:
            payout = await payments.get_bank_payout(payload.object_id)
            await context.apply(service.process_own_bank_payout, payload.event_id, payout)
        case ["charge", "dispute", *_]:
            dispute, fee_cents = await _dispute(payments, payload.object_id)
            await context.apply(service.process_dispute, payload.event_id, dispute, fee_cents)
        case ["refund", _] | ["charge", "refund", _]:
            refund = await payments.get_refund(payload.object_id)
            await context.apply(service.process_refund, payload.event_id, refund)
        case _:
            await context.apply(service.mark_ignored, payload.event_id)


async def _process_bank_payout(
    context: JobContext, payload: PaymentEventPayload, account_id: str, payments: PaymentProvider
) -> None:
    """Nothing is said any more of an account whose owner took our access away."""
    try:
        payout = await payments.get_bank_payout(payload.object_id, account_id=account_id)
    except ProviderRejected as refusal:
        if refusal.reason not in {Reason.ACCOUNT_GONE, Reason.NOT_FOUND}:
            raise
        await context.apply(service.mark_ignored, payload.event_id)
        return
    await context.apply(service.process_bank_payout, payload.event_id, account_id, payout)


async def catch_up(context: JobContext, _payload: JobPayload, payments: PaymentProvider) -> None:
    """Receive what happened and was not told, from the payment service's own list. It is read from an hour before where
    the last reading ended, for events become visible a little late; what is in the inbox changes nothing."""
    now = context.db.clock.now()
    last = await context.db.read(books.read_until, _EVENTS)
    since = max(last - _OVERLAP if last else now - _LONGEST_LIST, now - _LONGEST_LIST)
    await _receive(context, partial(payments.list_events, types=CONSUMED, since=since), is_live=payments.is_live)
    await context.apply(books.record_read, _EVENTS, now)


async def catch_up_connected(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.ask_connected)


async def catch_up_one(context: JobContext, payload: ConnectedPayload, payments: PaymentProvider) -> None:
    """The same for a connected account, as far back as the payment service lists: there is little, and what is known
    changes nothing."""
    since = context.db.clock.now() - _LONGEST_LIST
    types = CONSUMED_OF_CONNECTED
    listing = partial(payments.list_events, account_id=payload.account_id, types=types, since=since)
    try:
        await _receive(context, listing, is_live=payments.is_live, account_id=payload.account_id)
    except ProviderRejected as refusal:
        if refusal.reason != Reason.ACCOUNT_GONE:
            raise


async def _receive(context: JobContext, listing: Listing, *, is_live: bool, account_id: str | None = None) -> None:
    """All pages of a list of events."""
    cursor: str | None = None
    while True:
        page = await listing(cursor=cursor)
        ours = [replace(event, account_id=account_id) for event in page.items if event.livemode == is_live]
        await context.db.write(service.receive_listed_events, ours)
        if page.next is None:
            break
        cursor = page.next


async def _dispute(payments: PaymentProvider, dispute_id: str) -> tuple[Dispute, int]:
    """The dispute, and the fee for it."""
    dispute = await payments.get_dispute(dispute_id)
    moved = await payments.list_balance_transactions(source_id=dispute_id)
    return dispute, refunds.dispute_fee(moved.items, dispute.currency)


async def process_video_event(context: JobContext, payload: VideoEventPayload, policy: BookingPolicy) -> None:
    await context.apply(service.process_room_event, payload, policy)


async def process_mail_event(context: JobContext, payload: MailEventPayload) -> None:
    await context.apply(service.process_mail_event, payload)


async def sweep(context: JobContext, _payload: JobPayload) -> None:
    """Delete what is no longer needed: finished jobs, stored answers, old deliveries, dead tokens, past invitations,
    ended values and counts."""
    await context.apply(_sweep_all)


def _sweep_all(session: WriteSession) -> None:
    sweep_finished(session)
    sweep_stored_answers(session)
    service.sweep_inbox(session)
    auth.sweep_tokens(session)
    invitations.sweep_invitations(session)
    sweep_ended(session)
