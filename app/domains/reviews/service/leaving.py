"""What is kept of a person's reviews, and forgetting who wrote them."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.reviews import repository
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """The reviews that the person wrote, the stars they were given as a teacher, what they replied, and how they rated
    sessions. Newest first."""
    return {
        "written": repository.export_written(session, user_id),
        "received": repository.export_received(session, user_id),
        "replies": repository.export_replies(session, user_id),
        "session_ratings": repository.export_ratings(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """Delete the person's words and their name under them. The stars stay, so that no average moves."""
    repository.forget_person(session, user_id)
