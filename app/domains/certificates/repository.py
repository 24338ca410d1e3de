"""SQL of certificates."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, case, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.certificates.models import Certificate
from app.domains.certificates.types import CertificateId, CertificateStatus
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId

_STANDS = (CertificateStatus.PENDING, CertificateStatus.ISSUED)
_PROVES = (CertificateStatus.ISSUED, CertificateStatus.REVOKED)


def by_id(session: ReadSession, certificate_id: CertificateId) -> Certificate | None:
    return session.scalar(
        select(Certificate).where(Certificate.id == certificate_id).execution_options(populate_existing=True)
    )


def by_code(session: ReadSession, code: str) -> Certificate | None:
    """One that was issued, also when it was revoked later."""
    return session.scalar(select(Certificate).where(Certificate.verify_code == code, Certificate.status.in_(_PROVES)))


def standing_status(session: ReadSession, user_id: UserId, course_id: CourseId) -> str | None:
    return session.scalar(
        select(Certificate.status).where(
            Certificate.user_id == user_id, Certificate.course_id == course_id, Certificate.status.in_(_STANDS)
        )
    )


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
