"""What other domains read of log-ins and mailed links."""

from app.db.session import ReadSession
from app.domains.auth import repository
from app.domains.auth.models import AuthSession, MailToken
from app.domains.auth.types import AuthSessionId, MailTokenId


def get_mail_token(session: ReadSession, token_id: MailTokenId) -> MailToken | None:
    """None when there is none of that id, or it was swept."""
    return repository.mail_token(session, token_id)


def get_auth_session(session: ReadSession, auth_session_id: AuthSessionId) -> AuthSession | None:
    """None when there is none of that id, or it ended so long ago that it was swept."""
    return repository.auth_session(session, auth_session_id)
