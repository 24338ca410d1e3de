"""SQL of sessions: finding, counting, booking, and how they end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.types import UtcDateTime
from app.domains.courses.types import CourseId
from app.domains.enrollments.policies import is_one_of_two
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds import service as holds
from app.domains.sessions.models import SessionContest, SessionCredit, TeachingSession
from app.domains.sessions.types import (
    SETTLE_ONE,
    PlaceUses,
    SessionFacts,
    SessionId,
    SessionStatus,
)
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState

LIVE = (SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS)
_TAKES_TIME = (*LIVE, SessionStatus.COMPLETED)
_LONGEST = timedelta(days=3)  # a lesson and the pauses around it last at most a day each
_CHANGED_AT = func.coalesce(TeachingSession.changed_at, TeachingSession.created_at)
FACTS = (
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
    _CHANGED_AT.label("changed_at"),
    TeachingSession.settled_at,
    TeachingSession.counted_at,
    TeachingSession.reschedule_count,
    TeachingSession.cancelled_by_user_id,
    TeachingSession.cancel_reason,
    TeachingSession.is_late_cancel,
    TeachingSession.completed_by_user_id,
    TeachingSession.resolved_by_user_id,
    TeachingSession.position,
    TeachingSession.taught,
)

TakenRow = Row[str, UserId, UserId, datetime, datetime, datetime, datetime]


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which of a person's sessions to list."""

    role: Literal["student", "teacher"] | None = None
    status: SessionStatus | None = None
    is_upcoming: bool = False
    starts_from: datetime | None = None
    starts_before: datetime | None = None


def by_id(session: ReadSession, session_id: SessionId) -> SessionFacts | None:
    return one(session, select(*FACTS).where(TeachingSession.id == session_id))


def lock(session: WriteSession, session_id: SessionId) -> SessionFacts | None:
    """The session, kept from everybody else who locks it until this transaction ends."""
    return one(session, select(*FACTS).where(TeachingSession.id == session_id).with_for_update())


def one(session: ReadSession, statement: Select[*tuple[Any, ...]]) -> SessionFacts | None:
    return next((as_facts(row._asdict()) for row in session.rows(statement)), None)


def as_facts(row: Mapping[Any, Any]) -> SessionFacts:
    values = dict(row) | {"status": SessionStatus(row["status"])}
    return SessionFacts(**values)


_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_BEGAN_AFTER: BindParameter[Any] = bindparam("began_after")
_BOOKED = select(
    TeachingSession.id,
    TeachingSession.teacher_id,
    TeachingSession.student_id,
    TeachingSession.starts_at,
    TeachingSession.ends_at,
    TeachingSession.occupied_from,
    TeachingSession.occupied_until,
).where(
    or_(
        and_(TeachingSession.teacher_id.in_(_PEOPLE), TeachingSession.occupied_from > _BEGAN_AFTER),
        and_(TeachingSession.student_id.in_(_PEOPLE), TeachingSession.starts_at > _BEGAN_AFTER),
    ),
    TeachingSession.status.in_((*_TAKES_TIME, SessionStatus.NO_SHOW)),
    TeachingSession.occupied_until > bindparam("after"),
)
_TAKING_TIME: CompoundSelect[*tuple[Any, ...]] = union_all(_BOOKED, holds.live_times())


def taking_time_of(session: ReadSession, people: Collection[UserId], *, after: datetime) -> Sequence[TakenRow]:
    """What takes time of any of these people after the instant: sessions, and holds as long as they live. Both in one
    statement, so that a hold that becomes a session this very moment is seen as one of the two."""
    began_after = after - _LONGEST
    values = {"people": list(people), "after": after, "began_after": began_after, "now": session.now}
    return session.rows(_TAKING_TIME, **values)


_IS_USED = or_(
    TeachingSession.status.in_(_TAKES_TIME),
    and_(
        TeachingSession.status == SessionStatus.NO_SHOW, TeachingSession.no_show_user_id == TeachingSession.student_id
    ),
)


