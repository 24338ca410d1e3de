"""Who carries out which job, and what runs on a schedule."""

from datetime import timedelta
from functools import partial

from app.core.config import Settings
from app.core.mail_tokens import MailTokens
from app.domains.agenda import jobs as agenda_jobs
from app.domains.arrangements import jobs as arrangement_jobs
from app.domains.books import jobs as book_jobs
from app.domains.calendar import jobs as calendar_jobs
from app.domains.calendar.busy_reader import BusyReader
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import jobs as catalogue_jobs
from app.domains.files import jobs as file_jobs
from app.domains.holds import jobs as hold_jobs
from app.domains.notifications import jobs as notification_jobs
from app.domains.notifications.service import Letterhead
from app.domains.notifications.types import SEND_MAIL
from app.domains.payments import jobs as payment_jobs
from app.domains.payments.types import RECONCILE, RECORD_FEE, REFRESH_CHECKOUT
from app.domains.payouts import jobs as payout_jobs
from app.domains.recordings import jobs as recording_jobs
from app.domains.refunds import jobs as refund_jobs
from app.domains.refunds.types import RECONCILE_REFUNDS, REFRESH_DISPUTES, SEND_REFUND
from app.domains.sessions import jobs as session_jobs
from app.domains.sessions.policies import Platform
from app.domains.video import jobs as video_jobs
from app.domains.webhooks import jobs as webhook_jobs
from app.domains.webhooks.types import (
    CATCH_UP,
    CATCH_UP_CONNECTED,
    CATCH_UP_ONE,
    MAIL_EVENT,
    PAYMENT_EVENT,
    SWEEP,
    VIDEO_EVENT,
)
from app.jobs.registry import Registry
from app.wiring.providers import Providers


def register_jobs(registry: Registry, providers: Providers, settings: Settings, mail_tokens: MailTokens) -> None:
    """Who carries out which job, and what runs on a schedule."""
    registry.register(PAYMENT_EVENT, partial(webhook_jobs.process_payment_event, payments=providers.payments))
    registry.register(VIDEO_EVENT, partial(webhook_jobs.process_video_event, policy=BookingPolicy.of(settings)))
    registry.register(MAIL_EVENT, webhook_jobs.process_mail_event)
    registry.register(REFRESH_CHECKOUT, partial(payment_jobs.refresh_checkout, payments=providers.payments))
    registry.register(RECONCILE, payment_jobs.reconcile)
    registry.every(timedelta(minutes=15), RECONCILE)
    registry.register(CATCH_UP, partial(webhook_jobs.catch_up, payments=providers.payments))
    registry.every(timedelta(minutes=15), CATCH_UP)
    registry.register(CATCH_UP_CONNECTED, webhook_jobs.catch_up_connected)
    registry.register(CATCH_UP_ONE, partial(webhook_jobs.catch_up_one, payments=providers.payments))
    registry.every(timedelta(hours=1), CATCH_UP_CONNECTED)
    registry.register(RECORD_FEE, partial(payment_jobs.record_fee, payments=providers.payments))
    registry.register(SEND_REFUND, partial(refund_jobs.send, payments=providers.payments))
    registry.register(REFRESH_DISPUTES, partial(refund_jobs.refresh_disputes, payments=providers.payments))
    registry.register(RECONCILE_REFUNDS, refund_jobs.reconcile)
    registry.every(timedelta(minutes=15), RECONCILE_REFUNDS)
    registry.register(SWEEP, webhook_jobs.sweep)
    registry.every(timedelta(hours=1), SWEEP)
    letterhead = Letterhead(Platform.of(settings), mail_tokens.text, BookingPolicy.of(settings))
    registry.register(SEND_MAIL, partial(notification_jobs.send_mail, email=providers.email, letterhead=letterhead))
    file_jobs.register(registry, providers.storage, has_edge=providers.edge is not None)
    payout_jobs.register(registry, providers.payments)
    book_jobs.register(registry, providers.payments)
    session_jobs.register(registry, providers.video, BookingPolicy.of(settings))
    video_jobs.register(registry, providers.video)
    recording_jobs.register(registry, providers.video, providers.storage, retention=settings.recording_retention)
    hold_jobs.register(registry)
    arrangement_jobs.register(registry, BookingPolicy.of(settings))
    calendar_jobs.register(registry, providers.calendars, BusyReader(), BookingPolicy.of(settings))
    agenda_jobs.register(registry)
    catalogue_jobs.register(registry, BookingPolicy.of(settings))
