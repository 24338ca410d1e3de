"""Carrying out what inbound events ask for."""

from app.db.kv import sweep_ended
from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.invitations import service as invitations
from app.domains.webhooks import service
from app.domains.webhooks.types import MailEventPayload, PaymentEventPayload, VideoEventPayload
from app.edge.idempotency import sweep_stored_answers
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext
from app.jobs.runner import sweep_finished
from app.providers.payments.port import Dispute, PaymentProvider


async def process_payment_event(context: JobContext, payload: PaymentEventPayload, payments: PaymentProvider) -> None:
    """Fetch the object anew and apply its state; other kinds of events are kept and change nothing."""
    match payload.kind.split("."):
        case ["checkout", "session", *_]:
            checkout = await payments.get_checkout(payload.object_id)
            await context.apply(service.process_checkout, payload.event_id, checkout)
        case ["charge", "dispute", *_]:
            dispute, fee_cents = await _dispute(payments, payload.object_id)
            await context.apply(service.process_dispute, payload.event_id, dispute, fee_cents)
        case ["refund", _] | ["charge", "refund", _]:
            refund = await payments.get_refund(payload.object_id)
            await context.apply(service.process_refund, payload.event_id, refund)
        case _:
            await context.apply(service.mark_ignored, payload.event_id)


async def _dispute(payments: PaymentProvider, dispute_id: str) -> tuple[Dispute, int]:
    """The dispute, and the fees that the payment service took for it less those that it gave back."""
    dispute = await payments.get_dispute(dispute_id)
    moved = await payments.list_balance_transactions(source_id=dispute_id)
    return dispute, max(0, sum(each.fee_cents for each in moved.items))


async def process_video_event(context: JobContext, payload: VideoEventPayload) -> None:
    await context.apply(service.process_room_event, payload)


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
