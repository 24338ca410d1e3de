"""SQL of invites."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, case, func, or_, select, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.arrangements.models import SessionInvite
from app.domains.arrangements.types import InviteFacts, InviteId, InviteStatus
from app.domains.enrollments.policies import is_one_of_two
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_FACTS = (
    SessionInvite.id,
    SessionInvite.enrollment_id,
    SessionInvite.course_id,
    SessionInvite.teacher_id,
    SessionInvite.student_id,
    SessionInvite.moved_session_id,
    SessionInvite.hold_id,
    SessionInvite.status,
    SessionInvite.starts_at,
    SessionInvite.expires_at,
    SessionInvite.session_id,
    SessionInvite.answered_at,
    SessionInvite.created_at,
)


def _facts(row: RowMapping) -> InviteFacts:
    return InviteFacts(**{**row, "status": InviteStatus(row["status"])})


def by_id(session: ReadSession, invite_id: InviteId) -> InviteFacts | None:
    row = session.execute(select(*_FACTS).where(SessionInvite.id == invite_id)).mappings().one_or_none()
    return _facts(row) if row else None


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when one is open between the two."""
    return insert_or_skip(session, SessionInvite, values) == 1


def open_between(session: ReadSession, teacher_id: UserId, student_id: UserId) -> InviteId | None:
    return session.scalar(
        select(SessionInvite.id).where(
            SessionInvite.teacher_id == teacher_id,
            SessionInvite.student_id == student_id,
            SessionInvite.status == InviteStatus.PENDING,
        )
    )


def pending_of(session: ReadSession, people: Collection[UserId]) -> list[InviteId]:
    """All that are open, of whichever side."""
    is_of = or_(SessionInvite.teacher_id.in_(people), SessionInvite.student_id.in_(people))
    statement = select(SessionInvite.id).where(is_of, SessionInvite.status == InviteStatus.PENDING)
    return list(session.scalars(statement.order_by(SessionInvite.id)))


def pending_in(session: ReadSession, enrollment_id: EnrollmentId) -> list[InviteFacts]:
    statement = select(*_FACTS).where(
        SessionInvite.enrollment_id == enrollment_id, SessionInvite.status == InviteStatus.PENDING
    )
    return [_facts(row) for row in session.execute(statement.order_by(SessionInvite.id)).mappings()]


def count_between(session: ReadSession, teacher_id: UserId, student_id: UserId, *, since: datetime) -> int:
    statement = select(func.count()).where(
        SessionInvite.teacher_id == teacher_id,
        SessionInvite.student_id == student_id,
        SessionInvite.created_at > since,
    )
    return session.execute(statement).scalar_one()


def answer(
    session: WriteSession, invite_id: InviteId, status: InviteStatus, *, session_id: SessionId | None = None
) -> bool:
    """False when it is answered, or has expired by now."""
    statement = update(SessionInvite).where(
        SessionInvite.id == invite_id,
        SessionInvite.status == InviteStatus.PENDING,
        SessionInvite.expires_at > session.now,
    )
    values = {"status": status, "session_id": session_id, "answered_at": session.now}
    return session.change(statement.values(values)) == 1


def expire(session: WriteSession, *conditions: ColumnElement[bool]) -> None:
    """Write down what is so already."""
    statement = update(SessionInvite).where(
        SessionInvite.status == InviteStatus.PENDING, SessionInvite.expires_at <= session.now, *conditions
    )
    session.change(statement.values(status=InviteStatus.EXPIRED, answered_at=session.now))


def expire_between(session: WriteSession, teacher_id: UserId, student_id: UserId) -> None:
    expire(session, SessionInvite.teacher_id == teacher_id, SessionInvite.student_id == student_id)


def withdraw_of(session: WriteSession, user_id: UserId) -> None:
    """All that are open, of whichever side."""
    statement = update(SessionInvite).where(_is_of(user_id, None), SessionInvite.status == InviteStatus.PENDING)
    session.change(statement.values(status=InviteStatus.WITHDRAWN, answered_at=session.now))


def _is_of(user_id: UserId, role: Literal["student", "teacher"] | None) -> ColumnElement[bool]:
    return is_one_of_two(user_id, role, student=SessionInvite.student_id, teacher=SessionInvite.teacher_id)


def page_of(
    session: ReadSession,
    user_id: UserId,
    role: Literal["student", "teacher"] | None,
    *,
    before: Moment | None,
    limit: int,
) -> list[InviteFacts]:
    """Sent or received, the latest first."""
    statement = select(*_FACTS).where(_is_of(user_id, role))
    found = page_after(statement, SessionInvite.created_at, SessionInvite.id, place=before, limit=limit)
    return [_facts(row) for row in session.execute(found).mappings()]


def export_rows(session: ReadSession, user_id: UserId) -> list[Plain]:
    role = case((SessionInvite.student_id == user_id, "student"), else_="teacher").label("role")
    statement = select(
        SessionInvite.id,
        role,
        SessionInvite.enrollment_id,
        SessionInvite.status,
        SessionInvite.starts_at,
        SessionInvite.expires_at,
        SessionInvite.session_id,
        SessionInvite.answered_at,
        SessionInvite.created_at,
    ).where(_is_of(user_id, None))
    return plain_rows(session, statement.order_by(SessionInvite.created_at.desc(), SessionInvite.id))
