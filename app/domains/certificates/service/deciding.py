"""Rules of diplomas and certificates: earned, recommended, decided, proven."""

import secrets
from collections.abc import Sequence

from app.core.errors import Forbidden, NotFound
from app.core.ids import ALPHABET, new_id
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.certificates import policies, repository
from app.domains.certificates.errors import (
    AlreadyCertified,
    AlreadyRecommended,
    CertificateNotFound,
    CertificateNotPending,
    CourseNotCompleted,
    DiplomaNotFound,
    MayNotDecide,
    MayNotRecommend,
)
from app.domains.certificates.events import CertificateIssued, CertificateRecommended
from app.domains.certificates.models import Certificate
from app.domains.certificates.policies import Access
from app.domains.certificates.service.permissions import certify, record
from app.domains.certificates.types import CertificateFacts, CertificateId, CertificateStatus, Diploma, Proof
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal

_CODE_GROUPS, _CODE_GROUP_LENGTH = 4, 5


def recommend(session: WriteSession, caller: Principal, enrollment_id: EnrollmentId) -> CertificateFacts:
    """Propose the student of a completed enrollment as a teacher of the course.

    Raises `EnrollmentNotFound`, `MayNotRecommend`, `UserNotFound` for a student who has left, `CourseNotCompleted`,
    `AlreadyRecommended`, `AlreadyCertified`.
    """
    caller = users.as_of_now(session, caller)
    place = enrollments.get_enrollment(session, enrollment_id)
    course = courses.get_course(session, place.course_id)
    _demand(policies.to_recommend(caller, place, course), else_missing=EnrollmentNotFound, else_refused=MayNotRecommend)
    users.hold_people(session, {place.student_id})
    if place.status is not EnrollmentStatus.COMPLETED:
        raise CourseNotCompleted
    certificate_id = _insert(session, place, recommended_by=UserId(caller.user_id))
    session.publish(CertificateRecommended(certificate_id, place.student_id, course.id, course.creator_id))
    return get_certificate(session, certificate_id)


def _demand(access: Access, *, else_missing: type[NotFound], else_refused: type[Forbidden]) -> None:
    match access:
        case Access.ALLOWED:
            return
        case Access.PARTICIPANT:
            raise else_refused
        case Access.STRANGER:
            raise else_missing


def _insert(session: WriteSession, place: EnrollmentFacts, *, recommended_by: UserId) -> CertificateId:
    certificate_id = CertificateId(new_id("crt"))
    values = {
        "id": certificate_id,
        "user_id": place.student_id,
        "course_id": place.course_id,
        "enrollment_id": place.id,
        "status": CertificateStatus.PENDING,
        "verify_code": _new_code(),
        "recommended_by_user_id": recommended_by,
        "created_at": session.now,
    }
    if repository.insert(session, values):
        return certificate_id
    standing = repository.standing(session, place.student_id, place.course_id)
    raise AlreadyCertified if standing and standing.status == CertificateStatus.ISSUED else AlreadyRecommended


