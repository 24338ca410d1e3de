"""Who is mailed when something happens. A mail is a job; its dedupe key is the fact it tells."""

from app.db.session import WriteSession
from app.domains.auth.events import EmailVerificationAsked, SignupRepeated
from app.domains.certificates.events import CertificateIssued, CertificateRecommended
from app.domains.courses import service as courses
from app.domains.enrollments.events import CourseCompleted, EnrollmentStarted
from app.domains.notifications.types import SEND_MAIL, MailOrder, Template
from app.domains.sessions.events import SessionBooked, SessionMissed
from app.domains.users.types import UserId


def on_email_verification_asked(session: WriteSession, event: EmailVerificationAsked) -> None:
    _mail(session, Template.VERIFY_EMAIL, event.user_id, event.mail_token_id)


def on_signup_repeated(session: WriteSession, event: SignupRepeated) -> None:
    """At most once a day: whoever repeats a sign-up must not be able to fill somebody's mailbox."""
    today = f"{event.user_id}:{session.now:%Y-%m-%d}"
    _mail(session, Template.SIGNUP_REPEATED, event.user_id, event.user_id, fact=today)


def on_enrollment_started(session: WriteSession, event: EnrollmentStarted) -> None:
    """Receipt and welcome to the student, a notice to the teacher, and to the creator if that is somebody else."""
    _mail(session, Template.ENROLLMENT_STARTED, event.student_id, event.enrollment_id)
    creator_id = courses.get_course(session, event.course_id).creator_id
    for person_id in dict.fromkeys((event.teacher_id, creator_id)):
        _mail(session, Template.ENROLLMENT_NOTICE, person_id, event.enrollment_id)


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


def on_certificate_recommended(session: WriteSession, event: CertificateRecommended) -> None:
    _mail(session, Template.CERTIFICATE_RECOMMENDED, event.creator_id, event.certificate_id)


def on_certificate_issued(session: WriteSession, event: CertificateIssued) -> None:
    _mail(session, Template.CERTIFICATE_ISSUED, event.user_id, event.certificate_id)


def _mail(
    session: WriteSession, template: Template, recipient_id: UserId, about_id: str, *, fact: str | None = None
) -> None:
    order = MailOrder(template=template, recipient_id=recipient_id, about_id=about_id)
    SEND_MAIL.enqueue(session, order, dedupe=f"{template}:{fact or about_id}:{recipient_id}")
