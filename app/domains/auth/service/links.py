"""Mailed links: how many may be asked for, and which still work."""

from datetime import timedelta

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import MailTokenInvalid
from app.domains.auth.models import MailToken
from app.domains.auth.types import MailTokenId, MailTokenPurpose
from app.domains.users import service as users
from app.domains.users.types import UserId

_LINK_WINDOW, _MOST_LINKS = timedelta(hours=1), 3


def may_mail_link(session: ReadSession, user_id: UserId, purpose: MailTokenPurpose) -> bool:
    """Whether the account's links of the hour for this purpose are not used up: who asks for one kind must not keep
    the owner from another. Lock the person before, so that many at once are counted one after the other."""
    recent = repository.count_mailed(session, user_id, session.now - _LINK_WINDOW, purpose)
    return recent < _MOST_LINKS


def make_only_link(
    session: WriteSession,
    user_id: UserId,
    purpose: MailTokenPurpose,
    life: timedelta,
    *,
    new_email: str | None = None,
) -> MailTokenId:
    """A fresh link; the older ones for the same purpose end."""
    repository.void_purpose(session, user_id, purpose)
    token_id = MailTokenId(new_id("mtk"))
    repository.insert_mail_token(
        session, token_id, user_id, purpose=purpose, expires_at=session.now + life, new_email=new_email
    )
    return token_id


def find_link(session: ReadSession, token_id: str | None, purpose: MailTokenPurpose) -> MailToken | None:
    """The link if it still works."""
    token = repository.mail_token(session, MailTokenId(token_id)) if token_id else None
    works = token is not None and token.purpose == purpose and token.used_at is None and token.expires_at > session.now
    return token if works else None


def use_link(session: WriteSession, token_id: str | None, purpose: MailTokenPurpose) -> MailToken:
    """Use a link up, and lock its person: of many uses at once one counts. Raises `MailTokenInvalid`."""
    token = find_link(session, token_id, purpose)
    if token is None:
        raise MailTokenInvalid
    user = users.lock_if_there(session, token.user_id)
    if user is None or not repository.use_mail_token(session, token.id, purpose):
        raise MailTokenInvalid
    session.refresh(token)  # what it carries may have changed before the lock
    return token
