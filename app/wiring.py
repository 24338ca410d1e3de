"""Settings become providers; events and jobs get their handlers. The only place that knows the adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import httpx
from pydantic import SecretStr

from app.core.clock import Clock
from app.core.config import Settings, host_of
from app.core.events import Event, EventBus
from app.core.mail_tokens import MailTokens
from app.db.database import Database
from app.db.session import WriteSession
from app.domains.agenda import handlers as agenda_handlers
from app.domains.agenda import jobs as agenda_jobs
from app.domains.agenda.events import NudgeDue, ReminderDue, WallsMoved
from app.domains.arrangements import handlers as arrangement_handlers
from app.domains.arrangements import jobs as arrangement_jobs
from app.domains.arrangements.events import (
    EarlierTimeOffered,
    HeldTimeLost,
    SessionInviteAnswered,
    SessionInvited,
)
from app.domains.auth.events import (
    EmailChangeAsked,
    EmailChanged,
    EmailVerificationAsked,
    EmailVerified,
    NewDeviceSignedIn,
    PasswordResetAsked,
    RefreshTokenReused,
    SignupRepeated,
)
from app.domains.books import jobs as book_jobs
from app.domains.calendar import jobs as calendar_jobs
from app.domains.calendar.busy_reader import BusyReader
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import handlers as catalogue_handlers
from app.domains.catalogue import jobs as catalogue_jobs
from app.domains.certificates import handlers as certificate_handlers
from app.domains.certificates.events import (
    CertificateIssued,
    CertificateRecommended,
    LastTeacherLost,
    TeacherRestored,
    TeacherWithdrawn,
    TeachingDeclined,
    TeachingRequested,
)
from app.domains.courses.events import (
    CourseChanged,
    CourseRenamed,
    CourseTransferred,
    DraftDeleted,
    SuspensionChanged,
    TopicsChanged,
)
from app.domains.enrollments import handlers as enrollment_handlers
from app.domains.enrollments.events import (
    CheckoutStarted,
    CourseCompleted,
    EnrollmentStarted,
    PlaceGivenUp,
    SessionsDelivered,
)
from app.domains.files import jobs as file_jobs
from app.domains.holds import jobs as hold_jobs
from app.domains.holds.events import TimeFreed, TimeHeld
from app.domains.homework import handlers as homework_handlers
from app.domains.homework.events import HomeworkReviewed, HomeworkSubmitted
from app.domains.invitations.events import InvitationSent
from app.domains.notifications import handlers as notification_handlers
from app.domains.notifications import jobs as notification_jobs
from app.domains.notifications.service import Letterhead
from app.domains.notifications.types import SEND_MAIL
from app.domains.payments import jobs as payment_jobs
from app.domains.payments.events import ChargeDisputed, PaymentUnclaimed, PurchasePaid
from app.domains.payments.types import RECONCILE, RECORD_FEE, REFRESH_CHECKOUT
from app.domains.payouts import handlers as payout_handlers
from app.domains.payouts import jobs as payout_jobs
from app.domains.payouts.events import MoneyReturned, PayoutFailed, PayoutPaid, PayoutsEnabled
from app.domains.refunds import handlers as refund_handlers
from app.domains.refunds import jobs as refund_jobs
from app.domains.refunds.events import DisputeMoved, RefundDecided, RefundFailed, RefundRequested
from app.domains.refunds.types import RECONCILE_REFUNDS, REFRESH_DISPUTES, SEND_REFUND
from app.domains.resources import handlers as resource_handlers
from app.domains.reviews.events import ReviewAnswered, ReviewsChanged, ReviewTakenDown, ReviewWritten
from app.domains.roles.events import ApplicationDecided, ApplicationReceived, PersonSuspended, SuspensionLifted
from app.domains.sessions import handlers as session_handlers
from app.domains.sessions import jobs as session_jobs
from app.domains.sessions.events import (
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionCompletedByHand,
    SessionContested,
    SessionCredited,
    SessionMissed,
    SessionMoved,
    SessionResolved,
)
from app.domains.sessions.policies import Platform
from app.domains.users.events import PersonRenamed, ProfileChanged, SecurityChanged
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
from app.edge.attempts import Attempts
from app.edge.buckets import Buckets
from app.edge.byte_cache import Changes
from app.edge.limits import Limiter
from app.edge.purging import jobs as purging
from app.edge.tags import COURSES, PEOPLE, REVIEWS, TOPICS, course_tag, user_tag
from app.jobs.registry import Registry
from app.providers.breaches.port import BreachDirectory
from app.providers.breaches.range_api import RangeApi
from app.providers.calendars.port import CalendarSource
from app.providers.calendars.web import WebCalendars
from app.providers.captcha.port import CaptchaProvider
from app.providers.captcha.turnstile import Turnstile
from app.providers.cloudflare import URL as CLOUDFLARE
from app.providers.edge.cloudflare import CloudflareEdge
from app.providers.edge.port import EdgeCache
from app.providers.email.port import EmailProvider
from app.providers.email.resend import ResendEmail
from app.providers.identity.github import GITHUB, GitHubIdentity
from app.providers.identity.google import GOOGLE, GoogleIdentity
from app.providers.identity.grant import Registration
from app.providers.identity.port import IdentityProvider, ProviderName
from app.providers.kv.memory import MemoryKeyValueStore
from app.providers.kv.port import KeyValueStore, Rate
from app.providers.kv.sql import SqlKeyValueStore
from app.providers.payments.port import PaymentProvider
from app.providers.storage.folder import FolderStore
from app.providers.storage.port import ObjectStore, ServedStore
from app.providers.storage.s3 import S3Account, S3Store
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import VideoProvider


@dataclass(frozen=True, slots=True)
class Providers:
    """The outside services of this process."""

    payments: PaymentProvider
    video: VideoProvider
    email: EmailProvider
    captcha: CaptchaProvider | None
    breaches: BreachDirectory | None
    identities: Mapping[str, IdentityProvider]
    storage: ObjectStore
    served: ServedStore | None
    """The storage again, if it is this server that serves it."""
    edge: EdgeCache | None
    calendars: CalendarSource


def make_providers(settings: Settings, http: httpx.AsyncClient, kv: KeyValueStore, clock: Clock) -> Providers:
    """Real adapters; with no address set they speak to the local twins."""
    from app.providers.payments.stripe import StripePayments  # noqa: PLC0415 - the SDK takes 75 ms to import

    twins = f"{settings.public_url}/sandbox" if settings.has_twins else ""
    storage = make_storage(settings, clock)
    return Providers(
        payments=StripePayments(
            key=settings.stripe_key.get_secret_value(),
            webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
            connect_secret=settings.stripe_connect_webhook_secret.get_secret_value(),
            url=settings.stripe_url or (f"{twins}/stripe" if twins else None),
            http=http,
        ),
        video=PlugNmeetVideo(
            key=settings.plugnmeet_key,
            secret=settings.plugnmeet_secret.get_secret_value(),
            url=settings.plugnmeet_url or f"{twins}/plugnmeet",
            http=http,
        ),
        email=ResendEmail(
            key=settings.resend_key.get_secret_value(),
            webhook_secret=settings.resend_webhook_secret.get_secret_value(),
            url=settings.resend_url or (f"{twins}/resend" if twins else "https://api.resend.com"),
            sender=settings.mail_from,
            http=http,
        ),
        captcha=_make_captcha(settings, http),
        breaches=RangeApi(settings.breach_check_url, http) if settings.breach_check_url else None,
        identities=_make_identities(settings, http, kv, clock),
        storage=storage,
        served=storage if isinstance(storage, FolderStore) else None,
        edge=_make_edge(settings, http),
        calendars=WebCalendars(http, twin=f"{twins}/calendars/" if twins else ""),
    )


def make_storage(settings: Settings, clock: Clock) -> ObjectStore:
    """Where files are kept: in the folder, or in S3 when there is one."""
    if not settings.has_s3:
        secret = settings.secret.get_secret_value()
        return FolderStore(settings.data_dir / "objects", url=settings.folder_url, secret=secret, clock=clock)
    account = S3Account(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        key_id=settings.s3_key_id,
        key_secret=settings.s3_key_secret.get_secret_value(),
        bucket=settings.s3_bucket,
        public_bucket=settings.s3_public_bucket,
        public_url=settings.s3_public_url,
    )
    return S3Store(account, clock)


def _make_edge(settings: Settings, http: httpx.AsyncClient) -> EdgeCache | None:
    """None where nobody is told what changed: then what the edge keeps only ages."""
    if not settings.has_edge:
        return None
    twin = f"{settings.public_url}/sandbox/cloudflare" if settings.has_twins else CLOUDFLARE
    token = settings.cloudflare_token.get_secret_value()
    return CloudflareEdge(settings.cloudflare_zone_id, token, http, url=settings.cloudflare_url or twin)


def _make_captcha(settings: Settings, http: httpx.AsyncClient) -> CaptchaProvider | None:
    cloudflare = "https://challenges.cloudflare.com/turnstile/v0"
    url = f"{settings.public_url}/sandbox/turnstile" if settings.has_twins else cloudflare
    secret = settings.turnstile_secret.get_secret_value()
    return Turnstile(secret=secret, url=url, hostname=host_of(settings.app_url), http=http) if secret else None


def _make_identities(
    settings: Settings, http: httpx.AsyncClient, kv: KeyValueStore, clock: Clock
) -> dict[str, IdentityProvider]:
    """Those that this installation is registered with."""
    twins = f"{settings.public_url}/sandbox/identity" if settings.has_twins else ""
    found: dict[str, IdentityProvider] = {}
    if settings.has_google:
        ours = _registration(settings, ProviderName.GOOGLE, settings.google_client_id, settings.google_client_secret)
        url = settings.google_url or (f"{twins}/google" if twins else GOOGLE)
        found[ProviderName.GOOGLE] = GoogleIdentity(ours, url, http, kv, clock)
    if settings.has_github:
        ours = _registration(settings, ProviderName.GITHUB, settings.github_client_id, settings.github_client_secret)
        url = settings.github_url or (f"{twins}/github" if twins else GITHUB)
        found[ProviderName.GITHUB] = GitHubIdentity(ours, url, http)
    return found


def _registration(settings: Settings, name: ProviderName, client_id: str, secret: SecretStr) -> Registration:
    """The callback is at our configured address, never at the one that a request names."""
    return Registration(client_id, secret.get_secret_value(), f"{settings.public_url}/api/auth/{name}/callback")


def make_kv(settings: Settings, db: Database) -> KeyValueStore:
    """Where states, codes and counted failures are kept: in the database, or in Redis when there is one."""
    if url := settings.redis_url.get_secret_value():
        from app.providers.kv.redis import RedisKeyValueStore  # noqa: PLC0415 - most installations have none

        return RedisKeyValueStore(url, db.clock)
    return SqlKeyValueStore(db)


def make_limiter(settings: Settings, clock: Clock, kv: KeyValueStore) -> Limiter:
    """What counts requests: in this process, or in Redis when there is one; never in the database."""
    shared = kv if settings.redis_url.get_secret_value() else None
    return Limiter(settings, Buckets(clock, local=MemoryKeyValueStore(clock), shared=shared))


def make_attempts(settings: Settings, clock: Clock, kv: KeyValueStore) -> Attempts:
    """What counts failed log-ins: where a restart does not forget them."""
    buckets = Buckets(clock, local=MemoryKeyValueStore(clock), shared=kv)
    return Attempts(buckets, settings.failed_logins_per_quarter_hour)


def subscribe_handlers(events: EventBus, settings: Settings) -> None:
    """Who listens to which event."""
    events.subscribe(PurchasePaid, enrollment_handlers.on_purchase_paid)
    events.subscribe(ChargeDisputed, refund_handlers.on_charge_disputed)
    events.subscribe(PaymentUnclaimed, refund_handlers.on_payment_unclaimed)
    events.subscribe(CourseTransferred, enrollment_handlers.on_course_transferred)
    events.subscribe(PersonSuspended, certificate_handlers.on_person_suspended)
    events.subscribe(PersonSuspended, session_handlers.on_person_suspended)
    events.subscribe(PersonSuspended, payout_handlers.on_person_suspended)
    events.subscribe(PlaceGivenUp, session_handlers.on_place_given_up)
    events.subscribe(TeacherWithdrawn, certificate_handlers.on_teacher_withdrawn)
    events.subscribe(SessionsDelivered, homework_handlers.on_sessions_delivered)
    events.subscribe(DraftDeleted, homework_handlers.on_draft_deleted)
    events.subscribe(DraftDeleted, resource_handlers.on_draft_deleted)
    _keep_arrangements(events, BookingPolicy.of(settings))
    _keep_agenda(events)
    _mail_about_accounts(events)
    _mail_about_courses(events)
    _mail_about_payouts(events)
    _mail_about_refunds(events)
    keep_catalogue(events)


def _keep_arrangements(events: EventBus, policy: BookingPolicy) -> None:
    """What is kept for people who decide, and who waits for what others give back."""
    events.subscribe(CheckoutStarted, arrangement_handlers.on_checkout_started)
    events.subscribe(EnrollmentStarted, partial(arrangement_handlers.on_enrollment_started, policy=policy))
    events.subscribe(TimeFreed, arrangement_handlers.on_time_freed)
    events.subscribe(AvailabilityChanged, arrangement_handlers.on_availability_changed)
    events.subscribe(SessionCancelled, arrangement_handlers.on_session_cancelled)
    events.subscribe(SessionMoved, arrangement_handlers.on_session_moved)
    events.subscribe(PlaceGivenUp, arrangement_handlers.on_place_given_up)
    events.subscribe(PersonSuspended, arrangement_handlers.on_person_suspended)


def _keep_agenda(events: EventBus) -> None:
    """What calendars show, and what people are to be told of their sessions' times."""
    events.subscribe(CourseRenamed, session_handlers.on_course_renamed)
    events.subscribe(PersonRenamed, session_handlers.on_person_renamed)
    events.subscribe(SessionBooked, agenda_handlers.on_session_booked)
    events.subscribe(SessionMoved, agenda_handlers.on_session_moved)
    events.subscribe(SessionCompleted, agenda_handlers.on_session_completed)
    events.subscribe(SessionCompletedByHand, agenda_handlers.on_session_completed)
    events.subscribe(ProfileChanged, agenda_handlers.on_profile_changed)


