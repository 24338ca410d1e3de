"""Who is mailed when something happens. A mail is a job; its dedupe key is the fact it tells."""

from datetime import datetime

from app.db.session import WriteSession
from app.domains.agenda.events import NudgeDue, ReminderDue, WallsMoved
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
from app.domains.certificates.events import (
    CertificateIssued,
    CertificateRecommended,
    LastTeacherLost,
    TeacherRestored,
    TeacherWithdrawn,
    TeachingDeclined,
    TeachingRequested,
)
from app.domains.courses import service as courses
from app.domains.courses.events import CourseTransferred, SuspensionChanged
from app.domains.enrollments.events import (
    CourseCompleted,
    EnrollmentStarted,
    PlaceFrozen,
    PlaceThawed,
    TeacherAssigned,
)
from app.domains.homework.events import HomeworkReviewed, HomeworkSubmitted
from app.domains.invitations.events import InvitationSent
from app.domains.notifications.types import SEND_MAIL, MailOrder, Template
from app.domains.payments.events import PurchaseFailed
from app.domains.payouts.events import MoneyReturned, PayoutFailed, PayoutPaid, PayoutsEnabled
from app.domains.payouts.types import FailureCode
from app.domains.recordings.events import RecordingKept
from app.domains.refunds.events import DisputeMoved, RefundDecided, RefundFailed, RefundRequested
from app.domains.reviews.events import ReviewAnswered, ReviewTakenDown, ReviewWritten
from app.domains.roles.events import ApplicationDecided, ApplicationReceived, PersonSuspended, SuspensionLifted
from app.domains.sessions.events import (
    SessionBooked,
    SessionCancelled,
    SessionCompletedByHand,
    SessionContested,
    SessionCredited,
    SessionMissed,
    SessionMoved,
    SessionResolved,
)
from app.domains.users import service as users
from app.domains.users.events import SecurityChanged
from app.domains.users.types import UserId


def on_email_verification_asked(session: WriteSession, event: EmailVerificationAsked) -> None:
    _mail(session, Template.VERIFY_EMAIL, event.user_id, event.mail_token_id)


def on_signup_repeated(session: WriteSession, event: SignupRepeated) -> None:
    """At most once a day: whoever repeats a sign-up must not be able to fill somebody's mailbox."""
    today = f"{event.user_id}:{session.now:%Y-%m-%d}"
    _mail(session, Template.SIGNUP_REPEATED, event.user_id, event.user_id, fact=today)


def on_email_verified(session: WriteSession, event: EmailVerified) -> None:
    _mail(session, Template.WELCOME, event.user_id, event.user_id)


def on_password_reset_asked(session: WriteSession, event: PasswordResetAsked) -> None:
    _mail(session, Template.PASSWORD_RESET, event.user_id, event.mail_token_id)


def on_email_change_asked(session: WriteSession, event: EmailChangeAsked) -> None:
    """To the new address."""
    _mail(session, Template.EMAIL_CHANGE, event.user_id, event.mail_token_id)


def on_email_changed(session: WriteSession, event: EmailChanged) -> None:
    """To the previous address."""
    _mail(session, Template.EMAIL_CHANGED, event.user_id, event.mail_token_id)


def on_security_changed(session: WriteSession, event: SecurityChanged) -> None:
    """Each one: a second passkey is a second fact."""
    _mail(
        session,
        Template.SECURITY_CHANGED,
        event.user_id,
        event.change,
        fact=f"{event.change}:{session.now.isoformat()}",
    )


def on_new_device_signed_in(session: WriteSession, event: NewDeviceSignedIn) -> None:
    _mail(session, Template.NEW_SIGN_IN, event.user_id, event.auth_session_id)


def on_refresh_token_reused(session: WriteSession, event: RefreshTokenReused) -> None:
    _mail(session, Template.REFRESH_TOKEN_REUSED, event.user_id, event.auth_session_id)


def on_invitation_sent(session: WriteSession, event: InvitationSent) -> None:
    """Each time: an administrator may send it again."""
    _mail(
        session, Template.INVITATION, None, event.invitation_id, fact=f"{event.invitation_id}:{session.now.isoformat()}"
    )


def on_application_received(session: WriteSession, event: ApplicationReceived) -> None:
    for admin_id in users.admin_ids(session):
        _mail(session, Template.APPLICATION_RECEIVED, admin_id, event.application_id)


