"""Moving a session: the same one, at another time."""

from dataclasses import dataclass
from datetime import datetime

from app.core.clock import utc_text
from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.sessions.errors import (
    SameTime,
    SessionNotPlanned,
    StudentBusy,
    StudentNotFree,
    TooManyReschedules,
)
from app.domains.sessions.policies import is_planned, may_move
from app.domains.sessions.service.changing import demand_reason, hold_for
from app.domains.sessions.service.taking import MoveAuthor, check_place, retake
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.edge.principal import Principal


@dataclass(frozen=True, slots=True)
class MoveCommand:
    """Who moves which session to which start, and why."""

    caller: Principal
    session_id: SessionId
    starts_at: datetime
    reason: str | None


def reschedule(session: WriteSession, command: MoveCommand, policy: BookingPolicy) -> None:
    """To a slot that the teacher offers and that suits the student, whoever of them asks; twice at most. Administrators
    move to such slots too, and are not counted.

    Raises `SessionNotFound`, `SessionNotPlanned`, `TooManyReschedules`, `ReasonNeeded`, `SameTime`,
    `EnrollmentNotActive`, `TeacherNotAvailable`, `SlotNotOffered`, `SlotTaken`, `StudentBusy`, `StudentNotFree`.
    """
    facts, caller = hold_for(session, command.session_id, command.caller)
    caller_id, is_own = UserId(caller.user_id), UserId(caller.user_id) in facts.people
    if not is_planned(facts, session.now):
        raise SessionNotPlanned
    if is_own and not may_move(facts, policy, session.now):
        raise TooManyReschedules
    demand_reason(facts, caller, command.reason, policy, session)
    if command.starts_at == facts.starts_at:
        raise SameTime
    check_place(session, enrollments.get_enrollment(session, facts.enrollment_id))
    author = MoveAuthor(caller_id, command.reason, is_counted=is_own)
    try:
        retake(session, facts, command.starts_at, policy, author)
    except StudentBusy as busy:
        if caller_id != facts.teacher_id:
            raise
        raise StudentNotFree(alternatives=busy.context["alternatives"]) from None
    if not is_own:
        before, after = {"starts_at": utc_text(facts.starts_at)}, {"starts_at": utc_text(command.starts_at)}
        change = Change("session.moved", "session", facts.id, before, after, command.reason)
        audit.record(session, caller_id, change)
