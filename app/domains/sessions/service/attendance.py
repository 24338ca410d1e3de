"""Who was in the room when, as the video service reports it: late, twice, out of order, or not at all.

What is known only ever grows (the earliest joining, the earliest leaving, the latest closing), and what follows from
it is looked at anew after each report. So the outcome does not depend on the order in which reports arrive. Reports
that come after the session was given up as missed can still prove that both were there. Those about a time that it had
before it was moved prove nothing.
"""

from datetime import datetime

from app.db.session import WriteSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import repository
from app.domains.sessions.policies import both_came, end_of_presence, is_of_its_time
from app.domains.sessions.service.settling import complete, complete_after_all
from app.domains.sessions.types import SessionFacts, SessionId, SessionStatus
from app.domains.users.types import UserId


def record_joined(
    session: WriteSession,
    session_id: SessionId,
    user_id: UserId,
    connection_id: str,
    at: datetime,
    policy: BookingPolicy,
) -> None:
    """A connection of one of the two began. The first one of all starts the session; strangers are ignored."""
    facts = _locked(session, session_id, at, policy)
    if facts is None or user_id not in facts.people:
        return
    repository.note_joined(session, session_id, user_id, connection_id, at)
    repository.note_started(session, session_id, at)
    repository.begin(session, session_id)
    _conclude(session, session_id)


def record_left(
    session: WriteSession,
    session_id: SessionId,
    user_id: UserId,
    connection_id: str,
    at: datetime,
    policy: BookingPolicy,
) -> None:
    """A connection of one of the two ended; its beginning may be reported later or never."""
    facts = _locked(session, session_id, at, policy)
    if facts is None or user_id not in facts.people:
        return
    repository.note_left(session, session_id, user_id, connection_id, at)
    repository.begin(session, session_id)
    _conclude(session, session_id)


def record_room_finished(session: WriteSession, session_id: SessionId, at: datetime, policy: BookingPolicy) -> None:
    """The room was closed. That ends a session to which both came once it had begun, be it after a minute; otherwise
    the room may be opened again."""
    if _locked(session, session_id, at, policy) is None:
        return
    repository.note_room_closed(session, session_id, at)
    repository.close_connections(session, session_id, at)
    _conclude(session, session_id)


def _locked(session: WriteSession, session_id: SessionId, at: datetime, policy: BookingPolicy) -> SessionFacts | None:
    """The session, if what happened then is about it. Reports about one session wait for each other."""
    facts = repository.lock(session, session_id)
    return facts if facts and is_of_its_time(facts, policy, at) else None


def _conclude(session: WriteSession, session_id: SessionId) -> None:
    facts = repository.by_id(session, session_id)
    if facts is None:
        return
    if facts.ended_at is not None:
        repository.close_connections(session, session_id, facts.ended_at)
    presences = repository.presences(session, session_id)
    if facts.status is SessionStatus.NO_SHOW and both_came(facts, presences, by=facts.ends_at):
        complete_after_all(session, facts, ended_at=end_of_presence(facts, presences))
    closed_at = facts.ended_at if facts.status is SessionStatus.IN_PROGRESS else None
    if closed_at is not None and both_came(facts, presences, by=closed_at):
        complete(session, facts, ended_at=closed_at)