def on_application_decided(session: WriteSession, event: ApplicationDecided) -> None:
    _mail(session, Template.APPLICATION_DECIDED, event.user_id, event.application_id)


def on_person_suspended(session: WriteSession, event: PersonSuspended) -> None:
    fact = f"{event.user_id}:{session.now.isoformat()}"
    _mail(session, Template.ACCOUNT_SUSPENDED, event.user_id, event.user_id, fact=fact)


def on_suspension_lifted(session: WriteSession, event: SuspensionLifted) -> None:
    fact = f"{event.user_id}:{session.now.isoformat()}"
    _mail(session, Template.SUSPENSION_LIFTED, event.user_id, event.user_id, fact=fact)


def on_enrollment_started(session: WriteSession, event: EnrollmentStarted) -> None:
    """Receipt and welcome to the student, a notice to the teacher, once there is one, and to the creator if that is
    somebody else."""
    _mail(session, Template.ENROLLMENT_STARTED, event.student_id, event.enrollment_id)
    creator_id = courses.get_course(session, event.course_id).creator_id
    for person_id in _there(event.teacher_id, creator_id):
        _mail(session, Template.ENROLLMENT_NOTICE, person_id, event.enrollment_id)


def on_teacher_assigned(session: WriteSession, event: TeacherAssigned) -> None:
    """The first one is told of a new student; when it is another one, all three are."""
    if event.former_id is None:
        _mail(session, Template.ENROLLMENT_NOTICE, event.teacher_id, event.enrollment_id)
        return
    fact = f"{event.enrollment_id}:{session.now.isoformat()}"
    for person_id in (event.student_id, event.teacher_id, event.former_id):
        _mail(session, Template.TEACHER_CHANGED, person_id, event.enrollment_id, fact=fact)


def on_course_completed(session: WriteSession, event: CourseCompleted) -> None:
    """The diploma to the student; to the teacher the hint that a good student may be recommended."""
    _mail(session, Template.COURSE_COMPLETED, event.student_id, event.enrollment_id)
    _mail(session, Template.RECOMMENDATION_HINT, event.teacher_id, event.enrollment_id)


def on_session_booked(session: WriteSession, event: SessionBooked) -> None:
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.SESSION_BOOKED, person_id, event.session_id)


def on_session_missed(session: WriteSession, event: SessionMissed) -> None:
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.SESSION_MISSED, person_id, event.session_id)


def on_held_time_lost(session: WriteSession, event: HeldTimeLost) -> None:
    _mail(session, Template.HELD_TIME_LOST, event.student_id, event.hold_id)


def on_session_invited(session: WriteSession, event: SessionInvited) -> None:
    _mail(session, Template.SESSION_INVITED, event.student_id, event.invite_id)


def on_session_invite_answered(session: WriteSession, event: SessionInviteAnswered) -> None:
    _mail(session, Template.SESSION_INVITE_ANSWERED, event.teacher_id, event.invite_id)


def on_earlier_time_offered(session: WriteSession, event: EarlierTimeOffered) -> None:
    _mail(session, Template.EARLIER_TIME_OFFERED, event.student_id, event.hold_id)


def on_reminder_due(session: WriteSession, event: ReminderDue) -> None:
    """Once for each start: a session that is moved has others."""
    fact = f"{event.session_id}:{event.starts_at:%Y%m%dT%H%M%S}:{event.minutes_before}"
    for person_id in (event.student_id, event.teacher_id):
        template = Template.SESSION_REMINDER
        _mail(session, template, person_id, event.session_id, fact=fact, starts_at=event.starts_at)


def on_nudge_due(session: WriteSession, event: NudgeDue) -> None:
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.FEEDBACK_NUDGE, person_id, event.session_id)


def on_walls_moved(session: WriteSession, event: WallsMoved) -> None:
    """Once for each release of the rules, also to the one whose clock shows the same: the other's does not."""
    for person_id in (event.student_id, event.teacher_id):
        fact = f"{event.session_id}:{event.release}"
        _mail(session, Template.SESSION_CLOCK_CHANGED, person_id, event.session_id, fact=fact)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    """Each time."""
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.SESSION_RESCHEDULED, person_id, event.move_id)


def on_session_cancelled(session: WriteSession, event: SessionCancelled) -> None:
    """To both, for the calendar of who cancelled must lose it too."""
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.SESSION_CANCELLED, person_id, event.session_id)


