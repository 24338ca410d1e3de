"""The agenda follows what happens to sessions and people."""

from app.db.session import WriteSession
from app.domains.agenda import service
from app.domains.sessions import service as sessions
from app.domains.sessions.events import SessionBooked, SessionCompleted, SessionCompletedByHand, SessionMoved
from app.domains.sessions.types import SessionId
from app.domains.users.events import ProfileChanged


def on_session_booked(session: WriteSession, event: SessionBooked) -> None:
    _expect(session, event.session_id)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    """What was armed before looks at the start when it runs, and keeps silent."""
    _expect(session, event.session_id)


def _expect(session: WriteSession, session_id: SessionId) -> None:
    facts = sessions.get_session_facts(session, session_id)
    service.arm_reminders(session, facts)
    service.keep_walls(session, facts)


def on_session_completed(session: WriteSession, event: SessionCompleted | SessionCompletedByHand) -> None:
    service.arm_nudge(session, event.session_id)


def on_profile_changed(session: WriteSession, event: ProfileChanged) -> None:
    service.note_zone(session, event.user_id)