def _mail_about_accounts(events: EventBus) -> None:
    events.subscribe(EmailVerificationAsked, notification_handlers.on_email_verification_asked)
    events.subscribe(SignupRepeated, notification_handlers.on_signup_repeated)
    events.subscribe(EmailVerified, notification_handlers.on_email_verified)
    events.subscribe(PasswordResetAsked, notification_handlers.on_password_reset_asked)
    events.subscribe(EmailChangeAsked, notification_handlers.on_email_change_asked)
    events.subscribe(EmailChanged, notification_handlers.on_email_changed)
    events.subscribe(SecurityChanged, notification_handlers.on_security_changed)
    events.subscribe(NewDeviceSignedIn, notification_handlers.on_new_device_signed_in)
    events.subscribe(RefreshTokenReused, notification_handlers.on_refresh_token_reused)
    events.subscribe(InvitationSent, notification_handlers.on_invitation_sent)
    events.subscribe(PersonSuspended, notification_handlers.on_person_suspended)
    events.subscribe(SuspensionLifted, notification_handlers.on_suspension_lifted)
    events.subscribe(ApplicationReceived, notification_handlers.on_application_received)
    events.subscribe(ApplicationDecided, notification_handlers.on_application_decided)


def _mail_about_courses(events: EventBus) -> None:
    events.subscribe(EnrollmentStarted, notification_handlers.on_enrollment_started)
    events.subscribe(CourseCompleted, notification_handlers.on_course_completed)
    events.subscribe(SessionBooked, notification_handlers.on_session_booked)
    events.subscribe(SessionMissed, notification_handlers.on_session_missed)
    events.subscribe(HeldTimeLost, notification_handlers.on_held_time_lost)
    events.subscribe(SessionInvited, notification_handlers.on_session_invited)
    events.subscribe(SessionInviteAnswered, notification_handlers.on_session_invite_answered)
    events.subscribe(EarlierTimeOffered, notification_handlers.on_earlier_time_offered)
    events.subscribe(ReminderDue, notification_handlers.on_reminder_due)
    events.subscribe(WallsMoved, notification_handlers.on_walls_moved)
    events.subscribe(NudgeDue, notification_handlers.on_nudge_due)
    events.subscribe(SessionMoved, notification_handlers.on_session_moved)
    events.subscribe(SessionCancelled, notification_handlers.on_session_cancelled)
    events.subscribe(SessionCompletedByHand, notification_handlers.on_session_completed_by_hand)
    events.subscribe(SessionContested, notification_handlers.on_session_contested)
    events.subscribe(SessionResolved, notification_handlers.on_session_resolved)
    events.subscribe(SessionCredited, notification_handlers.on_session_credited)
    events.subscribe(CertificateRecommended, notification_handlers.on_certificate_recommended)
    events.subscribe(CertificateIssued, notification_handlers.on_certificate_issued)
    events.subscribe(SuspensionChanged, notification_handlers.on_suspension_changed)
    events.subscribe(CourseTransferred, notification_handlers.on_course_transferred)
    events.subscribe(TeacherWithdrawn, notification_handlers.on_teacher_withdrawn)
    events.subscribe(TeacherRestored, notification_handlers.on_teacher_restored)
    events.subscribe(TeachingRequested, notification_handlers.on_teaching_requested)
    events.subscribe(TeachingDeclined, notification_handlers.on_teaching_declined)
    events.subscribe(LastTeacherLost, notification_handlers.on_last_teacher_lost)
    events.subscribe(ReviewWritten, notification_handlers.on_review_written)
    events.subscribe(ReviewAnswered, notification_handlers.on_review_answered)
    events.subscribe(ReviewTakenDown, notification_handlers.on_review_taken_down)
    events.subscribe(HomeworkSubmitted, notification_handlers.on_homework_submitted)
    events.subscribe(HomeworkReviewed, notification_handlers.on_homework_reviewed)


