"""What a mail says: composed from ids when it is sent, so that no personal data waits in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from app.db.session import ReadSession
from app.domains.auth.types import MailTokenPurpose
from app.domains.calendar.ics import session_ics
from app.domains.calendar.types import Mailbox, Method
from app.domains.certificates import service as certificates
from app.domains.certificates.types import CertificateId, CertificateStatus
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.notifications import policies
from app.domains.notifications.types import MailOrder, Template
from app.domains.payments import service as payments
from app.domains.payments.types import TransactionId
from app.domains.sessions import service as sessions
from app.domains.sessions.policies import CONTEST_WINDOW, Platform
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import Person
from app.providers.email.port import Attachment, Mail

_INVITE_TYPE = "text/calendar; charset=utf-8; method=REQUEST"

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What mails need of this installation: its address and name, and the text that a mail token is sent as."""

    platform: Platform
    token_text: Callable[[str, str], str]


def compose(session: ReadSession, order: MailOrder, letterhead: Letterhead) -> Mail | None:
    """The mail as of now. None when nobody may be mailed, or what it would say is no longer so."""
    recipient = _find_recipient(session, order)
    values = _values(session, order, recipient, letterhead) if recipient else None
    if recipient is None or values is None:
        return None
    letter = policies.write(order.template, values | {"recipient": recipient, "app_url": letterhead.platform.app_url})
    return Mail(
        to=recipient.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=_attachments(session, order, recipient, letterhead.platform),
        tags=(("template", str(order.template)),),
    )


def _find_recipient(session: ReadSession, order: MailOrder) -> Person | None:
    """None for people who are unknown, suspended, or have yet to prove their address (unless this mail is for that)."""
    try:
        user = users.get_user(session, order.recipient_id)
    except UserNotFound:
        return None
    is_provable = user.is_email_verified or order.template is Template.VERIFY_EMAIL
    return users.get_person(session, user.id) if is_provable and user.suspended_at is None else None


def _values(session: ReadSession, order: MailOrder, recipient: Person, letterhead: Letterhead) -> Values | None:
    match order.template:
        case Template.VERIFY_EMAIL:
            return _verification(order, recipient, letterhead)
        case Template.SIGNUP_REPEATED:
            return {}
        case (
            Template.ENROLLMENT_STARTED
            | Template.ENROLLMENT_NOTICE
            | Template.COURSE_COMPLETED
            | Template.RECOMMENDATION_HINT
        ):
            return _enrollment(session, order, recipient)
        case Template.SESSION_BOOKED | Template.SESSION_MISSED:
            return _lesson(session, order, recipient)
        case Template.CERTIFICATE_RECOMMENDED | Template.CERTIFICATE_ISSUED:
            return _certificate(session, order)


def _verification(order: MailOrder, recipient: Person, letterhead: Letterhead) -> Values | None:
    if recipient.is_email_verified:
        return None
    token = letterhead.token_text(order.about_id, MailTokenPurpose.VERIFY_EMAIL)
    return {"token": token, "url": f"{letterhead.platform.app_url}/verify-email?token={token}"}


def _enrollment(session: ReadSession, order: MailOrder, recipient: Person) -> Values:
    place = enrollments.get_enrollment(session, EnrollmentId(order.about_id))
    return {
        "enrollment_id": place.id,
        "course": courses.get_course(session, place.course_id),
        "student": users.get_person(session, place.student_id),
        "teacher": users.get_person(session, place.teacher_id),
        "sessions": "one session" if place.sessions_bought == 1 else f"{place.sessions_bought} sessions",
        "receipt": _receipt(session, place.transaction_id, recipient) if place.transaction_id else None,
    }


def _receipt(session: ReadSession, transaction_id: TransactionId, recipient: Person) -> Values:
    sale = payments.get_transaction(session, transaction_id)
    return {
        "transaction_id": sale.id,
        "amount": policies.amount_text(sale.amount_cents, sale.currency),
        "paid_on": policies.moment_text(sale.created_at, recipient.timezone),
    }


def _lesson(session: ReadSession, order: MailOrder, recipient: Person) -> Values | None:
    """None when a booked session was called off or is over, or a missed one was settled otherwise."""
    lesson = sessions.get_session_facts(session, SessionId(order.about_id))
    is_missed = lesson.status is SessionStatus.NO_SHOW
    if not (is_missed if order.template is Template.SESSION_MISSED else lesson.status.is_live):
        return None
    (other_id,) = lesson.people - {recipient.id}
    other = users.get_person(session, other_id)
    return {
        "session_id": lesson.id,
        "course": courses.get_course(session, lesson.course_id),
        "other": other,
        "starts": policies.moment_text(lesson.starts_at, recipient.timezone),
        "time": policies.period_text(lesson.starts_at, lesson.ends_at, recipient.timezone),
        "other_time": policies.period_text(lesson.starts_at, lesson.ends_at, other.timezone),
        "absent_id": lesson.no_show_user_id,
        "is_student_absent": lesson.no_show_user_id == lesson.student_id,
        "contest_hours": CONTEST_WINDOW // timedelta(hours=1),
    }


def _attachments(
    session: ReadSession, order: MailOrder, recipient: Person, platform: Platform
) -> tuple[Attachment, ...]:
    """A booking's invitation. It names only the recipient's address: nobody learns the other one's by booking."""
    if order.template is not Template.SESSION_BOOKED:
        return ()
    event = sessions.calendar_event(session, SessionId(order.about_id), platform=platform)
    own = replace(event, attendees=(Mailbox(recipient.name, recipient.email),))
    return (Attachment("invite.ics", _INVITE_TYPE, session_ics(own, Method.REQUEST, session.now)),)


def _certificate(session: ReadSession, order: MailOrder) -> Values | None:
    """None when a recommendation was decided about, or a certificate revoked, meanwhile."""
    certificate = certificates.get_certificate(session, CertificateId(order.about_id))
    is_pending = order.template is Template.CERTIFICATE_RECOMMENDED
    if certificate.status is not (CertificateStatus.PENDING if is_pending else CertificateStatus.ISSUED):
        return None
    return {
        "course_title": certificate.course_title,
        "holder_name": certificate.holder_name,
        "recommended_by": users.get_person(session, certificate.recommended_by_user_id),
        "verify_code": certificate.verify_code,
        "is_public": users.get_user(session, certificate.user_id).is_profile_public,
    }
