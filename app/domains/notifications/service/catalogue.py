"""For each mail: what its order is about, what it says, where it goes, why, and who may decline it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from app.domains.notifications.service import accounts, creating, learning, refunding, reviews, teaching
from app.domains.notifications.service.occasion import Draft, Occasion
from app.domains.notifications.types import Template
from app.domains.users.types import MailChoices


class Address(Enum):
    """Where a mail goes."""

    PROVEN = auto()  # to the account's address, once it is proven and as long as it takes mail
    CLAIMED = auto()  # to the account's address even when it is unproven or bounced, for the mail asks for the proof
    NAMED = auto()  # to the address that is named by what the mail is about


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of mail. `reason` ends the mail: why its reader gets it. Without `is_wanted` nobody can decline it."""

    about: str  # what `about_id` names
    fill: Callable[[Occasion], Draft | None]  # None: what it would say is no longer so
    reason: str
    is_wanted: Callable[[MailChoices], bool] | None = None
    address: Address = Address.PROVEN
    is_for_suspended: bool = False  # only what tells somebody that they are shut out
    has_name: bool = True  # not where a stranger could choose the name, or there is none


_ABOUT_ACCOUNT = "You get this mail because you have an account at PeerLoop."
_PROTECTS = "This mail protects your PeerLoop account, so it is always sent."
_SESSIONS, _COURSES, _CERTIFICATES, _PAYMENTS, _REVIEWS = (
    "You get this mail because you have a session at PeerLoop.",
    "You get this mail because you teach at PeerLoop.",
    "You get this mail because you learn or teach at PeerLoop.",
    "You get this mail because somebody bought a course of yours at PeerLoop.",
    "You get this mail because you wrote a review at PeerLoop.",
)
_ADMINISTERS = "You get this mail because you administer PeerLoop."
_CREATES = "You get this mail because you create courses at PeerLoop."

