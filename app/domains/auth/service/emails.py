"""Moving an account to another address. The old one counts until the new one is proven."""

from datetime import timedelta

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.auth import repository
from app.domains.auth.errors import EmailTaken, MailTokenInvalid
from app.domains.auth.events import EmailChangeAsked, EmailChanged, EmailVerified, SignupRepeated
from app.domains.auth.service.leaving import erase
from app.domains.auth.service.links import make_only_link, may_mail_link, use_link
from app.domains.auth.types import MailTokenPurpose
from app.domains.users import service as users
from app.domains.users.errors import WrongPassword
from app.domains.users.types import UserId

_CHANGE_LIFE = timedelta(hours=24)


def ask_email_change(session: WriteSession, user_id: UserId, checked_hash: str | None, new_email: str) -> None:
    """Mail a link to the new address. An address that is taken gets a mail to its owner instead, and the caller learns
    nothing. Raises `WrongPassword` when the password was replaced since it was checked."""
    user = users.lock_user(session, user_id)
    if user.password_hash != checked_hash:
        raise WrongPassword
    if new_email == user.email or not may_mail_link(session, user_id, MailTokenPurpose.CHANGE_EMAIL):
        return
    # Made for a taken address too: it is counted, and leads nowhere.
    token_id = make_only_link(session, user_id, MailTokenPurpose.CHANGE_EMAIL, _CHANGE_LIFE, new_email=new_email)
    owner = users.find_by_email(session, new_email)
    if owner is not None and owner.is_email_verified:
        session.publish(SignupRepeated(owner.id))
    else:
        session.publish(EmailChangeAsked(user_id, token_id))


def confirm_email(session: WriteSession, user_id: UserId, token_id: str | None) -> None:
    """Put the new address in force; the person's other links end, auth sessions stay: the password did not change. The
    previous address is told if it was proven: another may be a stranger's. Raises `MailTokenInvalid`, for a link of
    somebody else's too, and `EmailTaken`."""
    token = use_link(session, token_id, MailTokenPurpose.CHANGE_EMAIL)
    if token.user_id != user_id:
        raise MailTokenInvalid
    user = users.get_user(session, user_id)
    previous, was_verified = user.email, user.is_email_verified
    if token.new_email is None:
        raise EmailTaken
    _free(session, token.new_email, user.id)
    if not users.replace_email(session, user.id, token.new_email):
        raise EmailTaken
    repository.void_mail_tokens(session, user.id)
    if was_verified:
        repository.note_previous_email(session, token.id, previous)
        session.publish(EmailChanged(user.id, token.id))
    else:
        session.publish(EmailVerified(user.id))


def _free(session: WriteSession, email: str, prover_id: UserId) -> None:
    """Anybody can sign up with anybody's address: an account that never proved it ends when somebody else does. Not an
    administrator's, whom the operator vouched for."""
    found = users.find_by_email(session, email)
    other = users.lock_if_there(session, found.id) if found else None
    if other is None or other.is_email_verified or other.is_admin:
        return
    erase(session, other.id)
    users.erase(session, other.id)
    why = "Somebody else has proven the address of this account, which never did."
    audit.record(session, prover_id, Change("user.deleted", "user", other.id, reason=why))