def _mail_about_payouts(events: EventBus) -> None:
    events.subscribe(PayoutPaid, notification_handlers.on_payout_paid)
    events.subscribe(PayoutFailed, notification_handlers.on_payout_failed)
    events.subscribe(MoneyReturned, notification_handlers.on_money_returned)
    events.subscribe(PayoutsEnabled, notification_handlers.on_payouts_enabled)


def _mail_about_refunds(events: EventBus) -> None:
    events.subscribe(RefundRequested, notification_handlers.on_refund_requested)
    events.subscribe(RefundDecided, notification_handlers.on_refund_decided)
    events.subscribe(RefundFailed, notification_handlers.on_refund_failed)
    events.subscribe(DisputeMoved, notification_handlers.on_dispute_moved)


def keep_catalogue(events: EventBus) -> None:
    """What the catalogue is made of."""
    events.subscribe(CourseChanged, catalogue_handlers.on_course_changed)
    events.subscribe(TopicsChanged, catalogue_handlers.on_topics_changed)
    events.subscribe(ProfileChanged, catalogue_handlers.on_profile_changed)
    events.subscribe(EnrollmentStarted, catalogue_handlers.on_enrollment_started)
    events.subscribe(PlaceGivenUp, catalogue_handlers.on_place_given_up)
    events.subscribe(AvailabilityChanged, catalogue_handlers.on_availability_changed)
    events.subscribe(TimeHeld, catalogue_handlers.on_time_held)
    events.subscribe(TimeFreed, catalogue_handlers.on_time_freed)
    events.subscribe(SessionBooked, catalogue_handlers.on_session_booked)
    events.subscribe(SessionMissed, catalogue_handlers.on_session_missed)
    events.subscribe(SessionMoved, catalogue_handlers.on_session_moved)
    events.subscribe(SessionCancelled, catalogue_handlers.on_session_cancelled)


