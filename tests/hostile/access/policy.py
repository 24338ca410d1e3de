"""Who may call what: one row for each operation of the OpenAPI document, written by hand and not read from the code.

A row says what is asked of every caller (`Gate`), whether a fresh proof of who they are is asked too (`recent`), and,
where the operation is about one thing, for whom that thing exists at all (`only`) and who knows of it without being
allowed this (`knows`). A new operation needs a row here; `test_matrix` names those that lack one. It walks the rows from
the top, so what ends the caller's account stands last.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Role(StrEnum):
    """Who calls. Owner, student, teacher and creator are those of the very thing that the call is about; the others have
    nothing to do with it."""

    VISITOR = "visitor"
    LOGGED_OUT = "logged-out admin"
    SUSPENDED = "suspended admin"
    UNVERIFIED = "unverified member"
    STRANGER = "other student"
    OTHER_TEACHER = "other teacher"
    OTHER_CREATOR = "other creator"
    MODERATOR = "moderator"
    STUDENT = "student of it"
    TEACHER = "teacher of it"
    CREATOR = "creator of it"
    ADMIN = "admin"
    OWNER = "owner"
    STALE = "owner who logged in long ago"


class Gate(Enum):
    """What is asked of every caller, whatever the call is about."""

    OPEN = auto()  # nothing; a token is not read
    OPTIONAL = auto()  # nothing; with a token more is shown
    MEMBER = auto()  # a log-in
    VERIFIED = auto()  # a log-in, and a confirmed address
    CREATING = auto()  # that, and the right to create courses
    TEACHING = auto()  # that, and the right to teach or to create courses
    ADMIN = auto()  # a log-in of an administrator


class Verdict(Enum):
    """What a caller is answered."""

    ALLOWED = auto()
    NO_TOKEN = 401
    STEP_UP = auto()
    REFUSED = 403
    UNKNOWN = 404


@dataclass(frozen=True, slots=True)
class Row:
    """The rule of one operation. Without `only` it is not about a thing of somebody's."""

    gate: Gate
    only: frozenset[Role] = frozenset()
    knows: frozenset[Role] = frozenset()
    recent: bool = False


def about(gate: Gate, *only: Role, knows: tuple[Role, ...] = (), recent: bool = False) -> Row:
    """A row of an operation about one thing: for the owner and these roles; for all others it does not exist."""
    return Row(gate, frozenset({Role.OWNER, Role.STALE, *only}), frozenset(knows), recent=recent)


RECENT, RECENT_VERIFIED = Row(Gate.MEMBER, recent=True), Row(Gate.VERIFIED, recent=True)
OPEN, OPTIONAL, MEMBER, VERIFIED = Row(Gate.OPEN), Row(Gate.OPTIONAL), Row(Gate.MEMBER), Row(Gate.VERIFIED)
TEACHING, ADMIN, RECENT_ADMIN = Row(Gate.TEACHING), Row(Gate.ADMIN), Row(Gate.ADMIN, recent=True)
_STUDENT, _TEACHER, _CREATOR, _ADMIN = Role.STUDENT, Role.TEACHER, Role.CREATOR, Role.ADMIN

_NOBODY = frozenset({Role.VISITOR, Role.LOGGED_OUT})
_PASSES = {
    Gate.OPEN: frozenset(Role),
    Gate.OPTIONAL: frozenset(Role),
    Gate.MEMBER: frozenset(Role),
    Gate.VERIFIED: frozenset(Role) - {Role.UNVERIFIED},
    Gate.CREATING: frozenset({Role.OTHER_CREATOR, _CREATOR, Role.OWNER, Role.STALE}),
    Gate.TEACHING: frozenset({Role.OTHER_TEACHER, Role.OTHER_CREATOR, _TEACHER, _CREATOR, Role.OWNER, Role.STALE}),
    Gate.ADMIN: frozenset({_ADMIN, Role.OWNER, Role.STALE}),
}


