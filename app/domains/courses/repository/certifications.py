"""SQL of the permissions to teach."""

from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, and_, bindparam, exists, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.domains.courses.models import Certification, Course
from app.domains.courses.types import CertificationFacts, CourseId
from app.domains.users import service as users
from app.domains.users.types import UserId

_CERTIFICATION = (
    Certification.user_id,
    Certification.course_id,
    Certification.certified_at,
    Certification.is_active,
    Certification.is_teaching,
    Certification.withdrawn_reason,
    Certification.withdrawn_by_admin,
)
_OFFERED = and_(  # who can be booked for the course: is certified, has not paused, and is neither suspended nor gone
    Certification.course_id == bindparam("course_id"),
    Certification.is_active,
    Certification.is_teaching,
    users.is_present(Certification.user_id),
)
_TEACHERS = select(Certification.user_id).where(_OFFERED).order_by(Certification.certified_at, Certification.user_id)
_LESSON = (
    select(Course.session_duration_minutes)
    .join(Certification, Certification.course_id == Course.id)
    .where(_OFFERED, Certification.user_id == bindparam("user_id"))
)


def change_certification(
    session: WriteSession,
    user_id: UserId,
    course_id: CourseId,
    values: dict[str, Any],
    *conditions: SQLColumnExpression[bool],
) -> bool:
    """False when there is none, or none that meets the conditions."""
    statement = update(Certification).where(Certification.user_id == user_id, Certification.course_id == course_id)
    return session.change(statement.where(*conditions).values(values)) == 1


def restore_certification(
    session: WriteSession, user_id: UserId, course_id: CourseId, values: dict[str, Any], *, may_overrule: bool
) -> bool:
    """Let it stand again. False when an administrator withdrew it, whom only another may overrule."""
    whole = values | {"is_active": True, "withdrawn_reason": None, "withdrawn_by_admin": False}
    conditions = () if may_overrule else (Certification.withdrawn_by_admin.is_(False),)
    return change_certification(session, user_id, course_id, whole, *conditions)


def withdraw_certification(
    session: WriteSession, user_id: UserId, course_id: CourseId, *, reason: str, by_admin: bool
) -> bool:
    """False unless it stood."""
    values = {"is_active": False, "withdrawn_reason": reason, "withdrawn_by_admin": by_admin}
    return change_certification(session, user_id, course_id, values, Certification.is_active)


def seal_withdrawal(session: WriteSession, user_id: UserId, course_id: CourseId, *, reason: str) -> bool:
    """From now on an administrator withdrew it. False unless somebody else had."""
    values = {"withdrawn_reason": reason, "withdrawn_by_admin": True}
    is_other = Certification.is_active.is_(False), Certification.withdrawn_by_admin.is_(False)
    return change_certification(session, user_id, course_id, values, *is_other)


def certification(session: ReadSession, user_id: UserId, course_id: CourseId) -> CertificationFacts | None:
    of_person = Certification.user_id == user_id, Certification.course_id == course_id
    row = session.execute(select(*_CERTIFICATION).where(*of_person)).one_or_none()
    return CertificationFacts(*row) if row else None


def certifications_of_course(
    session: ReadSession, course_id: CourseId, *, after: Moment | None, limit: int
) -> list[CertificationFacts]:
    """In every state, longest certified first."""
    statement = select(*_CERTIFICATION).where(Certification.course_id == course_id)
    keys = (Certification.certified_at, Certification.user_id)
    found = page_after(statement, *keys, place=after, limit=limit, is_descending=False)
    return [CertificationFacts(*row) for row in session.execute(found)]


def certifications_of_person(
    session: ReadSession, user_id: UserId, *, before: Moment | None = None, limit: int | None = None
) -> list[CertificationFacts]:
    """In every state, latest first."""
    statement = select(*_CERTIFICATION).where(Certification.user_id == user_id)
    found = page_after(statement, Certification.certified_at, Certification.course_id, place=before, limit=limit)
    return [CertificationFacts(*row) for row in session.execute(found)]


def is_certified(session: ReadSession, course_id: CourseId, user_id: UserId) -> bool:
    """Whether the certification stands; the teacher may have paused."""
    of_person = Certification.course_id == course_id, Certification.user_id == user_id
    return bool(session.rows(select(Certification.user_id).where(*of_person, Certification.is_active)))


def offered_lesson(session: ReadSession, course_id: CourseId, user_id: UserId) -> int | None:
    """The minutes of a lesson of the course, if the person can be booked for it."""
    found = session.rows(_LESSON, course_id=course_id, user_id=user_id)
    return found[0].session_duration_minutes if found else None


def offering_teachers(session: ReadSession, course_id: CourseId) -> list[UserId]:
    """Who can be booked, longest certified first."""
    return [user_id for (user_id,) in session.rows(_TEACHERS, course_id=course_id)]


def page_of_offering(
    session: ReadSession, course_id: CourseId, *, after: Moment | None, limit: int
) -> list[tuple[UserId, datetime]]:
    """The same, and since when."""
    keys = (Certification.certified_at, Certification.user_id)
    statement = select(Certification.user_id, Certification.certified_at).where(_OFFERED)
    found = page_after(statement, *keys, place=after, limit=limit, is_descending=False)
    return [(user_id, certified_at) for user_id, certified_at in session.rows(found, course_id=course_id)]


def teaches(session: ReadSession, user_id: UserId) -> bool:
    """Whether any certification of the person stands; the teacher may have paused."""
    of_person = exists().where(Certification.user_id == user_id, Certification.is_active)
    return bool(session.scalar(select(of_person)))


def ids_of_teacher(session: ReadSession, user_id: UserId) -> list[CourseId]:
    return list(session.scalars(select(Certification.course_id).where(Certification.user_id == user_id)))


def end_certifications(session: WriteSession, user_id: UserId) -> None:
    statement = update(Certification).where(Certification.user_id == user_id)
    session.change(statement.values(is_active=False, is_teaching=False))


def export_certifications(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(
        Certification.course_id,
        Certification.certified_at,
        Certification.is_active,
        Certification.is_teaching,
        Certification.withdrawn_reason,
    ).where(Certification.user_id == user_id)
    return plain_rows(session, statement.order_by(Certification.certified_at.desc(), Certification.course_id))


def export_approvals(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Certification.course_id, Certification.certified_at).where(
        Certification.approved_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(Certification.certified_at.desc(), Certification.course_id))
