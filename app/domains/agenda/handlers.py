"""The agenda follows what happens to sessions and people."""

from app.db.session import WriteSession
from app.domains.agenda import service
from app.domains.sessions.events import SessionBooked, SessionCompleted, SessionCompletedByHand, SessionMoved
from app.domains.users.events import ProfileChanged


def on_session_booked(session: WriteSession, event: SessionBooked) -> None:
    service.arm_reminders(session, event.session_id)
    service.keep_walls(session, event.session_id)


def on_session_moved(session: WriteSession, event: SessionMoved) -> None:
    """What was armed before looks at the start when it runs, and keeps silent."""
    service.arm_reminders(session, event.session_id)
    service.keep_walls(session, event.session_id)


def on_session_completed(session: WriteSession, event: SessionCompleted | SessionCompletedByHand) -> None:
    service.arm_nudge(session, event.session_id)


def on_profile_changed(session: WriteSession, event: ProfileChanged) -> None:
    service.note_zone(session, event.user_id)