def used_of(session: ReadSession, enrollment_id: EnrollmentId) -> list[SessionFacts]:
    """The bought sessions that are booked, held, or missed by the student, by start."""
    statement = select(*FACTS).where(TeachingSession.enrollment_id == enrollment_id, _IS_USED)
    ordered = statement.order_by(TeachingSession.starts_at, TeachingSession.id)
    return [as_facts(row) for row in session.execute(ordered).mappings()]


_OF_PLACE: BindParameter[str] = bindparam("enrollment_id")
_USED_AND_CREDITS = select(
    select(func.count()).where(TeachingSession.enrollment_id == _OF_PLACE, _IS_USED).scalar_subquery(),
    select(func.count()).where(SessionCredit.enrollment_id == _OF_PLACE).scalar_subquery(),
)


def uses_of_one(session: ReadSession, enrollment_id: EnrollmentId) -> PlaceUses:
    """As `uses_of`, for one place in one statement that is compiled once."""
    return PlaceUses(*session.execute(_USED_AND_CREDITS, {"enrollment_id": enrollment_id}).one())


def uses_of(session: ReadSession, places: Collection[EnrollmentId]) -> dict[EnrollmentId, PlaceUses]:
    """What of each of these places is used, and what was added to it."""
    in_place, added_to = TeachingSession.enrollment_id, SessionCredit.enrollment_id
    used = select(in_place, func.count()).where(in_place.in_(places), _IS_USED).group_by(in_place)
    added = select(added_to, func.count()).where(added_to.in_(places)).group_by(added_to)
    counts = [dict(session.execute(each).all()) for each in (used, added)]
    return {place: PlaceUses(*(each.get(place, 0) for each in counts)) for place in places}


def of_place(session: ReadSession, enrollment_id: EnrollmentId) -> list[SessionFacts]:
    """All sessions of a place, by their start."""
    statement = select(*FACTS).where(TeachingSession.enrollment_id == enrollment_id)
    rows = session.execute(statement.order_by(TeachingSession.starts_at, TeachingSession.id))
    return [as_facts(row) for row in rows.mappings()]


