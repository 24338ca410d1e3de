"""The mails there are, and the job that sends one."""

from datetime import datetime
from enum import StrEnum

from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload


class Template(StrEnum):
    """The files of `templates`. What each is about, why it is sent and who may decline it: `service/catalogue.py`."""

    VERIFY_EMAIL = "verify_email"
    SIGNUP_REPEATED = "signup_repeated"
    WELCOME = "welcome"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a template's name
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"
    SECURITY_CHANGED = "security_changed"
    NEW_SIGN_IN = "new_sign_in"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 - a template's name
    INVITATION = "invitation"
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_DECIDED = "application_decided"
    ACCOUNT_SUSPENDED = "account_suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    ENROLLMENT_STARTED = "enrollment_started"
    ENROLLMENT_NOTICE = "enrollment_notice"
    COURSE_COMPLETED = "course_completed"
    RECOMMENDATION_HINT = "recommendation_hint"
    SESSION_BOOKED = "session_booked"
    SESSION_MISSED = "session_missed"
    HELD_TIME_LOST = "held_time_lost"
    SESSION_INVITED = "session_invited"
    SESSION_INVITE_ANSWERED = "session_invite_answered"
    EARLIER_TIME_OFFERED = "earlier_time_offered"
    SESSION_REMINDER = "session_reminder"
    SESSION_CLOCK_CHANGED = "session_clock_changed"
    FEEDBACK_NUDGE = "feedback_nudge"
    SESSION_RESCHEDULED = "session_rescheduled"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_COMPLETED_BY_HAND = "session_completed_by_hand"
    SESSION_CONTESTED = "session_contested"
    SESSION_RESOLVED = "session_resolved"
    SESSION_CREDITED = "session_credited"
    RECORDING_READY = "recording_ready"
    HOMEWORK_SUBMITTED = "homework_submitted"
    HOMEWORK_REVIEWED = "homework_reviewed"
    CERTIFICATE_RECOMMENDED = "certificate_recommended"
    CERTIFICATE_ISSUED = "certificate_issued"
    COURSE_SUSPENDED = "course_suspended"
    COURSE_UNSUSPENDED = "course_unsuspended"
    COURSE_TRANSFERRED = "course_transferred"
    TEACHER_WITHDRAWN = "teacher_withdrawn"
    TEACHER_RESTORED = "teacher_restored"
    TEACHING_REQUESTED = "teaching_requested"
    TEACHING_DECLINED = "teaching_declined"
    LAST_TEACHER_LOST = "last_teacher_lost"
    REVIEW_RECEIVED = "review_received"
    REVIEW_ANSWERED = "review_answered"
    REVIEW_HIDDEN = "review_hidden"
    PAYOUT_PAID = "payout_paid"
    PAYOUT_FAILED = "payout_failed"
    PAYOUT_REFUSED = "payout_refused"
    PAYOUTS_ENABLED = "payouts_enabled"
    MONEY_RETURNED = "money_returned"
    REFUND_REQUESTED = "refund_requested"
    REFUND_DECIDED = "refund_decided"
    REFUND_FAILED = "refund_failed"
    PAYMENT_RETURNED = "payment_returned"
    DISPUTE_MOVED = "dispute_moved"
    PURCHASE_FAILED = "purchase_failed"
    PLACE_FROZEN = "place_frozen"
    PLACE_THAWED = "place_thawed"
    TEACHER_CHANGED = "teacher_changed"


class MailOrder(JobPayload):
    """Which mail to send to whom about what that happened when. The text and the address are found by these ids when it
    is sent. Without a recipient it goes to whom the thing names that it is about. `starts_at` is the start of a session
    of which the mail must not speak once it is another."""

    template: Template
    recipient_id: UserId | None
    about_id: str
    ordered_at: datetime
    starts_at: datetime | None = None


# Attempts go on for 21 hours: through a long outage, yet within the 24 in which the provider remembers a key. Only a
# used-up quota is waited out for longer, and then the provider took nothing under this key.
SEND_MAIL = JobKind("notifications.send_mail", MailOrder, max_attempts=32)
