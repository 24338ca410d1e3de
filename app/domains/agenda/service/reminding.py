"""Reminders of sessions to come, and the nudge to rate one that was held.

Each is a job that waits for its time, of which there is one for a session, its start and the reminder. When it runs it
looks whether the session is still to start then: of one that was moved or called off it says nothing, and the move has
armed another. What it causes is written in the transaction that finishes it, so that a crash leaves both or neither.
"""

from datetime import datetime

from app.db.session import ReadSession, WriteSession
from app.domains.agenda import policies
from app.domains.agenda.events import NudgeDue, ReminderDue
from app.domains.agenda.types import NUDGE, REMIND, ReminderPayload
from app.domains.sessions import service as sessions
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionFacts, SessionId, SessionPayload, SessionStatus


def arm_reminders(session: WriteSession, facts: SessionFacts) -> None:
    """For a session that was booked or moved. Each reminder arms the next."""
    _arm(session, facts, policies.first_reminder(facts.starts_at, session.now))


def _arm(session: WriteSession, facts: SessionFacts, minutes_before: int | None) -> None:
    if minutes_before is None:
        return
    payload = ReminderPayload(session_id=facts.id, starts_at=facts.starts_at, minutes_before=minutes_before)
    fact = f"{facts.id}:{facts.starts_at:%Y%m%dT%H%M%S}:{minutes_before}"
    REMIND.enqueue(session, payload, dedupe=fact, run_at=policies.reminder_at(facts.starts_at, minutes_before))


def remind(session: WriteSession, payload: ReminderPayload) -> None:
    """Tell of the session, if it is still to start then and the reminder is not too late."""
    facts = _find(session, payload.session_id)
    if facts is None or not facts.status.is_live or facts.starts_at != payload.starts_at:
        return
    _arm(session, facts, policies.next_reminder(payload.minutes_before))
    if policies.is_reminder_due(facts.starts_at, payload.minutes_before, session.now):
        due = ReminderDue(facts.id, facts.teacher_id, facts.student_id, facts.starts_at, payload.minutes_before)
        session.publish(due)


def arm_nudge(session: WriteSession, session_id: SessionId) -> None:
    """For a session that was held."""
    ended_at = _end_of(sessions.get_session_facts(session, session_id))
    NUDGE.enqueue(
        session, SessionPayload(session_id=session_id), dedupe=session_id, run_at=ended_at + policies.NUDGE_AFTER
    )


def nudge(session: WriteSession, session_id: SessionId) -> None:
    """Tell of a session that still counts as held, while it is remembered."""
    facts = _find(session, session_id)
    if facts is None or facts.status is not SessionStatus.COMPLETED:
        return
    if policies.is_nudge_due(_end_of(facts), session.now):
        session.publish(NudgeDue(facts.id, facts.teacher_id, facts.student_id))


def _end_of(facts: SessionFacts) -> datetime:
    return facts.ended_at or facts.ends_at


def _find(session: ReadSession, session_id: SessionId) -> SessionFacts | None:
    try:
        return sessions.get_session_facts(session, session_id)
    except SessionNotFound:
        return None
