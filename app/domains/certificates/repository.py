"""SQL of certificates and of wishes to teach."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, delete, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.certificates.models import Certificate, TeachingRequest
from app.domains.certificates.types import CertificateId, CertificateStatus, RequestStatus, TeachingRequestId
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId

_STANDS = (CertificateStatus.PENDING, CertificateStatus.ISSUED)
_REQUEST_PENDING = TeachingRequest.status == RequestStatus.PENDING
_PROVES = (CertificateStatus.ISSUED, CertificateStatus.REVOKED)


def by_id(session: ReadSession, certificate_id: CertificateId) -> Certificate | None:
    return session.scalar(
        select(Certificate).where(Certificate.id == certificate_id).execution_options(populate_existing=True)
    )


def by_code(session: ReadSession, code: str) -> Certificate | None:
    """One that was issued, also when it was revoked later."""
    return session.scalar(select(Certificate).where(Certificate.verify_code == code, Certificate.status.in_(_PROVES)))


def standing(session: ReadSession, user_id: UserId, course_id: CourseId) -> Certificate | None:
    """The one that is pending or issued; there is one at most."""
    of_person = Certificate.user_id == user_id, Certificate.course_id == course_id
    statement = select(Certificate).where(*of_person, Certificate.status.in_(_STANDS))
    return session.scalar(statement.execution_options(populate_existing=True))


def newest_revoked(session: ReadSession, user_id: UserId, course_id: CourseId) -> Certificate | None:
    of_person = Certificate.user_id == user_id, Certificate.course_id == course_id
    revoked = select(Certificate).where(*of_person, Certificate.status == CertificateStatus.REVOKED)
    return session.scalar(revoked.order_by(Certificate.decided_at.desc(), Certificate.id.desc()).limit(1))


def move(
    session: WriteSession, certificate_id: CertificateId, *, old: CertificateStatus, new: CertificateStatus
) -> bool:
    """Revoke or reinstate; when and by whom it was issued stays."""
    of_status = Certificate.id == certificate_id, Certificate.status == old
    return session.change(update(Certificate).where(*of_status).values(status=new)) == 1


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the person already has a standing certificate for the course."""
    return insert_or_skip(session, Certificate, values) == 1


def decide(
    session: WriteSession, certificate_id: CertificateId, *, status: CertificateStatus, decided_by: UserId
) -> bool:
    """Move a pending certificate; exactly one caller gets True."""
    statement = (
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.status == CertificateStatus.PENDING)
        .values(status=status, decided_by_user_id=decided_by, decided_at=session.now)
    )
    return session.change(statement) == 1


def of_holder(session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int) -> list[Certificate]:
    """Newest first."""
    return _page(session, select(Certificate).where(Certificate.user_id == user_id), before, limit)


def pending(
    session: ReadSession,
    *,
    course_ids: Collection[CourseId] | None,
    before: Moment | None,
    limit: int,
) -> list[Certificate]:
    """Undecided ones of these courses, or of all, newest first."""
    statement = select(Certificate).where(Certificate.status == CertificateStatus.PENDING)
    if course_ids is not None:
        statement = statement.where(Certificate.course_id.in_(course_ids))
    return _page(session, statement, before, limit)


def _page(session: ReadSession, statement: Select[Certificate], before: Moment | None, limit: int) -> list[Certificate]:
    keys = (Certificate.created_at, Certificate.id)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def pending_course_ids(session: ReadSession) -> list[CourseId]:
    """The courses that have undecided certificates."""
    pending_only = Certificate.status == CertificateStatus.PENDING
    return list(session.scalars(select(Certificate.course_id).where(pending_only).distinct()))


def reject_pending(session: WriteSession, user_id: UserId) -> None:
    statement = update(Certificate).where(
        Certificate.user_id == user_id, Certificate.status == CertificateStatus.PENDING
    )
    session.change(statement.values(status=CertificateStatus.REJECTED, decided_at=session.now))


