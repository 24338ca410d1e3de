"""Who listens to which event."""

from collections.abc import Collection
from functools import partial

from app.core.config import Settings
from app.core.events import EventBus
from app.domains.accounts import handlers as account_handlers
from app.domains.agenda import handlers as agenda_handlers
from app.domains.agenda.events import NudgeDue, ReminderDue, WallsMoved
from app.domains.arrangements import handlers as arrangement_handlers
from app.domains.arrangements.events import EarlierTimeOffered, HeldTimeLost, SessionInviteAnswered, SessionInvited
from app.domains.auth.events import (
    EmailChangeAsked,
    EmailChanged,
    EmailVerificationAsked,
    EmailVerified,
    NewDeviceSignedIn,
    PasswordResetAsked,
    RefreshTokenReused,
    SignupRepeated,
    WayInRemoved,
)
from app.domains.calendar.events import AvailabilityChanged
from app.domains.calendar.policies import BookingPolicy
from app.domains.catalogue import handlers as catalogue_handlers
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
    PlaceFrozen,
    PlaceGivenUp,
    PlaceThawed,
    SessionsDelivered,
    TeacherAssigned,
)
from app.domains.holds.events import TimeFreed, TimeHeld
from app.domains.homework import handlers as homework_handlers
from app.domains.homework.events import HomeworkReviewed, HomeworkSubmitted
from app.domains.invitations.events import InvitationSent
from app.domains.notifications.handlers import accounts as mail_about_accounts
from app.domains.notifications.handlers import lessons as mail_about_lessons
from app.domains.notifications.handlers import money as mail_about_money
from app.domains.payments.events import ChargeDisputed, PaymentUnclaimed, PurchaseFailed, PurchasePaid
from app.domains.payouts import handlers as payout_handlers
from app.domains.payouts.events import MoneyReturned, PayoutFailed, PayoutPaid, PayoutsEnabled
from app.domains.recordings.events import RecordingKept
from app.domains.refunds import handlers as refund_handlers
from app.domains.refunds.events import DisputeMoved, RefundDecided, RefundFailed, RefundRequested
from app.domains.resources import handlers as resource_handlers
from app.domains.reviews.events import ReviewAnswered, ReviewTakenDown, ReviewWritten
from app.domains.roles.events import ApplicationDecided, ApplicationReceived, PersonSuspended, SuspensionLifted
from app.domains.sessions import handlers as session_handlers
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
from app.domains.users.events import PersonRenamed, ProfileChanged, SecurityChanged


def subscribe_handlers(events: EventBus, settings: Settings, issuers: Collection[str]) -> None:
    """Who listens to which event. `issuers` are those whose accounts one can sign in with."""
    events.subscribe(WayInRemoved, partial(account_handlers.on_way_in_removed, issuers=issuers))
    events.subscribe(PurchasePaid, enrollment_handlers.on_purchase_paid)
    events.subscribe(ChargeDisputed, refund_handlers.on_charge_disputed)
    events.subscribe(PaymentUnclaimed, refund_handlers.on_payment_unclaimed)
    events.subscribe(TeacherAssigned, refund_handlers.on_teacher_assigned)
    events.subscribe(CourseTransferred, enrollment_handlers.on_course_transferred)
    events.subscribe(CourseTransferred, resource_handlers.on_course_transferred)
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
    events.subscribe(PlaceFrozen, arrangement_handlers.on_place_frozen)
    events.subscribe(TeacherAssigned, arrangement_handlers.on_teacher_assigned)
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
    events.subscribe(EmailVerificationAsked, mail_about_accounts.on_email_verification_asked)
    events.subscribe(SignupRepeated, mail_about_accounts.on_signup_repeated)
    events.subscribe(EmailVerified, mail_about_accounts.on_email_verified)
    events.subscribe(PasswordResetAsked, mail_about_accounts.on_password_reset_asked)
    events.subscribe(EmailChangeAsked, mail_about_accounts.on_email_change_asked)
    events.subscribe(EmailChanged, mail_about_accounts.on_email_changed)
    events.subscribe(SecurityChanged, mail_about_accounts.on_security_changed)
    events.subscribe(NewDeviceSignedIn, mail_about_accounts.on_new_device_signed_in)
    events.subscribe(RefreshTokenReused, mail_about_accounts.on_refresh_token_reused)
    events.subscribe(InvitationSent, mail_about_accounts.on_invitation_sent)
    events.subscribe(PersonSuspended, mail_about_accounts.on_person_suspended)
    events.subscribe(SuspensionLifted, mail_about_accounts.on_suspension_lifted)
    events.subscribe(ApplicationReceived, mail_about_accounts.on_application_received)
    events.subscribe(ApplicationDecided, mail_about_accounts.on_application_decided)


