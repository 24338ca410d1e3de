"""What is kept of a person's log-ins, and forgetting it."""

from app.db.export import Plain
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.service.sessions import forget_sessions
from app.domains.users.types import UserId


def export_of(session: ReadSession, user_id: UserId) -> Plain:
    """Log-ins and mailed links, newest first, without anything that could be used to log in."""
    return {
        "auth_sessions": repository.export_sessions(session, user_id),
        "mailed_links": repository.export_mail_tokens(session, user_id),
    }


def erase(session: WriteSession, user_id: UserId) -> None:
    """End every log-in, forget from where, and delete the mailed links. The ended ones are swept like any other."""
    forget_sessions(session, user_id)
    repository.delete_mail_tokens(session, user_id)