def export_held(session: ReadSession, user_id: UserId) -> list[Plain]:
    code = case((Certificate.status.in_(_PROVES), Certificate.verify_code)).label("verify_code")
    statement = select(
        Certificate.id, Certificate.course_id, Certificate.status, code, Certificate.created_at, Certificate.decided_at
    ).where(Certificate.user_id == user_id)
    return plain_rows(session, statement.order_by(Certificate.created_at.desc(), Certificate.id))


def export_recommended(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Certificate.id, Certificate.course_id, Certificate.created_at).where(
        Certificate.recommended_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(Certificate.created_at.desc(), Certificate.id))


def export_decided(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Certificate.id, Certificate.course_id, Certificate.status, Certificate.decided_at).where(
        Certificate.decided_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(Certificate.decided_at.desc(), Certificate.id))


def request_by_id(session: ReadSession, request_id: TeachingRequestId) -> TeachingRequest | None:
    statement = select(TeachingRequest).where(TeachingRequest.id == request_id)
    return session.scalar(statement.execution_options(populate_existing=True))


def pending_request(session: ReadSession, user_id: UserId, course_id: CourseId) -> TeachingRequest | None:
    of_person = TeachingRequest.user_id == user_id, TeachingRequest.course_id == course_id
    return session.scalar(select(TeachingRequest).where(*of_person, _REQUEST_PENDING))


def insert_request(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the person has a pending one for the course."""
    return insert_or_skip(session, TeachingRequest, values) == 1


def decide_request(
    session: WriteSession,
    request_id: TeachingRequestId,
    *,
    status: RequestStatus,
    decided_by: UserId,
    decline_reason: str | None = None,
) -> bool:
    """Move a pending request; exactly one caller gets True."""
    values = {"status": status, "decided_by_user_id": decided_by, "decline_reason": decline_reason}
    statement = update(TeachingRequest).where(TeachingRequest.id == request_id, _REQUEST_PENDING)
    return session.change(statement.values(values | {"decided_at": session.now})) == 1


def requests(
    session: ReadSession, *conditions: SQLColumnExpression[bool], before: Moment | None, limit: int
) -> list[TeachingRequest]:
    """Newest first."""
    keys = (TeachingRequest.created_at, TeachingRequest.id)
    statement = select(TeachingRequest).where(*conditions)
    return list(session.scalars(page_after(statement, *keys, place=before, limit=limit)))


def requests_of_person(
    session: ReadSession, user_id: UserId, *, before: Moment | None, limit: int
) -> list[TeachingRequest]:
    return requests(session, TeachingRequest.user_id == user_id, before=before, limit=limit)


def requests_for_course(
    session: ReadSession, course_id: CourseId, *, status: RequestStatus | None, before: Moment | None, limit: int
) -> list[TeachingRequest]:
    of_status = (TeachingRequest.status == status,) if status else ()
    return requests(session, TeachingRequest.course_id == course_id, *of_status, before=before, limit=limit)


def export_requested(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        TeachingRequest.id,
        TeachingRequest.course_id,
        TeachingRequest.status,
        TeachingRequest.decline_reason,
        TeachingRequest.created_at,
        TeachingRequest.decided_at,
    ).where(TeachingRequest.user_id == user_id)
    return plain_rows(session, statement.order_by(TeachingRequest.created_at.desc(), TeachingRequest.id))


def export_requests_decided(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        TeachingRequest.id, TeachingRequest.course_id, TeachingRequest.status, TeachingRequest.decided_at
    ).where(TeachingRequest.decided_by_user_id == user_id)
    return plain_rows(session, statement.order_by(TeachingRequest.decided_at.desc(), TeachingRequest.id))


def delete_requests(session: WriteSession, user_id: UserId) -> None:
    session.change(delete(TeachingRequest).where(TeachingRequest.user_id == user_id))
