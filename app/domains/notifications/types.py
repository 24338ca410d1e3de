"""The mails there are, and the job that sends one."""

from enum import StrEnum

from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload


class Template(StrEnum):
    """The files of `templates`, and what the `about_id` of an order names for each."""

    VERIFY_EMAIL = "verify_email"  # a mail token
    SIGNUP_REPEATED = "signup_repeated"  # the account
    ENROLLMENT_STARTED = "enrollment_started"  # an enrollment
    ENROLLMENT_NOTICE = "enrollment_notice"  # an enrollment
    COURSE_COMPLETED = "course_completed"  # an enrollment
    RECOMMENDATION_HINT = "recommendation_hint"  # an enrollment
    SESSION_BOOKED = "session_booked"  # a teaching session
    SESSION_MISSED = "session_missed"  # a teaching session
    CERTIFICATE_RECOMMENDED = "certificate_recommended"  # a certificate
    CERTIFICATE_ISSUED = "certificate_issued"  # a certificate


class MailOrder(JobPayload):
    """Which mail to send to whom about what. The text is made from these ids when it is sent."""

    template: Template
    recipient_id: UserId
    about_id: str


# Attempts go on for 21 hours: through a long outage, yet within the 24 in which the provider remembers a key.
SEND_MAIL = JobKind("notifications.send_mail", MailOrder, max_attempts=32)
