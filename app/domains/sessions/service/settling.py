"""How sessions end: completed by both, missed by one, or missed by both."""

import logging
from datetime import datetime

from app.core.logging import log_event
from app.db.session import WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.sessions import repository
from app.domains.sessions.events import SessionCompleted, SessionMissed
from app.domains.sessions.policies import CONTEST_WINDOW, Verdict, is_overdue, verdict
from app.domains.sessions.service.changing import is_teachers_still
from app.domains.sessions.service.parts import freeze
from app.domains.sessions.types import (
    RELEASE_AFTER_CONTEST,
    SETTLE_ONE,
    SessionFacts,
    SessionId,
    SessionPayload,
    SessionStatus,
)

_BATCH = 200

logger = logging.getLogger(__name__)


def complete(session: WriteSession, facts: SessionFacts, *, ended_at: datetime) -> None:
    """Both were there: count the session, which releases its share of the money. Once, whoever asks."""
    if not repository.settle(session, facts.id, status=SessionStatus.COMPLETED, ended_at=ended_at):
        return
    count(session, facts)
    session.publish(SessionCompleted(facts.id, facts.teacher_id, facts.student_id))


def count(session: WriteSession, facts: SessionFacts) -> None:
    """Count a session against its place, which releases its share of the money, and keep what it taught. Once, whoever
    asks, and whatever happened to the session before."""
    if repository.count_once(session, facts.id):
        enrollments.record_session_completed(session, facts.enrollment_id)
        freeze(session, facts)


def complete_after_all(session: WriteSession, facts: SessionFacts, *, ended_at: datetime) -> None:
    """A missed session turns out to have been held. Once, and never after its being missed has been counted, or its
    place was given to somebody else, who would be paid for it."""
    if not is_teachers_still(session, facts):
        log_event(logger, "sessions.teacher_changed", session_id=facts.id)
    elif repository.reopen(session, facts.id, ended_at=ended_at):
        log_event(logger, "sessions.completed_after_all", session_id=facts.id)
        count(session, facts)
        session.publish(SessionCompleted(facts.id, facts.teacher_id, facts.student_id))


def enqueue_overdue(session: WriteSession, policy: BookingPolicy) -> None:
    """A job for each session that nobody may join any more, that nothing has ended, and that no job waits to settle.
    Those that cannot be settled so leave their places to others."""
    for session_id in repository.overdue(session, ended_before=session.now - policy.join_grace, limit=_BATCH):
        moment = f"{session_id}:{session.now:%Y%m%dT%H%M%S}"
        SETTLE_ONE.enqueue(session, SessionPayload(session_id=session_id), dedupe=moment)


def settle(session: WriteSession, session_id: SessionId, policy: BookingPolicy) -> None:
    """End an overdue session by what is known of who came. Its room must be closed."""
    facts = repository.lock(session, session_id)
    if facts is None or not is_overdue(facts, policy, session.now):
        return
    outcome = verdict(facts, repository.presences(session, session_id))
    repository.close_connections(session, session_id, outcome.ended_at)
    if outcome.status is SessionStatus.COMPLETED:
        complete(session, facts, ended_at=outcome.ended_at)
    else:
        _miss(session, facts, outcome)


def _miss(session: WriteSession, facts: SessionFacts, outcome: Verdict) -> None:
    """Nobody's money moves now. A student's no-show counts as delivered once the time to contest it has passed, which
    begins with the notice that is sent now; any other gives the session back, as only booked, held and student-missed
    ones are counted against a place."""
    missing = outcome.no_show_user_id
    if not repository.settle(
        session, facts.id, status=outcome.status, ended_at=facts.ended_at, no_show_user_id=missing
    ):
        return
    calendar.give_back_time(session, facts.id)
    if missing == facts.student_id:
        count_later(session, facts)
    session.publish(SessionMissed(facts.id, facts.teacher_id, facts.student_id))


def count_later(session: WriteSession, facts: SessionFacts) -> None:
    """Count it when the time to contest it has passed, which begins now."""
    run_at = session.now + CONTEST_WINDOW
    RELEASE_AFTER_CONTEST.enqueue(session, SessionPayload(session_id=facts.id), dedupe=facts.id, run_at=run_at)


def release_after_contest(session: WriteSession, session_id: SessionId) -> None:
    """Count a session that the student missed, or that was completed by hand, unless somebody contests it: then the
    decision counts it, or not."""
    facts = repository.lock(session, session_id)
    if facts is None or facts.status not in {SessionStatus.NO_SHOW, SessionStatus.COMPLETED} or not facts.is_used:
        return
    if repository.contest_of(session, session_id) is None:
        count(session, facts)