def expected(row: Row, role: Role) -> Verdict:
    """What the row means for somebody; every refusal comes before what follows it here."""
    if row.gate is Gate.OPEN or (row.gate is Gate.OPTIONAL and role in _NOBODY):
        return Verdict.ALLOWED
    if role in _NOBODY:
        return Verdict.NO_TOKEN
    if role is Role.SUSPENDED or role not in _PASSES[row.gate]:
        return Verdict.REFUSED
    if row.recent and role is Role.STALE:
        return Verdict.STEP_UP
    if not row.only or role in row.only:
        return Verdict.ALLOWED
    return Verdict.REFUSED if role in row.knows else Verdict.UNKNOWN


POLICY: dict[str, Row] = {
    # the caller's own account
    "users.me": MEMBER,
    "users.change_me": MEMBER,
    "users.settings": MEMBER,
    "users.change_settings": MEMBER,
    "users.check_handle": MEMBER,
    "avatar.set": about(Gate.VERIFIED),
    "avatar.remove": MEMBER,
    # the caller's files
    "files.create": VERIFIED,
    "files.list": MEMBER,
    "files.get": about(Gate.MEMBER),
    "files.renew_parts": about(Gate.VERIFIED),
    "files.complete": about(Gate.VERIFIED),
    "files.download": about(Gate.MEMBER),
    "files.delete": about(Gate.MEMBER),
    # other people
    "users.search": MEMBER,
    "users.get": OPTIONAL,
    # proving who one is: the body holds the proof
    "auth.signup": OPEN,
    "auth.verify_email": OPEN,
    "auth.resend_verification": OPEN,
    "auth.login": OPEN,
    "auth.token": OPEN,
    "auth.refresh": OPEN,
    "auth.logout": MEMBER,
    "auth.jwks": OPEN,
    "auth.options": OPEN,
    "auth.forgot_password": OPEN,
    "auth.reset_password": OPEN,
    "auth.confirm_email": MEMBER,
    "auth.log_in_second_factor": OPEN,
    "passkeys.log_in_options": OPEN,
    "passkeys.log_in": OPEN,
    "oauth.google": OPEN,
    "oauth.github": OPEN,
    "oauth.google_callback": OPEN,
    "oauth.github_callback": OPEN,
    # how the caller logs in; what weakens it asks for a fresh proof
    "auth.change_password": MEMBER,
    "auth.change_email": VERIFIED,
    "auth.step_up": MEMBER,
    "auth.list_sessions": MEMBER,
    "auth.end_session": about(Gate.MEMBER),
    "auth.logout_everywhere": MEMBER,
    "mfa.get": MEMBER,
    "mfa.enroll": RECENT_VERIFIED,
    "mfa.confirm": RECENT_VERIFIED,
    "mfa.disable": RECENT,
    "mfa.renew_recovery_codes": RECENT,
    "passkeys.list": MEMBER,
    "passkeys.options": RECENT_VERIFIED,
    "passkeys.add": RECENT_VERIFIED,
    "passkeys.step_up_options": MEMBER,
    "passkeys.step_up": MEMBER,
    "passkeys.rename": about(Gate.MEMBER),
    "passkeys.remove": about(Gate.MEMBER, recent=True),
    "oauth.identities": MEMBER,
    "oauth.link": RECENT_VERIFIED,
    "oauth.unlink": RECENT,
    # the catalogue
    "courses.list": OPEN,
    "courses.get": OPTIONAL,
    "courses.curriculum": OPTIONAL,
    "courses.teachers": OPEN,
    "courses.featured": OPEN,
    "topics.list": OPEN,
    "tags.list": OPEN,
    "creators.list": OPEN,
    "teachers.list": OPEN,
    "users.stats": OPTIONAL,
    "availability.slots": OPTIONAL,
    "courses.slots": OPTIONAL,
    "availability.bookings": MEMBER,
    # making courses
    "courses.create": Row(Gate.CREATING),
    "courses.list_mine": MEMBER,
    "courses.draft": about(Gate.MEMBER, _ADMIN),
    "courses.preview_price": about(Gate.MEMBER, _ADMIN),
    "courses.change": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_objectives": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_includes": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_target_audience": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_prerequisites": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_tags": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_topics": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_testimonials": about(Gate.VERIFIED, _ADMIN),
    "courses.set_thumbnail": about(Gate.VERIFIED),  # an administrator may too, with a file of their own
    "courses.remove_thumbnail": about(Gate.VERIFIED, _ADMIN),
    "courses.replace_curriculum": about(Gate.VERIFIED, _ADMIN),
    "modules.add": about(Gate.VERIFIED, _ADMIN),
    "modules.change": about(Gate.VERIFIED, _ADMIN),
    "modules.order": about(Gate.VERIFIED, _ADMIN),
    "modules.remove": about(Gate.VERIFIED, _ADMIN),
    "courses.publish": about(Gate.VERIFIED, _ADMIN),
    "courses.unpublish": about(Gate.VERIFIED, _ADMIN),
    "courses.retire": about(Gate.VERIFIED, _ADMIN),
    "courses.delete": about(Gate.VERIFIED, _ADMIN),
    # buying and learning
    "checkout.create_session": VERIFIED,
    "checkout.verify": about(Gate.MEMBER),
    "transactions.list": MEMBER,
    "transactions.get": about(Gate.MEMBER),
    "transactions.explain": about(Gate.MEMBER, _CREATOR, _ADMIN),
    "refunds.quote": about(
        Gate.MEMBER, _ADMIN
    ),  # and its student: the call is an administrator's, who may name an amount
    "refunds.ask": about(Gate.MEMBER, _ADMIN, recent=True),
    "refunds.of_enrollment": about(Gate.MEMBER, _ADMIN),
    "enrollments.list": MEMBER,
    "enrollments.get": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "sessions.book": about(Gate.VERIFIED, _STUDENT),
    "sessions.book_bundle": about(Gate.VERIFIED, _STUDENT),
    "sessions.reschedule": about(Gate.VERIFIED, _STUDENT, _TEACHER, _ADMIN),
    "sessions.cancel": about(Gate.MEMBER, _STUDENT, _TEACHER, _ADMIN),
    "sessions.complete": about(Gate.MEMBER, _TEACHER, _CREATOR, _ADMIN, knows=(_STUDENT,)),
    "sessions.contest": about(Gate.MEMBER, _STUDENT, _TEACHER),
    "admin_sessions.list": ADMIN,
    "admin_sessions.book": ADMIN,
    "admin_sessions.resolve": RECENT_ADMIN,
    "admin_sessions.credit": RECENT_ADMIN,
    "sessions.list": MEMBER,
    "sessions.get": about(Gate.MEMBER, _STUDENT, _TEACHER, _ADMIN),
    "sessions.calendar_file": about(Gate.MEMBER, _STUDENT, _TEACHER),
    "session_holds.create": VERIFIED,
    "session_holds.list": MEMBER,
    "session_holds.get": about(Gate.MEMBER),
    "session_holds.release": about(Gate.MEMBER),
    "session_invites.list": MEMBER,
    "session_invites.get": about(Gate.MEMBER),  # its student and its teacher; the stage's are strangers to it
    "session_invites.accept": about(Gate.VERIFIED),
    "session_invites.decline": about(Gate.MEMBER),
    "session_waitlist.join": about(Gate.VERIFIED),
    "session_waitlist.list": MEMBER,
    "session_waitlist.get": about(Gate.MEMBER),
    "session_waitlist.accept": about(Gate.VERIFIED),
    "session_waitlist.decline": about(Gate.MEMBER),
    "session_waitlist.leave": about(Gate.MEMBER),
    "calendar_feed.get": about(Gate.MEMBER),
    "calendar_feed.renew": MEMBER,
    "calendar_feed.read": OPEN,
    "calendar_feed.give_up": MEMBER,
    "video.join": about(Gate.VERIFIED, _STUDENT, _TEACHER),
    # teaching
    "availability.get": TEACHING,
    "availability.replace": TEACHING,
    "availability_overrides.list": TEACHING,
    "availability_overrides.get": about(Gate.TEACHING),
    "availability_overrides.replace": TEACHING,
    "availability_overrides.delete": TEACHING,
    "external_calendars.list": VERIFIED,
    "external_calendars.add": TEACHING,
    "external_calendars.get": about(Gate.VERIFIED),
    "external_calendars.read": about(Gate.VERIFIED),
    "external_calendars.remove": about(Gate.VERIFIED),
    "earnings.get": MEMBER,
    "session_invites.send": about(Gate.VERIFIED),
    "session_invites.withdraw": about(Gate.MEMBER),
    "earnings.months": MEMBER,
    "earnings.statement": MEMBER,
    # being paid out; an account of one's own is needed
    "payout_account.get": MEMBER,
    "payout_account.refresh": about(Gate.MEMBER),
    "payout_account.onboard": Row(Gate.TEACHING, recent=True),
    "payout_account.dashboard": about(Gate.VERIFIED, recent=True),
    "payouts.request": RECENT_VERIFIED,
    "payouts.list": MEMBER,
    "payouts.get": about(Gate.MEMBER),
    "payouts.cancel": about(Gate.MEMBER),
    # homework
    "homework.list": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "homework.create": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "homework.get": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "homework.change": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "homework.delete": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "homework.submit": about(Gate.VERIFIED, _STUDENT, knows=(_TEACHER, _CREATOR, _ADMIN)),
    "homework.own_submission": about(Gate.MEMBER, _STUDENT),
    "homework.list_submissions": about(Gate.MEMBER, _TEACHER, _CREATOR, _ADMIN, knows=(_STUDENT,)),
    "homework.get_submission": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "homework.download_submission": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "homework.review": about(Gate.VERIFIED, _TEACHER, _CREATOR, _ADMIN, knows=(_STUDENT,)),
    "homework.of_enrollment": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    # what courses and sessions share; the one that is read is public
    "resources.list": OPTIONAL,
    "resources.get": OPTIONAL,
    "resources.download": OPTIONAL,
    "resources.add": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "resources.change": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "resources.remove": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "resources.reorder": about(Gate.VERIFIED, _CREATOR, _ADMIN),
    "resources.list_of_session": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    "resources.add_to_session": about(Gate.VERIFIED, _TEACHER, _CREATOR, _ADMIN, knows=(_STUDENT,)),
    # certifying
    "certificates.recommend": about(Gate.VERIFIED, _TEACHER, _CREATOR, _ADMIN, knows=(_STUDENT,)),
    "certificates.issue": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER), recent=True),
    "certificates.reject": about(Gate.VERIFIED, _CREATOR, _ADMIN, knows=(_STUDENT, _TEACHER)),
    "certificates.list": MEMBER,
    "certificates.verify": OPEN,
    "diplomas.get": about(Gate.MEMBER, _STUDENT, _TEACHER, _CREATOR, _ADMIN),
    # who teaches a course
    "certifications.list": about(Gate.MEMBER, _CREATOR, _ADMIN),
    "certifications.list_mine": MEMBER,
    "certifications.grant": about(Gate.VERIFIED, _CREATOR, _ADMIN, recent=True),
    "certifications.change": about(Gate.VERIFIED, _CREATOR, _ADMIN, recent=True),
    "certifications.change_mine": about(Gate.VERIFIED, _TEACHER, _CREATOR),
    "teaching_requests.send": VERIFIED,
    "teaching_requests.list": about(Gate.MEMBER, _CREATOR, _ADMIN),
    "teaching_requests.list_mine": MEMBER,
    "teaching_requests.accept": about(Gate.VERIFIED, _CREATOR, _ADMIN, recent=True),
    "teaching_requests.decline": about(Gate.VERIFIED, _CREATOR, _ADMIN),
    # reviewing
    "teacher_reviews.write": about(Gate.VERIFIED),
    "teacher_reviews.get": about(Gate.MEMBER, _TEACHER, _CREATOR, _ADMIN),
    "teacher_reviews.change": about(Gate.VERIFIED),
    "teacher_reviews.list": OPEN,
    "teacher_reviews.summary": OPEN,
    "course_reviews.write": about(Gate.VERIFIED),
    "course_reviews.get": about(Gate.MEMBER, _TEACHER, _CREATOR, _ADMIN),
    "course_reviews.change": about(Gate.VERIFIED),
    "course_reviews.list": OPEN,
    "course_reviews.summary": OPEN,
    "reviews.get": OPEN,
    "reviews.reply": about(Gate.VERIFIED, _CREATOR),
    "reviews.take_back_reply": about(Gate.VERIFIED, _CREATOR),
    "session_ratings.get": about(Gate.MEMBER, _TEACHER),
    "session_ratings.rate": about(Gate.VERIFIED, _TEACHER),
    # following
    "follows.list": MEMBER,
    "follows.get": about(Gate.MEMBER),
    "follows.list_followers": OPTIONAL,
    "follows.list_following": OPTIONAL,
    "follows.follow": VERIFIED,
    "follows.unfollow": MEMBER,
    "course_follows.list": MEMBER,
    "course_follows.follow": VERIFIED,
    "course_follows.unfollow": MEMBER,
    # becoming more
    "applications.submit": VERIFIED,
    "applications.list_mine": MEMBER,
    "invitations.preview": OPEN,
    "invitations.accept": Row(Gate.VERIFIED, frozenset({Role.OWNER, Role.STALE}), frozenset(Role)),
    "invitations.decline": Row(Gate.VERIFIED, frozenset({Role.OWNER, Role.STALE}), frozenset(Role)),
    # administration
    "admin_refunds.list": ADMIN,
    "admin_refunds.get": ADMIN,
    "admin_refunds.approve": RECENT_ADMIN,
    "admin_refunds.reject": RECENT_ADMIN,
    "admin_refunds.retry": RECENT_ADMIN,
    "admin_disputes.list": ADMIN,
    "admin_disputes.get": ADMIN,
    "admin_disputes.evidence": ADMIN,
    "admin_disputes.evidence_pdf": ADMIN,
    "admin_disputes.send_evidence": RECENT_ADMIN,
    "admin_applications.list": ADMIN,
    "admin_applications.get": ADMIN,
    "admin_applications.approve": RECENT_ADMIN,
    "admin_applications.deny": RECENT_ADMIN,
    "admin_invitations.list": ADMIN,
    "admin_invitations.send": RECENT_ADMIN,
    "admin_invitations.withdraw": RECENT_ADMIN,
    "admin_courses.feature": ADMIN,
    "admin_users.list": ADMIN,
    "admin_users.get": ADMIN,
    "admin_users.suspend": RECENT_ADMIN,
    "admin_users.unsuspend": RECENT_ADMIN,
    "admin_users.change_capabilities": RECENT_ADMIN,
    "admin_courses.list": ADMIN,
    "admin_courses.suspend": RECENT_ADMIN,
    "admin_courses.unsuspend": RECENT_ADMIN,
    "admin_courses.transfer": RECENT_ADMIN,
    "admin_topics.list": ADMIN,
    "admin_topics.add": ADMIN,
    "admin_topics.change": ADMIN,
    "admin_reviews.list": ADMIN,
    "admin_reviews.hide": ADMIN,
    "admin_reviews.show": ADMIN,
    "admin_payouts.list": ADMIN,
    "admin_payouts.get": ADMIN,
    "admin_payouts.approve": RECENT_ADMIN,
    "admin_payouts.approve_batch": RECENT_ADMIN,
    "admin_payouts.reject": RECENT_ADMIN,
    "admin_payouts.hold": RECENT_ADMIN,
    "admin_payouts.cancel": RECENT_ADMIN,
    "admin_payouts.retry": RECENT_ADMIN,
    "books.get": ADMIN,
    "books.lift_freeze": RECENT_ADMIN,
    "reconciliation.list": ADMIN,
    "audit.list": ADMIN,
    "auth.list_user_sessions": ADMIN,
    "auth.end_user_sessions": RECENT_ADMIN,
    # for the outside services, whose signature is the proof, and for operators
    "webhooks.stripe": OPEN,
    "webhooks.stripe_connect": OPEN,
    "webhooks.plugnmeet": OPEN,
    "webhooks.email": OPEN,
    "health.live": OPEN,
    "health.ready": OPEN,
    "errors.list": OPEN,
    # leaving, last: it ends the account
    "accounts.check_deletion": MEMBER,
    "accounts.export": RECENT_VERIFIED,
    "accounts.delete": RECENT_VERIFIED,
}