def _new_code() -> str:
    """100 random bits in groups that can be read aloud."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_CODE_GROUP_LENGTH)) for _ in range(_CODE_GROUPS))
    return "-".join(groups)


def issue(session: WriteSession, caller: Principal, certificate_id: CertificateId) -> CertificateFacts:
    """Approve: the certificate and the permission to teach come in one transaction.

    Raises `CertificateNotFound`, `MayNotDecide`, `CertificateNotPending`, `WithdrawnByAdmin`.
    """
    certificate = _decide(session, caller, certificate_id, CertificateStatus.ISSUED)
    certify(session, caller, certificate.user_id, certificate.course_id)
    session.publish(CertificateIssued(certificate.id, certificate.user_id, certificate.course_id))
    return certificate


def issue_directly(session: WriteSession, caller: Principal, place: EnrollmentFacts) -> None:
    """What `recommend` and `issue` do, in one step; a recommendation that awaits its decision is issued.

    Raises `AlreadyCertified`, `WithdrawnByAdmin`.
    """
    actor_id = UserId(caller.user_id)
    standing = repository.standing(session, place.student_id, place.course_id)
    certificate_id = standing.id if standing else _insert(session, place, recommended_by=actor_id)
    if not repository.decide(session, certificate_id, status=CertificateStatus.ISSUED, decided_by=actor_id):
        raise AlreadyCertified
    certify(session, caller, place.student_id, place.course_id)
    session.publish(CertificateIssued(certificate_id, place.student_id, place.course_id))


def reject(session: WriteSession, caller: Principal, certificate_id: CertificateId) -> CertificateFacts:
    """Turn a recommendation down; another one may follow. Raises as `issue` does."""
    certificate = _decide(session, caller, certificate_id, CertificateStatus.REJECTED)
    record(session, UserId(caller.user_id), "teacher.rejected", certificate.user_id, certificate.course_id)
    return certificate


def _decide(
    session: WriteSession, caller: Principal, certificate_id: CertificateId, status: CertificateStatus
) -> CertificateFacts:
    caller = users.as_of_now(session, caller)
    certificate = _find(session, certificate_id)
    place = enrollments.get_enrollment(session, certificate.enrollment_id)
    course = courses.get_course(session, certificate.course_id)
    _demand(policies.to_decide(caller, place, course), else_missing=CertificateNotFound, else_refused=MayNotDecide)
    if not repository.decide(session, certificate_id, status=status, decided_by=UserId(caller.user_id)):
        raise CertificateNotPending
    return get_certificate(session, certificate_id)


def get_certificate(session: ReadSession, certificate_id: CertificateId) -> CertificateFacts:
    """Raises `CertificateNotFound`."""
    return _facts(session, [_find(session, certificate_id)])[0]


def _find(session: ReadSession, certificate_id: CertificateId) -> Certificate:
    certificate = repository.by_id(session, certificate_id)
    if certificate is None:
        raise CertificateNotFound
    return certificate


def list_held(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[CertificateFacts]:
    """What somebody was recommended for, whatever became of it, newest first."""
    return _facts(session, repository.of_holder(session, user_id, before=before, limit=limit))


def list_to_review(
    session: ReadSession, caller: Principal, *, before: Moment | None, limit: int
) -> list[CertificateFacts]:
    """What awaits the caller's decision: those of the courses they created, or all for an admin. Newest first."""
    course_ids = None if caller.is_admin else _own_pending_courses(session, caller.user_id)
    return _facts(session, repository.pending(session, course_ids=course_ids, before=before, limit=limit))


def _own_pending_courses(session: ReadSession, creator_id: str) -> list[CourseId]:
    waiting = courses.get_courses(session, repository.pending_course_ids(session))
    return [course.id for course in waiting.values() if course.creator_id == creator_id]


def verify(session: ReadSession, code: str) -> Proof:
    """What a code proves. Raises `CertificateNotFound` when it belongs to no certificate that was issued."""
    certificate = repository.by_code(session, code)
    if certificate is None or certificate.decided_at is None:
        raise CertificateNotFound
    return Proof(
        holder_id=certificate.user_id,
        holder_name=users.get_person(session, certificate.user_id).name,
        course_id=certificate.course_id,
        course_title=courses.get_course(session, certificate.course_id).title,
        status=CertificateStatus(certificate.status),
        issued_at=certificate.decided_at,
    )


def _facts(session: ReadSession, rows: Sequence[Certificate]) -> list[CertificateFacts]:
    people = users.get_people(session, {row.user_id for row in rows})
    taught = courses.get_courses(session, {row.course_id for row in rows})
    return [
        CertificateFacts(
            id=row.id,
            user_id=row.user_id,
            holder_name=people[row.user_id].name,
            course_id=row.course_id,
            course_title=taught[row.course_id].title,
            enrollment_id=row.enrollment_id,
            status=CertificateStatus(row.status),
            verify_code=row.verify_code if row.status == CertificateStatus.ISSUED else None,
            recommended_by_user_id=row.recommended_by_user_id,
            recommended_at=row.created_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def get_diploma(session: ReadSession, caller: Principal, enrollment_id: EnrollmentId) -> Diploma:
    """For the people of the enrollment and admins. Raises `EnrollmentNotFound`, `DiplomaNotFound`."""
    place = enrollments.get_visible(session, enrollment_id, UserId(caller.user_id), is_admin=caller.is_admin)
    if place.status is not EnrollmentStatus.COMPLETED or place.completed_at is None:
        raise DiplomaNotFound
    return Diploma(
        enrollment_id=place.id,
        holder_name=users.get_person(session, place.student_id).name,
        course_id=place.course_id,
        course_title=courses.get_course(session, place.course_id).title,
        session_count=place.sessions_completed,
        completed_at=place.completed_at,
    )
