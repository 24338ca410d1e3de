"""What mails about places, homework and certificates say."""

from collections.abc import Collection

from app.db.session import ReadSession
from app.domains.certificates import service as certificates
from app.domains.certificates.types import CertificateId, CertificateStatus
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.homework import service as homework
from app.domains.homework.errors import SubmissionNotFound
from app.domains.homework.types import SubmissionId, SubmissionStatus
from app.domains.notifications import policies
from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.payments import service as payments
from app.domains.payments.types import TransactionId
from app.domains.sessions import service as sessions
from app.domains.users import service as users


def enrollment(occasion: Occasion) -> Draft:
    session = occasion.session
    place = enrollments.get_enrollment(session, EnrollmentId(occasion.order.about_id))
    zone = occasion.recipient.timezone
    return Draft(
        {
            "enrollment_id": place.id,
            "course": courses.get_course(session, place.course_id),
            "student": users.get_person(session, place.student_id),
            "teacher": users.get_person(session, place.teacher_id) if place.teacher_id else None,
            "sessions": "one session" if place.sessions_bought == 1 else f"{place.sessions_bought} sessions",
            "receipt": _receipt(session, place.transaction_id, zone) if place.transaction_id else None,
        }
    )


def place_frozen(occasion: Occasion) -> Draft | None:
    """None when it goes on, or has ended, meanwhile."""
    return _place(occasion, {EnrollmentStatus.DISPUTED})


def place_thawed(occasion: Occasion) -> Draft | None:
    """None when it was frozen again, or has ended, meanwhile."""
    return _place(occasion, set(EnrollmentStatus) - {EnrollmentStatus.DISPUTED, EnrollmentStatus.CANCELLED})


def _place(occasion: Occasion, wanted: Collection[EnrollmentStatus]) -> Draft | None:
    place = enrollments.get_enrollment(occasion.session, EnrollmentId(occasion.order.about_id))
    if place.status not in wanted:
        return None
    is_student = occasion.recipient.id == place.student_id
    other_id = place.teacher_id if is_student else place.student_id
    return Draft(
        {
            "enrollment_id": place.id,
            "course": courses.get_course(occasion.session, place.course_id),
            "other": users.get_person(occasion.session, other_id) if other_id else None,
            "is_student": is_student,
        }
    )


def teacher_changed(occasion: Occasion) -> Draft | None:
    """None of a place that has ended meanwhile. Who neither learns nor teaches in it any more is the former teacher.
    The new one is not told why: it may be how somebody else is."""
    place = enrollments.get_enrollment(occasion.session, EnrollmentId(occasion.order.about_id))
    if place.status is EnrollmentStatus.CANCELLED:
        return None
    recipient_id = occasion.recipient.id
    is_new = recipient_id == place.teacher_id
    why = None if is_new else sessions.reason_of_reassignment(occasion.session, place.id, occasion.order.ordered_at)
    return Draft(
        {
            "enrollment_id": place.id,
            "course": courses.get_course(occasion.session, place.course_id),
            "student": users.get_person(occasion.session, place.student_id),
            "teacher": users.get_person(occasion.session, enrollments.teacher_of(place)),
            "is_student": recipient_id == place.student_id,
            "is_former": recipient_id not in {place.student_id, place.teacher_id},
            "change_reason": why,
        }
    )


def _receipt(session: ReadSession, transaction_id: TransactionId, zone: str) -> Values:
    sale = payments.get_transaction(session, transaction_id)
    return {
        "transaction_id": sale.id,
        "amount": policies.amount_text(sale.amount_cents, sale.currency),
        "paid_on": policies.moment_text(sale.created_at, zone),
    }


def homework_submitted(occasion: Occasion) -> Draft | None:
    """None when it was reviewed meanwhile."""
    return _homework(occasion, {SubmissionStatus.SUBMITTED})


def homework_reviewed(occasion: Occasion) -> Draft | None:
    """None when something else was handed in meanwhile."""
    return _homework(occasion, {SubmissionStatus.REVIEWED, SubmissionStatus.RESUBMIT_REQUESTED})


def _homework(occasion: Occasion, wanted: Collection[SubmissionStatus]) -> Draft | None:
    session = occasion.session
    try:
        submission = homework.load_submission(session, SubmissionId(occasion.order.about_id))
    except SubmissionNotFound:
        return None  # the student has left
    if submission.status not in wanted:
        return None
    assignment = homework.load_assignment(session, submission.assignment_id)
    return Draft(
        {
            "submission_id": submission.id,
            "homework_title": assignment.title,
            "course": courses.get_course(session, assignment.course_id),
            "student": users.get_person(session, submission.student_id),
            "is_again": submission.attempt > 1,
            "is_accepted": submission.status is SubmissionStatus.REVIEWED,
            "score": _score(submission.points, assignment.max_points),
        }
    )


def _score(points: int | None, most: int | None) -> str | None:
    return f"{points} of {most} points" if points is not None else None


def certificate_recommended(occasion: Occasion) -> Draft | None:
    """None when it was decided about meanwhile."""
    return _certificate(occasion, CertificateStatus.PENDING)


def certificate_issued(occasion: Occasion) -> Draft | None:
    """None when it was revoked meanwhile."""
    return _certificate(occasion, CertificateStatus.ISSUED)


def _certificate(occasion: Occasion, wanted: CertificateStatus) -> Draft | None:
    session = occasion.session
    certificate = certificates.get_certificate(session, CertificateId(occasion.order.about_id))
    if certificate.status is not wanted:
        return None
    return Draft(
        {
            "course_title": certificate.course_title,
            "holder_name": certificate.holder_name,
            "recommended_by": users.get_person(session, certificate.recommended_by_user_id),
            "verify_code": certificate.verify_code,
            "is_public": users.get_user(session, certificate.user_id).is_profile_public,
        }
    )
