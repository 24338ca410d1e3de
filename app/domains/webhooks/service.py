"""The inbox's rules: a genuine event is stored once, and processed by a job enqueued in the same transaction."""

from collections.abc import Sequence
from datetime import timedelta

from app.db.session import WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.payments import service as payments
from app.domains.payouts import service as payouts
from app.domains.payouts.types import REFRESH_ACCOUNT, AccountPayload
from app.domains.recordings import service as recordings
from app.domains.refunds import service as refunds
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from app.domains.video import service as video
from app.domains.webhooks import repository
from app.domains.webhooks.types import (
    CATCH_UP_ONE,
    MAIL_EVENT,
    PAYMENT_EVENT,
    VIDEO_EVENT,
    ConnectedPayload,
    MailEventPayload,
    PaymentEventPayload,
    VideoEventPayload,
)
from app.providers.email.port import MailEvent, MailEventKind
from app.providers.payments.port import BankPayout, BankPayoutStatus, Checkout, Dispute, PaymentEvent, Refund, Transfer
from app.providers.video.port import RoomEvent, RoomEventKind

_KEEP = timedelta(days=30)
_RETURNED = frozenset({BankPayoutStatus.FAILED, BankPayoutStatus.CANCELED})
PAYMENTS = "stripe"
MAIL = "resend"


def receive_payment_event(session: WriteSession, event: PaymentEvent, body: bytes) -> None:
    """Store the event and enqueue its processing; a repeated delivery changes nothing."""
    if repository.insert(session, provider=PAYMENTS, event_id=event.id, kind=event.type, body=body):
        payload = PaymentEventPayload(
            event_id=event.id, kind=event.type, object_id=event.object_id, account_id=event.account_id
        )
        PAYMENT_EVENT.enqueue(session, payload, dedupe=event.id)


def receive_video_event(session: WriteSession, provider: str, event: RoomEvent, body: bytes) -> None:
    """Store the event and enqueue its processing; a repeated delivery changes nothing."""
    if repository.insert(session, provider=provider, event_id=event.id, kind=event.kind, body=body):
        payload = VideoEventPayload(
            provider=provider,
            event_id=event.id,
            kind=event.kind,
            room_id=event.room_id,
            happened_at=event.happened_at,
            user_id=event.user_id,
            connection_id=event.connection_id,
            recording_id=event.recording_id,
        )
        VIDEO_EVENT.enqueue(session, payload, dedupe=event.id)


def receive_mail_event(session: WriteSession, event: MailEvent, body: bytes) -> None:
    """Store the event and enqueue its processing for the accounts that have the address now; a repeated delivery
    changes nothing."""
    if repository.insert(session, provider=MAIL, event_id=event.id, kind=event.kind, body=body):
        owners = (users.find_by_email(session, address) for address in event.to)
        payload = MailEventPayload(
            event_id=event.id,
            kind=event.kind,
            user_ids=tuple(owner.id for owner in owners if owner),
            happened_at=event.happened_at,
        )
        MAIL_EVENT.enqueue(session, payload, dedupe=event.id)


def process_checkout(session: WriteSession, event_id: str, checkout: Checkout) -> None:
    """Apply the checkout's present state, whatever the event said: events arrive in any order."""
    payments.apply_checkout(session, checkout)
    repository.mark_processed(session, PAYMENTS, event_id)


def process_transfer(session: WriteSession, event_id: str, transfer: Transfer) -> None:
    """Apply the transfer's present state, whatever the event said."""
    payouts.apply_transfer(session, transfer)
    repository.mark_processed(session, PAYMENTS, event_id)


def process_account_event(session: WriteSession, event_id: str, provider_account_id: str) -> None:
    """Ask how the connected account stands now, whatever the event said."""
    payload = AccountPayload(provider_account_id=provider_account_id)
    REFRESH_ACCOUNT.enqueue(session, payload, dedupe=event_id)
    repository.mark_processed(session, PAYMENTS, event_id)


def process_bank_payout(session: WriteSession, event_id: str, provider_account_id: str, payout: BankPayout) -> None:
    """Apply the present state of what a connected account sent to its bank, whatever the event said."""
    payouts.apply_bank_payout(session, provider_account_id, payout)
    repository.mark_processed(session, PAYMENTS, event_id)


def process_own_bank_payout(session: WriteSession, event_id: str, payout: BankPayout) -> None:
    """Enter what the platform sent to its own bank, and its return, once each, whatever the event said."""
    moved = payout.id, payout.amount_cents, payout.currency
    payments.send_to_bank(session, *moved)
    if payout.status in _RETURNED:
        payments.take_back_from_bank(session, *moved)
    repository.mark_processed(session, PAYMENTS, event_id)


def ask_connected(session: WriteSession) -> None:
    """Have every connected account asked what it was not told of; once a day."""
    for account_id in payouts.list_connected(session):
        payload = ConnectedPayload(account_id=account_id)
        CATCH_UP_ONE.enqueue(session, payload, dedupe=f"{account_id}:{session.now:%Y%m%d}")


def receive_listed_events(session: WriteSession, events: Sequence[PaymentEvent]) -> None:
    """Take in what the payment service lists; nobody signed a body."""
    for event in events:
        receive_payment_event(session, event, b"")


def process_dispute(session: WriteSession, event_id: str, dispute: Dispute, fee_cents: int) -> None:
    """Apply the dispute's present state, whatever the event said."""
    refunds.apply_dispute(session, dispute, fee_cents)
    repository.mark_processed(session, PAYMENTS, event_id)


def process_refund(session: WriteSession, event_id: str, refund: Refund) -> None:
    """Apply the refund's present state, whatever the event said."""
    refunds.apply(session, refund)
    repository.mark_processed(session, PAYMENTS, event_id)


def mark_ignored(session: WriteSession, event_id: str) -> None:
    """An event of a kind that changes nothing here."""
    repository.mark_processed(session, PAYMENTS, event_id)


def process_room_event(session: WriteSession, payload: VideoEventPayload, policy: BookingPolicy) -> None:
    if payload.kind == RoomEventKind.RECORDED and payload.recording_id:
        recordings.receive(session, payload.provider, payload.recording_id, SessionId(payload.room_id))
    event = RoomEvent(
        id=payload.event_id,
        kind=RoomEventKind(payload.kind),
        room_id=payload.room_id,
        happened_at=payload.happened_at,
        user_id=payload.user_id,
        connection_id=payload.connection_id,
    )
    video.apply_room_event(session, event, policy)
    repository.mark_processed(session, payload.provider, payload.event_id)


def process_mail_event(session: WriteSession, payload: MailEventPayload) -> None:
    """Remember that the addresses are not to be written to, unless they were proven since."""
    for user_id in payload.user_ids:
        match MailEventKind(payload.kind):
            case MailEventKind.BOUNCED:
                users.mark_email_bounced(session, user_id, payload.happened_at)
            case MailEventKind.COMPLAINED:
                users.mark_email_complained(session, user_id, payload.happened_at)
    repository.mark_processed(session, MAIL, payload.event_id)


def sweep_inbox(session: WriteSession) -> int:
    """Delete deliveries older than thirty days."""
    return repository.delete_before(session, session.now - _KEEP)