def has_open_outcome(session: ReadSession, enrollment_id: EnrollmentId) -> bool:
    """Whether a session has begun and is not settled, waits to be counted, or is contested."""
    has_begun = and_(TeachingSession.status.in_(LIVE), TeachingSession.starts_at <= session.now)
    will_count = or_(
        TeachingSession.status == SessionStatus.COMPLETED,
        and_(
            TeachingSession.status == SessionStatus.NO_SHOW,
            TeachingSession.no_show_user_id == TeachingSession.student_id,
        ),
    )
    is_contested = exists().where(SessionContest.session_id == TeachingSession.id, SessionContest.resolved_at.is_(None))
    statement = exists().where(
        TeachingSession.enrollment_id == enrollment_id,
        or_(has_begun, and_(will_count, TeachingSession.counted_at.is_(None)), is_contested),
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
    statement = select(*FACTS).where(takes_part(user_id, wanted.role))
    if wanted.status is not None:
        statement = statement.where(TeachingSession.status == wanted.status)
    if wanted.is_upcoming:
        statement = statement.where(TeachingSession.status.in_(LIVE), TeachingSession.ends_at > session.now)
    if wanted.starts_from is not None:
        statement = statement.where(TeachingSession.starts_at >= wanted.starts_from)
    if wanted.starts_before is not None:
        statement = statement.where(TeachingSession.starts_at < wanted.starts_before)
    keys = (TeachingSession.starts_at, TeachingSession.id)
    found = page_after(statement, *keys, place=position, limit=limit, is_descending=not wanted.is_upcoming)
    return [as_facts(row) for row in session.execute(found).mappings()]


def takes_part(user_id: UserId, role: Literal["student", "teacher"] | None) -> ColumnElement[bool]:
    return is_one_of_two(user_id, role, student=TeachingSession.student_id, teacher=TeachingSession.teacher_id)


def calendar_version(
    session: ReadSession, user_id: UserId, *, ended_after: datetime, called_off_after: datetime
) -> str:
    """Changes with everything that `calendar_sessions` answers: each change of a session is the latest of all and
    raises its revision, and what is no longer shown is no longer counted."""
    columns = func.count(), func.max(_CHANGED_AT), func.sum(TeachingSession.revision)
    shown = _is_in_calendar(user_id, ended_after, called_off_after)
    return "-".join(str(value) for value in session.execute(select(*columns).where(shown)).one())


def calendar_sessions(
    session: ReadSession, user_id: UserId, *, ended_after: datetime, called_off_after: datetime
) -> list[SessionFacts]:
    """The person's sessions that ended, or were called off, after these instants."""
    shown = _is_in_calendar(user_id, ended_after, called_off_after)
    return [as_facts(row) for row in session.execute(select(*FACTS).where(shown)).mappings()]


def _is_in_calendar(user_id: UserId, ended_after: datetime, called_off_after: datetime) -> ColumnElement[bool]:
    is_told = or_(TeachingSession.status != SessionStatus.CANCELLED, called_off_after < _CHANGED_AT)
    return and_(takes_part(user_id, None), TeachingSession.ends_at > ended_after, is_told)


def note_course_renamed(session: WriteSession, course_id: CourseId) -> None:
    _note_changed(session, TeachingSession.course_id == course_id)


def note_person_renamed(session: WriteSession, user_id: UserId) -> None:
    _note_changed(session, takes_part(user_id, None))


def _note_changed(session: WriteSession, which: ColumnElement[bool]) -> None:
    """What calendars show of these sessions is another text now. When one was called off stays known: that is how long
    it is shown still."""
    was_called_off = TeachingSession.status == SessionStatus.CANCELLED
    changed_at = case((was_called_off, TeachingSession.changed_at), else_=literal(session.now, UtcDateTime()))
    statement = update(TeachingSession).where(which)
    session.change(statement.values(revision=TeachingSession.revision + 1, changed_at=changed_at))


def overdue(session: ReadSession, *, ended_before: datetime, limit: int) -> list[SessionId]:
    """Live sessions whose end has passed and that no job waits to settle, the oldest first."""
    is_in_hand = exists().where(
        Job.kind == SETTLE_ONE.name,
        Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        Job.dedupe_key.like(literal(f"{SETTLE_ONE.name}:") + TeachingSession.id + ":%"),
    )
    statement = select(TeachingSession.id).where(
        TeachingSession.status.in_(LIVE), TeachingSession.ends_at <= ended_before, ~is_in_hand
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
    statement = update(TeachingSession).where(TeachingSession.id == session_id, TeachingSession.status.in_(LIVE))
    values = {"status": status, "ended_at": ended_at, "no_show_user_id": no_show_user_id, "settled_at": session.now}
    return session.change(statement.values(values)) == 1


def reopen(session: WriteSession, session_id: SessionId, *, ended_at: datetime) -> bool:
    """Complete a missed session after all; false once a student's no-show was counted, somebody contests it, or an
    administrator has decided."""
    is_contested = exists().where(SessionContest.session_id == session_id)
    statement = update(TeachingSession).where(
        TeachingSession.id == session_id,
        TeachingSession.status == SessionStatus.NO_SHOW,
        TeachingSession.counted_at.is_(None),
        TeachingSession.resolved_by_user_id.is_(None),
        ~is_contested,
    )
    values = {
        "status": SessionStatus.COMPLETED,
        "ended_at": ended_at,
        "no_show_user_id": None,
        "settled_at": session.now,
    }
    return session.change(statement.values(values)) == 1


def count_once(session: WriteSession, session_id: SessionId) -> bool:
    """Claim the counting of a session against its place; false when that was done."""
    statement = update(TeachingSession).where(TeachingSession.id == session_id, TeachingSession.counted_at.is_(None))
    return session.change(statement.values(counted_at=session.now)) == 1


def freeze_part(session: WriteSession, session_id: SessionId, position: int, taught: list[dict[str, Any]]) -> None:
    """Keep which part of the course the session was, whatever becomes of the others and of the curriculum."""
    statement = update(TeachingSession).where(TeachingSession.id == session_id)
    session.change(statement.values(position=position, taught=taught))
