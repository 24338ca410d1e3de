"""SQL of sessions and attendance. Rows leave as facts: every change is an UPDATE that loaded objects do not see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from app.core.ids import new_id
from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.models import Attendance, TeachingSession
from app.domains.sessions.types import (
    RELEASE_AFTER_CONTEST,
    SETTLE_ONE,
    Presence,
    SessionFacts,
    SessionId,
    SessionStatus,
)
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState

_LIVE = (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)
_TAKES_TIME = (*_LIVE, SessionStatus.COMPLETED)
_FACTS = (
    TeachingSession.id,
    TeachingSession.enrollment_id,
    TeachingSession.course_id,
    TeachingSession.teacher_id,
    TeachingSession.student_id,
    TeachingSession.starts_at,
    TeachingSession.ends_at,
    TeachingSession.status,
    TeachingSession.no_show_user_id,
    TeachingSession.started_at,
    TeachingSession.ended_at,
    TeachingSession.revision,
    TeachingSession.created_at,
)

TakenRow = Row[SessionId, UserId, UserId, datetime, datetime, datetime, datetime]


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which of a person's sessions to list."""

    role: Literal["student", "teacher"] | None = None
    status: SessionStatus | None = None
    is_upcoming: bool = False


def by_id(session: ReadSession, session_id: SessionId) -> SessionFacts | None:
    return _one(session, select(*_FACTS).where(TeachingSession.id == session_id))


def lock(session: WriteSession, session_id: SessionId) -> SessionFacts | None:
    """The session, kept from everybody else who locks it until this transaction ends."""
    return _one(session, select(*_FACTS).where(TeachingSession.id == session_id).with_for_update())


