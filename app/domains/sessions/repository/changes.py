"""SQL of what happens to a booked session: it is called off, moved, contested, made up for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from app.core.ids import new_id
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.models import SessionContest, SessionCredit, SessionMove, TeachingSession
from app.domains.sessions.repository.sessions import FACTS, LIVE, as_facts, takes_part
from app.domains.sessions.types import (
    Contest,
    ContestOutcome,
    ManagedFilter,
    Move,
    MoveId,
    SessionFacts,
    SessionId,
    SessionStatus,
)
from app.domains.users.types import UserId


def cancel(
    session: WriteSession, session_id: SessionId, *, by: UserId | None, reason: str | None, is_late: bool
) -> bool:
    """False when it is not live any more. Nobody has cancelled what the service itself called off."""
    statement = update(TeachingSession).where(TeachingSession.id == session_id, TeachingSession.status.in_(LIVE))
    values = {
        "status": SessionStatus.CANCELLED,
        "cancelled_by_user_id": by,
        "cancel_reason": reason,
        "is_late_cancel": is_late,
        "settled_at": session.now,
    }
    return session.change(statement.values(values | _visibly(session))) == 1


def move(session: WriteSession, facts: SessionFacts, times: dict[str, datetime], *, is_counted: bool) -> bool:
    """Give a live session other times; false when it is not what `facts` say any more."""
    statement = update(TeachingSession).where(
        TeachingSession.id == facts.id,
        TeachingSession.status.in_(LIVE),
        TeachingSession.revision == facts.revision,
    )
    count = TeachingSession.reschedule_count + (1 if is_counted else 0)
    return session.change(statement.values(times | {"reschedule_count": count} | _visibly(session))) == 1


def _visibly(session: WriteSession) -> dict[str, Any]:
    """What calendars are told changes with it."""
    return {"revision": TeachingSession.revision + 1, "changed_at": session.now}


def insert_move(session: WriteSession, values: dict[str, Any]) -> MoveId:
    move_id = MoveId(new_id("mov"))
    session.change(insert(SessionMove).values(values | {"id": move_id, "created_at": session.now}))
    return move_id


_MOVE = (
    SessionMove.id,
    SessionMove.session_id,
    SessionMove.moved_by_user_id,
    SessionMove.from_starts_at,
    SessionMove.to_starts_at,
    SessionMove.reason,
    SessionMove.created_at,
)


def moves_of(session: ReadSession, session_id: SessionId) -> list[Move]:
    """The first one first."""
    statement = select(*_MOVE).where(SessionMove.session_id == session_id)
    ordered = statement.order_by(SessionMove.created_at, SessionMove.id)
    return [Move(**row) for row in session.execute(ordered).mappings()]


def move_by_id(session: ReadSession, move_id: MoveId) -> Move | None:
    row = session.execute(select(*_MOVE).where(SessionMove.id == move_id)).mappings().one_or_none()
    return Move(**row) if row else None


def unreplaced(session: ReadSession, enrollment_id: EnrollmentId) -> tuple[SessionId, int] | None:
    """The first session that its student cancelled and has not booked anew, and how often it was moved."""
    statement = select(TeachingSession.id, TeachingSession.reschedule_count).where(
        TeachingSession.enrollment_id == enrollment_id,
        TeachingSession.status == SessionStatus.CANCELLED,
        TeachingSession.cancelled_by_user_id == TeachingSession.student_id,
        TeachingSession.rebooked_as_session_id.is_(None),
    )
    row = session.execute(statement.order_by(TeachingSession.settled_at, TeachingSession.id).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def note_rebooked(session: WriteSession, session_id: SessionId, new_id: SessionId) -> None:
    statement = update(TeachingSession).where(TeachingSession.id == session_id)
    session.change(statement.values(rebooked_as_session_id=new_id))


def complete_by_hand(session: WriteSession, facts: SessionFacts, by: UserId) -> bool:
    """Completed because somebody says so; false when it is not what `facts` say any more."""
    return set_outcome(
        session,
        facts,
        {
            "status": SessionStatus.COMPLETED,
            "no_show_user_id": None,
            "completed_by_user_id": by,
            "ended_at": facts.ended_at or facts.ends_at,
        },
    )


def set_outcome(session: WriteSession, facts: SessionFacts, values: dict[str, Any]) -> bool:
    """Settle a session otherwise; false when its status is not what `facts` say any more."""
    statement = update(TeachingSession).where(TeachingSession.id == facts.id, TeachingSession.status == facts.status)
    return session.change(statement.values(values | {"settled_at": session.now} | _visibly(session))) == 1


def insert_contest(session: WriteSession, session_id: SessionId, by: UserId, statement: str) -> bool:
    """False when somebody has contested it already."""
    row = {"session_id": session_id, "opened_by_user_id": by, "statement": statement, "created_at": session.now}
    return insert_or_skip(session, SessionContest, row) == 1


def contest_of(session: ReadSession, session_id: SessionId) -> Contest | None:
    statement = select(
        SessionContest.opened_by_user_id,
        SessionContest.statement,
        SessionContest.outcome,
        SessionContest.note,
        SessionContest.resolved_at,
        SessionContest.created_at,
    ).where(SessionContest.session_id == session_id)
    row = session.execute(statement).one_or_none()
    return Contest(*row) if row else None


def close_contest(session: WriteSession, session_id: SessionId, by: UserId, outcome: ContestOutcome, note: str) -> bool:
    """False when there is none that is open."""
    statement = update(SessionContest).where(
        SessionContest.session_id == session_id, SessionContest.resolved_at.is_(None)
    )
    values = {"outcome": outcome, "note": note, "resolved_by_user_id": by, "resolved_at": session.now}
    return session.change(statement.values(values)) == 1


def insert_credit(session: WriteSession, facts: SessionFacts, by: UserId, reason: str) -> bool:
    """False when the session was made up for already."""
    row = {
        "session_id": facts.id,
        "enrollment_id": facts.enrollment_id,
        "granted_by_user_id": by,
        "reason": reason,
        "created_at": session.now,
    }
    return insert_or_skip(session, SessionCredit, row) == 1


def has_credit(session: ReadSession, session_id: SessionId) -> bool:
    statement = select(SessionCredit.session_id).where(SessionCredit.session_id == session_id)
    return session.scalar(statement) is not None


def planned_of(
    session: ReadSession, user_id: UserId, course_id: CourseId | None, *, as_teacher: bool = False
) -> list[SessionId]:
    """The person's sessions that have not begun, of one course or of all."""
    role: ColumnElement[bool] = takes_part(user_id, "teacher" if as_teacher else None)
    statement = select(TeachingSession.id).where(
        role, TeachingSession.status.in_(LIVE), TeachingSession.starts_at > session.now
    )
    if course_id is not None:
        statement = statement.where(TeachingSession.course_id == course_id)
    return list(session.scalars(statement.order_by(TeachingSession.id)))


def managed_page(
    session: ReadSession, wanted: ManagedFilter, *, before: Moment | None, limit: int
) -> list[SessionFacts]:
    """Everybody's sessions, the latest start first."""
    statement = select(*FACTS)
    if wanted.status is not None:
        statement = statement.where(TeachingSession.status == wanted.status)
    if wanted.user_id is not None:
        statement = statement.where(takes_part(wanted.user_id, None))
    if wanted.is_contested:
        is_open = select(SessionContest.session_id).where(SessionContest.resolved_at.is_(None))
        statement = statement.where(TeachingSession.id.in_(is_open))
    keys = (TeachingSession.starts_at, TeachingSession.id)
    found = page_after(statement, *keys, place=before, limit=limit)
    return [as_facts(row) for row in session.execute(found).mappings()]