CATALOGUE: Mapping[Template, Entry] = {
    Template.VERIFY_EMAIL: Entry(
        "a mail token",
        accounts.verify_email,
        "You get this mail because somebody signed up at PeerLoop with this address.",
        address=Address.CLAIMED,
        has_name=False,
    ),
    Template.SIGNUP_REPEATED: Entry("the account", accounts.nothing_more, _PROTECTS),
    Template.WELCOME: Entry(
        "the account", accounts.nothing_more, "You get this mail once, because you have joined PeerLoop."
    ),
    Template.PASSWORD_RESET: Entry(
        "a mail token",
        accounts.password_reset,
        "You get this mail because somebody asked for a new password for this address.",
        address=Address.CLAIMED,
        has_name=False,
    ),
    Template.EMAIL_CHANGE: Entry(
        "a mail token",
        accounts.email_change,
        "You get this mail because somebody gave this address as the new one of a PeerLoop account.",
        address=Address.NAMED,
        has_name=False,
    ),
    Template.EMAIL_CHANGED: Entry(
        "a mail token", accounts.email_changed, _PROTECTS, address=Address.NAMED, has_name=False
    ),
    Template.SECURITY_CHANGED: Entry("a change, by its name", accounts.security_changed, _PROTECTS),
    Template.NEW_SIGN_IN: Entry("an auth session", accounts.new_sign_in, _PROTECTS),
    Template.REFRESH_TOKEN_REUSED: Entry("an auth session", accounts.refresh_token_reused, _PROTECTS),
    Template.INVITATION: Entry(
        "an invitation",
        accounts.invitation,
        "You get this mail because an administrator of PeerLoop invited this address.",
        address=Address.NAMED,
        has_name=False,
    ),
    Template.APPLICATION_RECEIVED: Entry(
        "an application", accounts.application_received, "You get this mail because you administer PeerLoop."
    ),
    Template.APPLICATION_DECIDED: Entry(
        "an application",
        accounts.application_decided,
        "You get this mail because you applied to become a creator at PeerLoop.",
    ),
    Template.ACCOUNT_SUSPENDED: Entry("the account", accounts.account_suspended, _ABOUT_ACCOUNT, is_for_suspended=True),
    Template.SUSPENSION_LIFTED: Entry("the account", accounts.nothing_more, _ABOUT_ACCOUNT),
    Template.ENROLLMENT_STARTED: Entry(
        "an enrollment", learning.enrollment, "You get this mail because you have a place in this course."
    ),
    Template.ENROLLMENT_NOTICE: Entry("an enrollment", learning.enrollment, _PAYMENTS, lambda wants: wants.payments),
    Template.COURSE_COMPLETED: Entry(
        "an enrollment", learning.enrollment, _CERTIFICATES, lambda wants: wants.certificates
    ),
    Template.RECOMMENDATION_HINT: Entry("an enrollment", learning.enrollment, _COURSES, lambda wants: wants.courses),
    Template.SESSION_BOOKED: Entry(
        "a teaching session", learning.session_booked, _SESSIONS, lambda wants: wants.sessions
    ),
    # Not to be declined: from here on the hours in which the outcome may be contested are counted.
    Template.SESSION_MISSED: Entry("a teaching session", learning.session_missed, _SESSIONS),
    Template.HOMEWORK_SUBMITTED: Entry(
        "a homework submission", learning.homework_submitted, _COURSES, lambda wants: wants.courses
    ),
    Template.HOMEWORK_REVIEWED: Entry(
        "a homework submission",
        learning.homework_reviewed,
        "You get this mail because you have a place in this course.",
        lambda wants: wants.courses,
    ),
    Template.CERTIFICATE_RECOMMENDED: Entry(
        "a certificate", learning.certificate_recommended, _CERTIFICATES, lambda wants: wants.certificates
    ),
    Template.CERTIFICATE_ISSUED: Entry(
        "a certificate", learning.certificate_issued, _CERTIFICATES, lambda wants: wants.certificates
    ),
    # Not to be declined: what somebody earns with ends or begins.
    Template.COURSE_SUSPENDED: Entry("a course", creating.course_suspended, _CREATES),
    Template.COURSE_UNSUSPENDED: Entry("a course", creating.course_unsuspended, _CREATES),
    Template.COURSE_TRANSFERRED: Entry("a course", creating.course_transferred, _CREATES),
    Template.TEACHER_WITHDRAWN: Entry("a course", teaching.teacher_withdrawn, _COURSES),
    Template.TEACHER_RESTORED: Entry("a course", teaching.teacher_restored, _COURSES),
    Template.TEACHING_REQUESTED: Entry(
        "a request to teach", teaching.teaching_requested, _CERTIFICATES, lambda wants: wants.certificates
    ),
    Template.TEACHING_DECLINED: Entry(
        "a request to teach", teaching.teaching_declined, _CERTIFICATES, lambda wants: wants.certificates
    ),
    Template.LAST_TEACHER_LOST: Entry(
        "a course",
        teaching.last_teacher_lost,
        "You get this mail because you created the course or administer PeerLoop.",
    ),
    Template.REVIEW_RECEIVED: Entry("a review", reviews.received, _COURSES, lambda wants: wants.courses),
    Template.REVIEW_ANSWERED: Entry("a review", reviews.answered, _REVIEWS, lambda wants: wants.courses),
    # Not to be declined: it tells its reader what was done to their words, and why.
    Template.REVIEW_HIDDEN: Entry("a review", reviews.hidden, _REVIEWS),
    Template.REFUND_REQUESTED: Entry("a refund", refunding.refund_requested, _ADMINISTERS),
    # Not to be declined: it is about the reader's own money.
    Template.REFUND_DECIDED: Entry(
        "a refund", refunding.refund_decided, "You get this mail because you paid for a course at PeerLoop."
    ),
    Template.REFUND_FAILED: Entry("a refund", refunding.refund_failed, _ADMINISTERS),
    Template.PAYMENT_RETURNED: Entry("a refund", refunding.refund_decided, _ADMINISTERS),
    Template.DISPUTE_MOVED: Entry("a dispute", refunding.dispute_moved, _ADMINISTERS),
}
