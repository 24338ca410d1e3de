"""The jobs that process inbound events, and the housekeeping of all tiers below."""

from datetime import datetime

from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload


class PaymentEventPayload(JobPayload):
    """Which object of the payment service to look at."""

    event_id: str
    kind: str
    object_id: str
    account_id: str | None = None
    """The connected account in which it happened; ours if None."""


class ConnectedPayload(JobPayload):
    """Whose account at the payment service to ask about."""

    account_id: str


class VideoEventPayload(JobPayload):
    """What happened in which room; ids only."""

    provider: str
    event_id: str
    kind: str
    room_id: str
    happened_at: datetime
    user_id: str | None
    connection_id: str | None
    recording_id: str | None = None


class MailEventPayload(JobPayload):
    """What the mail service reported about whose address; ids only."""

    event_id: str
    kind: str
    user_ids: tuple[UserId, ...]
    happened_at: datetime


CONSUMED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "transfer.created",
    "transfer.updated",
    "transfer.reversed",
    "payout.created",
    "payout.failed",
    "payout.canceled",
)
"""What happens in our own account at the payment service and concerns us: at most twenty can be asked for at once."""

CONSUMED_OF_CONNECTED = ("payout.failed",)
"""The same of connected accounts, each of which is asked every day; how it stands is asked of itself."""

# Money that arrived is asked about for four days before a person has to look.
PAYMENT_EVENT = JobKind("webhooks.payment_event", PaymentEventPayload, max_attempts=100)
VIDEO_EVENT = JobKind("webhooks.video_event", VideoEventPayload)
MAIL_EVENT = JobKind("webhooks.mail_event", MailEventPayload)
CATCH_UP = JobKind("webhooks.catch_up", JobPayload, lease_s=300)
CATCH_UP_CONNECTED = JobKind("webhooks.catch_up_connected", JobPayload)
CATCH_UP_ONE = JobKind("webhooks.catch_up_one", ConnectedPayload)
SWEEP = JobKind("housekeeping.sweep", JobPayload)
