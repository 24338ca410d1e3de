"""Changing, forgetting and confirming the password. Hashes come and go; the passwords themselves never get here."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.errors import NotAuthenticated
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import CodeNeeded, MailTokenInvalid
from app.domains.auth.events import EmailVerified, PasswordResetAsked
from app.domains.auth.policies import PasswordRules
from app.domains.auth.service.links import find_link, make_only_link, may_mail_link, use_link
from app.domains.auth.service.sessions import forget_sessions
from app.domains.auth.types import AuthSessionId, MailTokenPurpose, NewPassword
from app.domains.mfa import service as mfa
from app.domains.mfa.errors import CodeRefused
from app.domains.mfa.types import Seal
from app.domains.users import service as users
from app.domains.users.errors import WrongPassword
from app.domains.users.events import SecurityChanged
from app.domains.users.types import NAMELESS, SecurityChange, UserId

_RESET_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PasswordReplacement:
    """A new password in place of the one that the person just gave."""

    user_id: UserId
    auth_session_id: AuthSessionId
    checked_hash: str
    new: NewPassword
    keep_others: bool


def password_rules(session: ReadSession, user_id: UserId) -> PasswordRules:
    """What this person's next password is held to."""
    user = users.get_user(session, user_id)
    has_second_factor = mfa.has_second_factor(session, user_id)
    return PasswordRules.of(user.email, user.name, user.handle, has_second_factor=has_second_factor)


def change_password(session: WriteSession, order: PasswordReplacement) -> None:
    """Replace the password and end the person's other auth sessions, unless they are to stay. Raises `WrongPassword`
    when it was replaced since it was checked, `PasswordRefused` when the second factor was removed since then that
    let it be so short."""
    if users.lock_user(session, order.user_id).password_hash != order.checked_hash:
        raise WrongPassword
    password_rules(session, order.user_id).check_length(order.new.length)
    users.set_password(session, order.user_id, order.new.hash)
    repository.rehash_signups(session, order.user_id, old=order.checked_hash, new=order.new.hash)
    repository.void_purpose(session, order.user_id, MailTokenPurpose.RESET_PASSWORD)
    if not order.keep_others:
        repository.revoke_all(session, order.user_id, but=order.auth_session_id)
    session.publish(SecurityChanged(order.user_id, SecurityChange.PASSWORD_CHANGED))


def confirm_password(session: WriteSession, user_id: UserId, auth_session_id: AuthSessionId, checked_hash: str) -> None:
    """Note that whoever has this auth session just gave the password. Raises `WrongPassword` when it was replaced since
    it was checked, `CodeNeeded` where there is a second factor, `NotAuthenticated` when the auth session has ended."""
    if users.lock_user(session, user_id).password_hash != checked_hash:
        raise WrongPassword
    if mfa.has_second_factor(session, user_id):
        raise CodeNeeded
    note_proof(session, user_id, auth_session_id)


def confirm_code(session: WriteSession, seal: Seal, user_id: UserId, auth_session_id: AuthSessionId, code: str) -> None:
    """Note that whoever has this auth session just gave a code. Raises `CodeRefused`, and `NotAuthenticated` when the
    auth session has ended."""
    if not mfa.spend_code(session, seal, user_id, code):
        raise CodeRefused
    note_proof(session, user_id, auth_session_id)


def note_proof(session: WriteSession, user_id: UserId, auth_session_id: AuthSessionId) -> None:
    """The person proved again who they are, in whatever way: what asks for a recent proof is open. Raises
    `NotAuthenticated` when the auth session has ended."""
    if not repository.authenticate_again(session, auth_session_id, user_id):
        raise NotAuthenticated


def ask_password_reset(session: WriteSession, email: str) -> None:
    """Mail a link that sets a new password if the address has an account; say nothing either way."""
    user = users.find_by_email(session, email)
    if user is None:
        return
    users.lock_user(session, user.id)
    if may_mail_link(session, user.id, MailTokenPurpose.RESET_PASSWORD):
        token_id = make_only_link(session, user.id, MailTokenPurpose.RESET_PASSWORD, _RESET_LIFE)
        session.publish(PasswordResetAsked(user.id, token_id))


def reset_rules(session: ReadSession, token_id: str | None) -> PasswordRules:
    """What the password that this link sets is held to. Raises `MailTokenInvalid`."""
    token = find_link(session, token_id, MailTokenPurpose.RESET_PASSWORD)
    if token is None:
        raise MailTokenInvalid
    return password_rules(session, token.user_id)


def reset_password(session: WriteSession, token_id: str | None, new: NewPassword) -> str:
    """Set the password and end every auth session of the person. Whoever holds the link can read the mailbox, which
    proves the address too. Answers the address. Raises `MailTokenInvalid`, and `PasswordRefused` as a change does."""
    user_id = use_link(session, token_id, MailTokenPurpose.RESET_PASSWORD).user_id
    password_rules(session, user_id).check_length(new.length)
    if users.mark_email_verified(session, user_id):
        _reclaim(session, user_id, new.hash)
    else:
        users.set_password(session, user_id, new.hash)
    repository.revoke_all(session, user_id)
    repository.void_mail_tokens(session, user_id)
    session.publish(SecurityChanged(user_id, SecurityChange.PASSWORD_RESET))
    return users.get_user(session, user_id).email


def _reclaim(session: WriteSession, user_id: UserId, new_hash: str) -> None:
    """Nobody knows who made an account whose address was not proven; what they chose goes."""
    users.start_over(session, user_id, password_hash=new_hash, name=NAMELESS, timezone="UTC")
    forget_sessions(session, user_id)
    session.publish(EmailVerified(user_id))