def _one(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> SessionFacts | None:
    row = session.execute(statement).mappings().one_or_none()
    return _facts(row) if row else None


def _facts(row: RowMapping) -> SessionFacts:
    values = dict(row) | {"status": SessionStatus(row["status"])}
    return SessionFacts(**values)


def taking_time_of(session: ReadSession, people: Collection[UserId], *, after: datetime) -> Sequence[TakenRow]:
    """The sessions that take time of any of these people after the instant."""
    statement = select(
        TeachingSession.id,
        TeachingSession.teacher_id,
        TeachingSession.student_id,
        TeachingSession.starts_at,
        TeachingSession.ends_at,
        TeachingSession.occupied_from,
        TeachingSession.occupied_until,
    ).where(
        or_(TeachingSession.teacher_id.in_(people), TeachingSession.student_id.in_(people)),
        TeachingSession.status.in_(_TAKES_TIME),
        TeachingSession.occupied_until > after,
    )
    return session.execute(statement).all()


def count_used(session: ReadSession, enrollment_id: EnrollmentId) -> int:
    """How many of the bought sessions are booked, held, or missed by the student."""
    missed_by_student = and_(
        TeachingSession.status == SessionStatus.NO_SHOW, TeachingSession.no_show_user_id == TeachingSession.student_id
    )
    statement = select(func.count()).where(
        TeachingSession.enrollment_id == enrollment_id,
        or_(TeachingSession.status.in_(_TAKES_TIME), missed_by_student),
    )
    return session.execute(statement).scalar_one()


def of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[SessionFacts]:
    """All sessions of a place, by their start."""
    statement = select(*_FACTS).where(TeachingSession.enrollment_id == enrollment_id)
    rows = session.execute(statement.order_by(TeachingSession.starts_at, TeachingSession.id))
    return [_facts(row) for row in rows.mappings()]


def has_open_outcome(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    """Whether a session has begun and is not settled, or was missed by the student and may still be contested."""
    awaits_release = exists().where(
        Job.dedupe_key == literal(f"{RELEASE_AFTER_CONTEST.name}:") + TeachingSession.id, Job.state != JobState.DONE
    )
    has_begun = and_(TeachingSession.status.in_(_LIVE), TeachingSession.starts_at <= session.now)
    statement = exists().where(
        TeachingSession.enrollment_id == enrollment_id,
        or_(has_begun, and_(TeachingSession.status == SessionStatus.NO_SHOW, awaits_release)),
    )
    return bool(session.scalar(select(statement)))


def insert_session(session: WriteSession, values: dict[str, Any]) -> None:
    session.change(insert(TeachingSession).values(values))


def of_person(
    session: ReadSession,
    user_id: UserId,
    wanted: SessionFilter,
    *,
    position: Moment | None,
    limit: int,
) -> list[SessionFacts]:
    """The person's sessions: upcoming ones by start, otherwise the latest start first."""
    statement = select(*_FACTS).where(_takes_part(user_id, wanted.role))
    if wanted.status is not None:
        statement = statement.where(TeachingSession.status == wanted.status)
    if wanted.is_upcoming:
        statement = statement.where(TeachingSession.status.in_(_LIVE), TeachingSession.ends_at > session.now)
    keys = (TeachingSession.starts_at, TeachingSession.id)
    found = page_after(statement, *keys, place=position, limit=limit, is_descending=not wanted.is_upcoming)
    return [_facts(row) for row in session.execute(found).mappings()]


def _takes_part(user_id: UserId, role: Literal["student", "teacher"] | None) -> ColumnElement[bool]:
    as_student, as_teacher = TeachingSession.student_id == user_id, TeachingSession.teacher_id == user_id
    match role:
        case "student":
            return as_student
        case "teacher":
            return as_teacher
        case None:
            return or_(as_student, as_teacher)


def overdue(session: ReadSession, *, ended_before: datetime, limit: int) -> list[SessionId]:
    """Live sessions whose end has passed and that no job waits to settle, the oldest first."""
    is_in_hand = exists().where(
        Job.kind == SETTLE_ONE.name,
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        Job.dedupe_key.like(literal(f"{SETTLE_ONE.name}:") + TeachingSession.id + ":%"),
    )
    statement = select(TeachingSession.id).where(
        TeachingSession.status.in_(_LIVE), TeachingSession.ends_at <= ended_before, ~is_in_hand
    )
    return list(session.scalars(statement.order_by(TeachingSession.ends_at).limit(limit)))


def begin(session: WriteSession, session_id: SessionId) -> None:
    """Somebody came: a scheduled session is in progress."""
    statement = update(TeachingSession).where(
        TeachingSession.id == session_id, TeachingSession.status == SessionStatus.SCHEDULED
    )
    session.change(statement.values(status=SessionStatus.IN_PROGRESS))


def note_started(session: WriteSession, session_id: SessionId, at: datetime) -> None:
    """The session started no later than this."""
    column = TeachingSession.started_at
    statement = update(TeachingSession).where(
        TeachingSession.id == session_id,
        TeachingSession.status != SessionStatus.CANCELLED,
        or_(column.is_(None), column > at),
    )
    session.change(statement.values(started_at=at))


def note_room_closed(session: WriteSession, session_id: SessionId, at: datetime) -> None:
    """The room was closed no earlier than this."""
    column = TeachingSession.ended_at
    statement = update(TeachingSession).where(
        TeachingSession.id == session_id,
        TeachingSession.status != SessionStatus.CANCELLED,
        or_(column.is_(None), column < at),
    )
    session.change(statement.values(ended_at=at))


def settle(
    session: WriteSession,
    session_id: SessionId,
    *,
    status: SessionStatus,
    ended_at: datetime | None,
    no_show_user_id: UserId | None = None,
) -> bool:
    """Give a live session its last status; false when it has one."""
    statement = update(TeachingSession).where(TeachingSession.id == session_id, TeachingSession.status.in_(_LIVE))
    values = {"status": status, "ended_at": ended_at, "no_show_user_id": no_show_user_id}
    return session.change(statement.values(values)) == 1


def reopen(session: WriteSession, session_id: SessionId, *, ended_at: datetime) -> bool:
    """Complete a missed session after all; false once the job that counts a student's no-show has run."""
    awaits_release = exists().where(
        Job.dedupe_key == f"{RELEASE_AFTER_CONTEST.name}:{session_id}", Job.state != JobState.DONE
    )
    statement = update(TeachingSession).where(
        TeachingSession.id == session_id,
        TeachingSession.status == SessionStatus.NO_SHOW,
        or_(TeachingSession.no_show_user_id.is_distinct_from(TeachingSession.student_id), awaits_release),
    )
    values = {"status": SessionStatus.COMPLETED, "ended_at": ended_at, "no_show_user_id": None}
    return session.change(statement.values(values)) == 1


def presences(session: ReadSession, session_id: SessionId) -> list[Presence]:
    """Who was connected when, by the first sign of each connection."""
    statement = select(Attendance.user_id, Attendance.joined_at, Attendance.left_at).where(
        Attendance.session_id == session_id
    )
    sign = func.coalesce(Attendance.joined_at, Attendance.left_at)
    return [Presence(*row) for row in session.execute(statement.order_by(sign, Attendance.connection_id))]


def note_joined(
    session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, at: datetime
) -> None:
    _note(session, session_id, user_id, connection_id, {"joined_at": at})


def note_left(session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, at: datetime) -> None:
    _note(session, session_id, user_id, connection_id, {"left_at": at})


def _note(
    session: WriteSession, session_id: SessionId, user_id: UserId, connection_id: str, seen: dict[str, datetime]
) -> None:
    """One end of a connection; of two reports of the same end the earlier one counts, in whatever order they come."""
    row = {"id": new_id("att"), "session_id": session_id, "user_id": user_id, "connection_id": connection_id}
    if insert_or_skip(session, Attendance, row | {"joined_at": None, "left_at": None} | seen):
        return
    [(name, at)] = seen.items()
    column = Attendance.joined_at if name == "joined_at" else Attendance.left_at
    statement = update(Attendance).where(
        Attendance.session_id == session_id,
        Attendance.connection_id == connection_id,
        or_(column.is_(None), column > at),
    )
    session.change(statement.values(seen))


def close_connections(session: WriteSession, session_id: SessionId, at: datetime) -> None:
    """Whoever joined before the room closed was gone by then."""
    statement = update(Attendance).where(
        Attendance.session_id == session_id,
        Attendance.joined_at <= at,
        or_(Attendance.left_at.is_(None), Attendance.left_at > at),
    )
    session.change(statement.values(left_at=at))


def count_live(session: ReadSession, user_id: UserId) -> int:
    statement = select(func.count()).where(_takes_part(user_id, None), TeachingSession.status.in_(_LIVE))
    return session.scalar(statement) or 0


def export_sessions(session: ReadSession, user_id: UserId) -> list[Plain]:
    role = case((TeachingSession.student_id == user_id, "student"), else_="teacher").label("role")
    statement = select(
        TeachingSession.id,
        role,
        TeachingSession.enrollment_id,
        TeachingSession.course_id,
        TeachingSession.status,
        (TeachingSession.no_show_user_id == user_id).label("was_missed_by_you"),
        TeachingSession.starts_at,
        TeachingSession.ends_at,
        TeachingSession.started_at,
        TeachingSession.ended_at,
        TeachingSession.created_at,
    ).where(_takes_part(user_id, None))
    return plain_rows(session, statement.order_by(TeachingSession.starts_at.desc(), TeachingSession.id))


def export_attendance(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Attendance.session_id, Attendance.joined_at, Attendance.left_at).where(
        Attendance.user_id == user_id
    )
    return plain_rows(session, statement.order_by(Attendance.session_id.desc(), Attendance.id))