def _mail_about_courses(events: EventBus) -> None:
    events.subscribe(PurchaseFailed, mail_about_money.on_purchase_failed)
    events.subscribe(EnrollmentStarted, mail_about_lessons.on_enrollment_started)
    events.subscribe(PlaceFrozen, mail_about_money.on_place_frozen)
    events.subscribe(PlaceThawed, mail_about_money.on_place_thawed)
    events.subscribe(TeacherAssigned, mail_about_lessons.on_teacher_assigned)
    events.subscribe(CourseCompleted, mail_about_lessons.on_course_completed)
    events.subscribe(SessionBooked, mail_about_lessons.on_session_booked)
    events.subscribe(SessionMissed, mail_about_lessons.on_session_missed)
    events.subscribe(HeldTimeLost, mail_about_lessons.on_held_time_lost)
    events.subscribe(SessionInvited, mail_about_lessons.on_session_invited)
    events.subscribe(SessionInviteAnswered, mail_about_lessons.on_session_invite_answered)
    events.subscribe(EarlierTimeOffered, mail_about_lessons.on_earlier_time_offered)
    events.subscribe(ReminderDue, mail_about_lessons.on_reminder_due)
    events.subscribe(WallsMoved, mail_about_lessons.on_walls_moved)
    events.subscribe(NudgeDue, mail_about_lessons.on_nudge_due)
    events.subscribe(SessionMoved, mail_about_lessons.on_session_moved)
    events.subscribe(SessionCancelled, mail_about_lessons.on_session_cancelled)
    events.subscribe(SessionCompletedByHand, mail_about_lessons.on_session_completed_by_hand)
    events.subscribe(RecordingKept, mail_about_lessons.on_recording_kept)
    events.subscribe(SessionContested, mail_about_lessons.on_session_contested)
    events.subscribe(SessionResolved, mail_about_lessons.on_session_resolved)
    events.subscribe(SessionCredited, mail_about_lessons.on_session_credited)
    events.subscribe(CertificateRecommended, mail_about_lessons.on_certificate_recommended)
    events.subscribe(CertificateIssued, mail_about_lessons.on_certificate_issued)
    events.subscribe(SuspensionChanged, mail_about_lessons.on_suspension_changed)
    events.subscribe(CourseTransferred, mail_about_lessons.on_course_transferred)
    events.subscribe(TeacherWithdrawn, mail_about_lessons.on_teacher_withdrawn)
    events.subscribe(TeacherRestored, mail_about_lessons.on_teacher_restored)
    events.subscribe(TeachingRequested, mail_about_lessons.on_teaching_requested)
    events.subscribe(TeachingDeclined, mail_about_lessons.on_teaching_declined)
    events.subscribe(LastTeacherLost, mail_about_lessons.on_last_teacher_lost)
    events.subscribe(ReviewWritten, mail_about_lessons.on_review_written)
    events.subscribe(ReviewAnswered, mail_about_lessons.on_review_answered)
    events.subscribe(ReviewTakenDown, mail_about_lessons.on_review_taken_down)
    events.subscribe(HomeworkSubmitted, mail_about_lessons.on_homework_submitted)
    events.subscribe(HomeworkReviewed, mail_about_lessons.on_homework_reviewed)


def _mail_about_payouts(events: EventBus) -> None:
    events.subscribe(PayoutPaid, mail_about_money.on_payout_paid)
    events.subscribe(PayoutFailed, mail_about_money.on_payout_failed)
    events.subscribe(MoneyReturned, mail_about_money.on_money_returned)
    events.subscribe(PayoutsEnabled, mail_about_money.on_payouts_enabled)


def _mail_about_refunds(events: EventBus) -> None:
    events.subscribe(RefundRequested, mail_about_money.on_refund_requested)
    events.subscribe(RefundDecided, mail_about_money.on_refund_decided)
    events.subscribe(RefundFailed, mail_about_money.on_refund_failed)
    events.subscribe(DisputeMoved, mail_about_money.on_dispute_moved)


def keep_catalogue(events: EventBus) -> None:
    """What the catalogue is made of."""
    events.subscribe(CourseChanged, catalogue_handlers.on_change)
    events.subscribe(TopicsChanged, catalogue_handlers.on_topics_changed)
    events.subscribe(ProfileChanged, catalogue_handlers.on_change)
    events.subscribe(EnrollmentStarted, catalogue_handlers.on_change)
    events.subscribe(PlaceGivenUp, catalogue_handlers.on_change)
    events.subscribe(TeacherAssigned, catalogue_handlers.on_change)
    events.subscribe(AvailabilityChanged, catalogue_handlers.on_availability_changed)
    events.subscribe(TimeHeld, catalogue_handlers.on_time_held)
    events.subscribe(TimeFreed, catalogue_handlers.on_time_freed)
    events.subscribe(SessionBooked, catalogue_handlers.on_session_booked)
    events.subscribe(SessionMissed, catalogue_handlers.on_session_missed)
    events.subscribe(SessionMoved, catalogue_handlers.on_session_moved)
    events.subscribe(SessionCancelled, catalogue_handlers.on_session_cancelled)