def on_session_completed_by_hand(session: WriteSession, event: SessionCompletedByHand) -> None:
    """To the student, who may contest it."""
    _mail(session, Template.SESSION_COMPLETED_BY_HAND, event.student_id, event.session_id)


def on_session_contested(session: WriteSession, event: SessionContested) -> None:
    """To the other one and to every administrator."""
    people = {event.student_id, event.teacher_id} - {event.contested_by}
    for person_id in dict.fromkeys((*people, *users.admin_ids(session))):
        _mail(session, Template.SESSION_CONTESTED, person_id, event.session_id)


def on_session_resolved(session: WriteSession, event: SessionResolved) -> None:
    """Each time: an administrator may decide anew while no money has moved."""
    fact = f"{event.session_id}:{session.now.isoformat()}"
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.SESSION_RESOLVED, person_id, event.session_id, fact=fact)


def on_session_credited(session: WriteSession, event: SessionCredited) -> None:
    _mail(session, Template.SESSION_CREDITED, event.student_id, event.session_id)


def on_recording_kept(session: WriteSession, event: RecordingKept) -> None:
    """To both, once for a session."""
    for person_id in (event.student_id, event.teacher_id):
        _mail(session, Template.RECORDING_READY, person_id, event.session_id)


def on_homework_submitted(session: WriteSession, event: HomeworkSubmitted) -> None:
    """Each attempt: the teacher asked for it."""
    fact = f"{event.submission_id}:{event.attempt}"
    _mail(session, Template.HOMEWORK_SUBMITTED, event.teacher_id, event.submission_id, fact=fact)


def on_homework_reviewed(session: WriteSession, event: HomeworkReviewed) -> None:
    fact = f"{event.submission_id}:{event.attempt}"
    _mail(session, Template.HOMEWORK_REVIEWED, event.student_id, event.submission_id, fact=fact)


def on_certificate_recommended(session: WriteSession, event: CertificateRecommended) -> None:
    _mail(session, Template.CERTIFICATE_RECOMMENDED, event.creator_id, event.certificate_id)


def on_certificate_issued(session: WriteSession, event: CertificateIssued) -> None:
    _mail(session, Template.CERTIFICATE_ISSUED, event.user_id, event.certificate_id)


def on_suspension_changed(session: WriteSession, event: SuspensionChanged) -> None:
    """Each time: a course may be suspended again."""
    template = Template.COURSE_SUSPENDED if event.is_suspended else Template.COURSE_UNSUSPENDED
    _mail(session, template, event.creator_id, event.course_id, fact=f"{event.course_id}:{session.now.isoformat()}")


def on_course_transferred(session: WriteSession, event: CourseTransferred) -> None:
    fact = f"{event.course_id}:{session.now.isoformat()}"
    for person_id in (event.from_user_id, event.to_user_id):
        _mail(session, Template.COURSE_TRANSFERRED, person_id, event.course_id, fact=fact)


def on_teacher_withdrawn(session: WriteSession, event: TeacherWithdrawn) -> None:
    """Each time."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    _mail(session, Template.TEACHER_WITHDRAWN, event.user_id, event.course_id, fact=fact)


def on_teacher_restored(session: WriteSession, event: TeacherRestored) -> None:
    """Each time."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    _mail(session, Template.TEACHER_RESTORED, event.user_id, event.course_id, fact=fact)


def on_teaching_requested(session: WriteSession, event: TeachingRequested) -> None:
    _mail(session, Template.TEACHING_REQUESTED, event.creator_id, event.request_id)


def on_teaching_declined(session: WriteSession, event: TeachingDeclined) -> None:
    _mail(session, Template.TEACHING_DECLINED, event.user_id, event.request_id)


def on_last_teacher_lost(session: WriteSession, event: LastTeacherLost) -> None:
    """The creator and every administrator, each time that it happens."""
    fact = f"{event.course_id}:{session.now.isoformat()}"
    for person_id in dict.fromkeys((event.creator_id, *users.admin_ids(session))):
        _mail(session, Template.LAST_TEACHER_LOST, person_id, event.course_id, fact=fact)


def on_review_written(session: WriteSession, event: ReviewWritten) -> None:
    _mail(session, Template.REVIEW_RECEIVED, event.reviewed_id, event.review_id)


def on_review_answered(session: WriteSession, event: ReviewAnswered) -> None:
    """Once, however often the reply is taken back and given again."""
    _mail(session, Template.REVIEW_ANSWERED, event.author_id, event.review_id)


