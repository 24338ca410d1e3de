"""What administrators decide: how a session ended, and whether it is made up for. Each is written into the audit
log."""

from dataclasses import dataclass
from typing import Any

from app.core.clock import utc_text
from app.core.errors import InvalidRequest
from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.calendar import service as calendar
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.sessions import repository
from app.domains.sessions.errors import (
    AlreadyCredited,
    EnrollmentNotActive,
    NothingToMakeUp,
    SessionCounted,
    SessionNotOver,
    SessionSettled,
)
from app.domains.sessions.events import SessionCredited, SessionResolved
from app.domains.sessions.service.changing import demand_no_stake, demand_same_teacher, hold
from app.domains.sessions.service.settling import count
from app.domains.sessions.service.taking import demand_left
from app.domains.sessions.types import (
    CLOSE_ROOM,
    ContestOutcome,
    SessionFacts,
    SessionId,
    SessionPayload,
    SessionStatus,
)
from app.domains.users import service as users
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an administrator finds: with a no-show who it was, None when neither came; and why."""

    outcome: ContestOutcome
    no_show_user_id: UserId | None
    note: str


def resolve(session: WriteSession, admin_id: UserId, session_id: SessionId, found: Resolution) -> None:
    """Give a session that is over the outcome that an administrator found, which closes its contest and moves its money
    at once. Raises `SessionNotFound`, `Forbidden`, `OwnPlace`, `InvalidRequest`, `SessionNotOver`, `SessionSettled`,
    `SessionCounted`, `TeacherChanged`, `NoSessionsLeft`."""
    facts = hold(session, session_id)
    users.require_admin(session, admin_id)
    place = enrollments.get_enrollment(session, facts.enrollment_id)
    demand_no_stake(session, admin_id, place, *facts.people)
    _check(session, facts, found)
    is_used = _is_used(facts, found)
    if is_used and facts.counted_at is None:
        demand_same_teacher(session, facts)
    if is_used and not facts.is_used:
        demand_left(session, place)
    if not repository.set_outcome(session, facts, _columns(facts, found, admin_id)):
        raise SessionSettled
    repository.close_contest(session, session_id, admin_id, found.outcome, found.note)
    _tidy(session, facts, found)
    if is_used:
        count(session, facts)
    before = {"status": facts.status.value, "no_show_user_id": facts.no_show_user_id}
    after = {"status": found.outcome.value, "no_show_user_id": found.no_show_user_id}
    audit.record(session, admin_id, Change("session.resolved", "session", session_id, before, after, found.note))
    session.publish(SessionResolved(facts.id, facts.teacher_id, facts.student_id))


def _check(session: WriteSession, facts: SessionFacts, found: Resolution) -> None:
    is_named = found.no_show_user_id is not None
    if is_named and (found.outcome is not ContestOutcome.NO_SHOW or found.no_show_user_id not in facts.people):
        detail = "must be one of the session's two people, with the outcome no_show only"
        raise InvalidRequest(errors=[{"pointer": "/body/no_show_user_id", "code": "person", "detail": detail}])
    if session.now < facts.ends_at:
        raise SessionNotOver(ends_at=utc_text(facts.ends_at))
    if facts.status is SessionStatus.CANCELLED:
        raise SessionSettled
    if facts.counted_at is not None and not _is_used(facts, found):
        raise SessionCounted


def _is_used(facts: SessionFacts, found: Resolution) -> bool:
    match found.outcome:
        case ContestOutcome.COMPLETED:
            return True
        case ContestOutcome.NO_SHOW:
            return found.no_show_user_id == facts.student_id
        case ContestOutcome.CANCELLED:
            return False


def _columns(facts: SessionFacts, found: Resolution, admin_id: UserId) -> dict[str, Any]:
    is_cancelled = found.outcome is ContestOutcome.CANCELLED
    is_completed = found.outcome is ContestOutcome.COMPLETED
    return {
        "status": SessionStatus(found.outcome.value),
        "no_show_user_id": found.no_show_user_id,
        "ended_at": facts.ended_at or facts.ends_at,
        "completed_by_user_id": admin_id if is_completed else None,
        "resolved_by_user_id": admin_id,
        "cancelled_by_user_id": admin_id if is_cancelled else None,
        "cancel_reason": found.note if is_cancelled else None,
    }


def _tidy(session: WriteSession, facts: SessionFacts, found: Resolution) -> None:
    if found.outcome is not ContestOutcome.COMPLETED:
        calendar.give_back_time(session, facts.id)
    if facts.status.is_live:
        repository.close_connections(session, facts.id, facts.ends_at)
        CLOSE_ROOM.enqueue(session, SessionPayload(session_id=facts.id))


def make_up(session: WriteSession, admin_id: UserId, session_id: SessionId, reason: str) -> None:
    """Add a session to the place of one that was used up: one more may be booked, and no more money moves. A place that
    has ended has no use for it. Raises `SessionNotFound`, `Forbidden`, `OwnPlace`, `NothingToMakeUp`,
    `EnrollmentNotActive`, `AlreadyCredited`."""
    facts = hold(session, session_id)
    users.require_admin(session, admin_id)
    place = enrollments.get_enrollment(session, facts.enrollment_id)
    demand_no_stake(session, admin_id, place, *facts.people)
    if facts.status.is_live or not facts.is_used:
        raise NothingToMakeUp
    if place.status is EnrollmentStatus.CANCELLED:
        raise EnrollmentNotActive
    if not repository.insert_credit(session, facts, admin_id, reason):
        raise AlreadyCredited
    after = {"enrollment_id": facts.enrollment_id}
    audit.record(session, admin_id, Change("session.credited", "session", session_id, None, after, reason))
    session.publish(SessionCredited(facts.id, facts.student_id))
