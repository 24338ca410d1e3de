"""Calling a session off: its time is free at once, and its place has it back."""

from dataclasses import dataclass

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import repository
from app.domains.sessions.errors import SessionNotPlanned
from app.domains.sessions.events import SessionCancelled
from app.domains.sessions.policies import is_late, may_cancel
from app.domains.sessions.service.changing import demand_reason, hold_for
from app.domains.sessions.types import CLOSE_ROOM, SessionFacts, SessionId, SessionPayload
from app.domains.users.types import UserId
from app.edge.principal import Principal


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Who calls which session off, and why."""

    caller: Principal
    session_id: SessionId
    reason: str | None


def cancel(session: WriteSession, command: CancelCommand, policy: BookingPolicy) -> None:
    """For the two people until the start, for other administrators until it has an outcome. Raises `SessionNotFound`,
    `SessionNotPlanned`, `ReasonNeeded`."""
    facts, caller = hold_for(session, command.session_id, command.caller)
    caller_id = UserId(caller.user_id)
    if not may_cancel(facts, caller_id, session.now, is_admin=caller.is_admin):
        raise SessionNotPlanned
    demand_reason(facts, caller, command.reason, policy, session)
    call_off(session, facts, by=caller_id, reason=command.reason, policy=policy)
    if caller_id not in facts.people:
        before, after = {"status": facts.status.value}, {"status": "cancelled"}
        change = Change("session.cancelled", "session", facts.id, before, after, command.reason)
        audit.record(session, caller_id, change)


def call_off(
    session: WriteSession, facts: SessionFacts, *, by: UserId | None, reason: str | None, policy: BookingPolicy
) -> None:
    """End a live session that the caller holds, give its people their time back, and tell of it. Without `by` it is the
    service itself. Raises `SessionNotPlanned` when it is not live."""
    if not repository.cancel(session, facts.id, by=by, reason=reason, is_late=is_late(facts, policy, session.now)):
        raise SessionNotPlanned
    calendar.give_back_time(session, facts.id)
    if session.now >= facts.starts_at - policy.join_opens:
        CLOSE_ROOM.enqueue(session, SessionPayload(session_id=facts.id))
    session.publish(SessionCancelled(facts.id, facts.teacher_id, facts.student_id, by))
