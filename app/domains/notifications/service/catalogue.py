"""For each mail: what its order is about, what it says, where it goes, why, and who may decline it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from app.domains.notifications.service import (
    accounts,
    arranging,
    creating,
    learning,
    lessons,
    paying,
    refunding,
    reminding,
    reviews,
    teaching,
)
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
_PAID = "You get this mail because PeerLoop pays out what you earn."
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
        "a teaching session", lessons.session_booked, _SESSIONS, lambda wants: wants.sessions
    ),
    # Not to be declined: from here on the hours in which the outcome may be contested are counted.
    # Not to be declined: somebody who has paid must choose again.
    Template.HELD_TIME_LOST: Entry(
        "a hold", arranging.held_time_lost, "You get this mail because you bought a place in this course."
    ),
    Template.SESSION_INVITED: Entry(
        "an invite",
        arranging.session_invited,
        "You get this mail because you have a place in this course.",
        lambda wants: wants.sessions,
    ),
    Template.SESSION_INVITE_ANSWERED: Entry(
        "an invite", arranging.session_invite_answered, _COURSES, lambda wants: wants.sessions
    ),
    Template.EARLIER_TIME_OFFERED: Entry(
        "a hold",
        arranging.earlier_time_offered,
        "You get this mail because you wait for an earlier session at PeerLoop.",
        lambda wants: wants.sessions,
    ),
    Template.SESSION_MISSED: Entry("a teaching session", lessons.session_missed, _SESSIONS),
    # Nor what was agreed and is no longer so, or is decided about them.
    Template.SESSION_RESCHEDULED: Entry("a move of a teaching session", lessons.session_rescheduled, _SESSIONS),
    Template.SESSION_CANCELLED: Entry("a teaching session", lessons.session_cancelled, _SESSIONS),
    Template.SESSION_COMPLETED_BY_HAND: Entry("a teaching session", lessons.session_completed_by_hand, _SESSIONS),
    Template.SESSION_CONTESTED: Entry(
        "a teaching session",
        lessons.session_contested,
        "You get this mail because you have a session at PeerLoop, or administer it.",
    ),
    Template.SESSION_RESOLVED: Entry("a teaching session", lessons.session_resolved, _SESSIONS),
    Template.SESSION_CREDITED: Entry("a teaching session", lessons.session_credited, _SESSIONS),
    Template.RECORDING_READY: Entry(
        "a teaching session", lessons.recording_ready, _SESSIONS, lambda wants: wants.sessions
    ),
    Template.SESSION_REMINDER: Entry(
        "a teaching session", reminding.session_reminder, _SESSIONS, lambda wants: wants.session_reminders
    ),
    # Not to be declined: somebody would come at the wrong hour.
    Template.SESSION_CLOCK_CHANGED: Entry("a teaching session", reminding.session_clock_changed, _SESSIONS),
    Template.FEEDBACK_NUDGE: Entry(
        "a teaching session", reminding.feedback_nudge, _SESSIONS, lambda wants: wants.feedback_reminders
    ),
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
    Template.PAYOUT_PAID: Entry("a payout", paying.payout_paid, _PAID, lambda wants: wants.payments),
    Template.PAYOUT_FAILED: Entry("a payout", paying.payout_failed, _PAID),
    Template.PAYOUT_REFUSED: Entry("a payout", paying.payout_refused, _ADMINISTERS),
    # Not to be declined: the reader has to do something before there is money again.
    Template.MONEY_RETURNED: Entry("money", paying.money_returned, _PAID),
    Template.PAYOUTS_ENABLED: Entry("the account", paying.payouts_enabled, _PAID),
    Template.REFUND_REQUESTED: Entry("a refund", refunding.refund_requested, _ADMINISTERS),
    # Not to be declined: it is about the reader's own money.
    Template.REFUND_DECIDED: Entry(
        "a refund", refunding.refund_decided, "You get this mail because you paid for a course at PeerLoop."
    ),
    Template.REFUND_FAILED: Entry("a refund", refunding.refund_failed, _ADMINISTERS),
    Template.PAYMENT_RETURNED: Entry("a refund", refunding.refund_decided, _ADMINISTERS),
    Template.DISPUTE_MOVED: Entry("a dispute", refunding.dispute_moved, _ADMINISTERS),
    Template.PURCHASE_FAILED: Entry(
        "a purchase", paying.purchase_failed, "You get this mail because you meant to buy a course at PeerLoop."
    ),
    # Not to be declined: what they had arranged has ended, and what they may do has changed.
    Template.PLACE_FROZEN: Entry("an enrollment", learning.place_frozen, _CERTIFICATES),
    Template.PLACE_THAWED: Entry("an enrollment", learning.place_thawed, _CERTIFICATES),
    Template.TEACHER_CHANGED: Entry("an enrollment", learning.teacher_changed, _CERTIFICATES),
}
