"""What sessions mean for somebody who leaves, or asks what is kept."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.sessions import repository
from app.domains.users.types import Obligation, UserId


def obligations_of(session: ReadSession, user_id: UserId) -> list[Obligation]:
    """What keeps this account from being deleted, as far as sessions are concerned."""
    count = repository.count_live(session, user_id)
    return [Obligation("sessions_upcoming", count, "Hold or call off your sessions first.")] if count else []


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The person's sessions and when they were in the room, newest first."""
    return {
        "sessions": repository.export_sessions(session, user_id),
        "attendance": repository.export_attendance(session, user_id),
        "moves": repository.export_moves(session, user_id),
        "contests": repository.export_contests(session, user_id),
        "credits": repository.export_credits(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """What the person wrote about sessions is forgotten; the sessions stay, for they are the other one's too."""
    repository.forget_words(session, user_id)
