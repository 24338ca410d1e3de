"""What people say of how a session ended: held after all, or not as it was settled."""

from app.core.clock import utc_text
from app.db.session import ReadSession, WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.sessions import repository
from app.domains.sessions.errors import (
    AlreadyContested,
    AttendanceDisagrees,
    MayNotComplete,
    NotContestable,
    SessionNotFound,
    SessionNotOver,
    SessionSettled,
)
from app.domains.sessions.events import SessionCompletedByHand, SessionContested
from app.domains.sessions.policies import Verdict, may_contest, verdict
from app.domains.sessions.service.changing import demand_own, demand_place, demand_same_teacher, hold
from app.domains.sessions.service.settling import complete, count_later
from app.domains.sessions.service.taking import demand_left
from app.domains.sessions.types import CLOSE_ROOM, SessionFacts, SessionId, SessionPayload, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.principal import Principal


def complete_by_hand(session: WriteSession, session_id: SessionId, caller: Principal) -> None:
    """Say that a session was held. Where attendance proves it, that is all; where nothing is known, or the student
    seems to have missed it, it is completed on the caller's word and counted once the student had time to contest it.

    Raises `SessionNotFound`, `MayNotComplete`, `SessionNotOver`, `PlaceEnded`, `TeacherChanged`, `SessionSettled`,
    `AttendanceDisagrees`, `NoSessionsLeft`.
    """
    facts = hold(session, session_id)
    caller = users.as_of_now(session, caller)
    _require_teaching(session, facts, caller)
    if session.now < facts.ends_at:
        raise SessionNotOver(ends_at=utc_text(facts.ends_at))
    demand_place(session, facts)
    demand_same_teacher(session, facts)
    found = _found(session, facts)
    if found.status is SessionStatus.COMPLETED:
        _close(session, facts, found)
        complete(session, facts, ended_at=found.ended_at)
        return
    if found.no_show_user_id == facts.teacher_id:
        raise AttendanceDisagrees
    _complete_on_word(session, facts, UserId(caller.user_id))


def _require_teaching(session: ReadSession, facts: SessionFacts, caller: Principal) -> None:
    if caller.user_id == facts.student_id:
        raise MayNotComplete
    is_creator = courses.get_course(session, facts.course_id).creator_id == caller.user_id
    if caller.user_id != facts.teacher_id and not is_creator and not caller.is_admin:
        raise SessionNotFound


def _found(session: ReadSession, facts: SessionFacts) -> Verdict:
    """What attendance says. Raises `SessionSettled` for what has an outcome that nobody's word changes."""
    if facts.status.is_live:
        return verdict(facts, repository.presences(session, facts.id))
    is_open = facts.status is SessionStatus.NO_SHOW and facts.no_show_user_id is None
    if not is_open or facts.resolved_by_user_id or repository.contest_of(session, facts.id):
        raise SessionSettled
    return Verdict(facts.status, facts.ends_at)


def _close(session: WriteSession, facts: SessionFacts, found: Verdict) -> None:
    repository.close_connections(session, facts.id, found.ended_at)
    CLOSE_ROOM.enqueue(session, SessionPayload(session_id=facts.id))


def _complete_on_word(session: WriteSession, facts: SessionFacts, by: UserId) -> None:
    if not facts.is_used:
        demand_left(session, enrollments.get_enrollment(session, facts.enrollment_id))
    _close(session, facts, Verdict(SessionStatus.COMPLETED, facts.ends_at))
    if not repository.complete_by_hand(session, facts, by):
        raise SessionSettled
    count_later(session, facts)
    if by != facts.teacher_id:
        before, after = {"status": facts.status.value}, {"status": "completed"}
        audit.record(session, by, Change("session.completed", "session", facts.id, before, after))
    session.publish(SessionCompletedByHand(facts.id, facts.teacher_id, facts.student_id))


def contest(session: WriteSession, session_id: SessionId, user_id: UserId, statement: str) -> None:
    """Say that it did not end so; its money stays where it is until an administrator decides. Raises `SessionNotFound`,
    `PlaceEnded`, `AlreadyContested`, `NotContestable`."""
    facts = demand_own(hold(session, session_id), user_id)
    demand_place(session, facts)
    if repository.contest_of(session, session_id):
        raise AlreadyContested
    if not may_contest(facts, session.now) or not repository.insert_contest(session, session_id, user_id, statement):
        raise NotContestable
    session.publish(SessionContested(facts.id, facts.teacher_id, facts.student_id, user_id))