TAGS_OF: Final[Mapping[type[Event], Callable[[Any], tuple[str, ...]]]] = {
    CourseChanged: lambda event: (COURSES, TOPICS, REVIEWS, course_tag(event.course_id)),
    TopicsChanged: lambda _: (COURSES, TOPICS),
    ProfileChanged: lambda event: (PEOPLE, REVIEWS, user_tag(event.user_id)),
    ReviewsChanged: lambda _: (REVIEWS,),
}
"""Which public answers are no longer true after which event."""


def spread_changes(events: EventBus, changes: Changes, *, has_edge: bool) -> None:
    """Have the answers that this process keeps dropped at the commit, and those of the edge soon after."""

    def spread(session: WriteSession, event: Event) -> None:
        tags = TAGS_OF[type(event)](event)
        session.after_commit(partial(changes.note, tags))
        if has_edge:
            purging.want(session, tags)

    for kind in TAGS_OF:
        events.subscribe(kind, spread)


def register_purging(registry: Registry, edge: EdgeCache, settings: Settings, kv: KeyValueStore) -> None:
    """Purge as often as the plan allows; all processes count together."""
    rate = Rate(settings.cloudflare_purges_per_minute, timedelta(minutes=1))
    registry.register(purging.PURGE, purging.Purger(edge, kv, rate, lag=settings.public_cache_age).purge)


def register_jobs(registry: Registry, providers: Providers, settings: Settings, mail_tokens: MailTokens) -> None:
    """Who carries out which job, and what runs on a schedule."""
    registry.register(PAYMENT_EVENT, partial(webhook_jobs.process_payment_event, payments=providers.payments))
    registry.register(VIDEO_EVENT, webhook_jobs.process_video_event)
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
    file_jobs.register(registry, providers.storage)
    payout_jobs.register(registry, providers.payments)
    book_jobs.register(registry, providers.payments)
    session_jobs.register(registry, providers.video, BookingPolicy.of(settings))
    hold_jobs.register(registry)
    arrangement_jobs.register(registry, BookingPolicy.of(settings))
    calendar_jobs.register(registry, providers.calendars, BusyReader(), BookingPolicy.of(settings))
    agenda_jobs.register(registry)
    catalogue_jobs.register(registry, BookingPolicy.of(settings))