def on_review_taken_down(session: WriteSession, event: ReviewTakenDown) -> None:
    """Each time: it may have been shown again in between."""
    fact = f"{event.review_id}:{session.now.isoformat()}"
    _mail(session, Template.REVIEW_HIDDEN, event.author_id, event.review_id, fact=fact)


def on_payout_paid(session: WriteSession, event: PayoutPaid) -> None:
    _mail(session, Template.PAYOUT_PAID, event.user_id, event.payout_id)


def on_payout_failed(session: WriteSession, event: PayoutFailed) -> None:
    """To the payee and to every administrator. Each time, for it may be tried again and fail again; but once where that is
    done by itself, for want of money in our balance."""
    is_short = event.code is FailureCode.INSUFFICIENT_BALANCE
    fact = f"{event.payout_id}:{event.code if is_short else session.now.isoformat()}"
    _mail(session, Template.PAYOUT_FAILED, event.user_id, event.payout_id, fact=fact)
    for admin_id in users.admin_ids(session):
        _mail(session, Template.PAYOUT_REFUSED, admin_id, event.payout_id, fact=fact)


def on_money_returned(session: WriteSession, event: MoneyReturned) -> None:
    _mail(session, Template.MONEY_RETURNED, event.user_id, event.return_id)


def on_payouts_enabled(session: WriteSession, event: PayoutsEnabled) -> None:
    """Each time: whoever opened the account may be somebody else."""
    fact = f"{event.user_id}:{session.now.isoformat()}"
    _mail(session, Template.PAYOUTS_ENABLED, event.user_id, event.user_id, fact=fact)


def on_refund_requested(session: WriteSession, event: RefundRequested) -> None:
    for admin_id in users.admin_ids(session):
        _mail(session, Template.REFUND_REQUESTED, admin_id, event.refund_id)


def on_refund_decided(session: WriteSession, event: RefundDecided) -> None:
    """To the buyer; and where nobody decided, because the payment bought nothing, to every administrator too."""
    _mail(session, Template.REFUND_DECIDED, event.buyer_id, event.refund_id)
    if event.is_unclaimed:
        for admin_id in users.admin_ids(session):
            _mail(session, Template.PAYMENT_RETURNED, admin_id, event.refund_id)


def on_refund_failed(session: WriteSession, event: RefundFailed) -> None:
    """Each attempt."""
    fact = f"{event.refund_id}:{event.attempt}"
    for admin_id in users.admin_ids(session):
        _mail(session, Template.REFUND_FAILED, admin_id, event.refund_id, fact=fact)


def on_dispute_moved(session: WriteSession, event: DisputeMoved) -> None:
    """Once for each way it stands: a bank that asked may take the money later."""
    fact = f"{event.dispute_id}:{event.status}"
    for admin_id in users.admin_ids(session):
        _mail(session, Template.DISPUTE_MOVED, admin_id, event.dispute_id, fact=fact)


def on_purchase_failed(session: WriteSession, event: PurchaseFailed) -> None:
    _mail(session, Template.PURCHASE_FAILED, event.buyer_id, event.purchase_id)


def on_place_frozen(session: WriteSession, event: PlaceFrozen) -> None:
    """Each time: one payment can be disputed again."""
    for person_id in _there(event.student_id, event.teacher_id):
        fact = f"{event.enrollment_id}:{session.now.isoformat()}"
        _mail(session, Template.PLACE_FROZEN, person_id, event.enrollment_id, fact=fact)


def on_place_thawed(session: WriteSession, event: PlaceThawed) -> None:
    """Each time."""
    for person_id in _there(event.student_id, event.teacher_id):
        fact = f"{event.enrollment_id}:{session.now.isoformat()}"
        _mail(session, Template.PLACE_THAWED, person_id, event.enrollment_id, fact=fact)


def _there(*people: UserId | None) -> list[UserId]:
    """Each of them once; a place may have no teacher yet."""
    return [person_id for person_id in dict.fromkeys(people) if person_id is not None]


def _mail(
    session: WriteSession,
    template: Template,
    recipient_id: UserId | None,
    about_id: str,
    *,
    fact: str | None = None,
    starts_at: datetime | None = None,
) -> None:
    order = MailOrder(
        template=template,
        recipient_id=recipient_id,
        about_id=about_id,
        ordered_at=session.now,
        starts_at=starts_at,
    )
    SEND_MAIL.enqueue(session, order, dedupe=f"{template}:{fact or about_id}:{recipient_id}")
