"""Signing up and proving the address."""

from datetime import timedelta

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import MailTokenInvalid
from app.domains.auth.events import EmailVerificationAsked, EmailVerified, SignupRepeated
from app.domains.auth.types import MailTokenId, MailTokenPurpose, Signup
from app.domains.users import service as users
from app.domains.users.types import UserId

_VERIFY_LIFE = timedelta(hours=24)
_LINK_WINDOW, _MOST_LINKS = timedelta(hours=1), 3


def sign_up(session: WriteSession, email: str, signup: Signup) -> None:
    """Make the account and ask for the verification mail. An address that is taken gets a mail instead of an answer,
    so that nobody learns who has an account."""
    user_id = users.create_user(
        session, email=email, name=signup.name, password_hash=signup.password_hash, timezone=signup.timezone
    )
    if user_id is not None:
        _ask_verification(session, user_id, signup)
        return
    owner = users.find_by_email(session, email)
    if owner is None:  # the handle was taken in the same instant, not the address
        sign_up(session, email, signup)
    elif owner.is_email_verified:
        session.publish(SignupRepeated(owner.id))
    else:
        _ask_verification(session, owner.id, signup)


def resend_verification(session: WriteSession, email: str) -> None:
    """Mail a fresh link for the newest sign-up if the address belongs to an unverified account; say nothing either
    way."""
    user = users.find_by_email(session, email)
    if user is not None and not user.is_email_verified:
        _ask_verification(session, user.id, repository.newest_signup(session, user.id))


def _ask_verification(session: WriteSession, user_id: UserId, signup: Signup | None) -> None:
    """Nothing beyond the hour's links: whoever knows an address must not be able to fill its mailbox."""
    user = users.lock_user(session, user_id)  # so that many at once are counted one after the other
    recent = repository.count_mail_tokens(session, user_id, since=session.now - _LINK_WINDOW)
    if user.is_email_verified or recent >= _MOST_LINKS:
        return
    token_id = MailTokenId(new_id("mtk"))
    repository.insert_mail_token(
        session,
        token_id,
        user_id,
        purpose=MailTokenPurpose.VERIFY_EMAIL,
        expires_at=session.now + _VERIFY_LIFE,
        signup=signup,
    )
    session.publish(EmailVerificationAsked(user_id, token_id))


def verify_email(session: WriteSession, token_id: str | None) -> None:
    """Raises `MailTokenInvalid` unless the token is ours, fresh and unused, and the address unproven."""
    token = repository.mail_token(session, MailTokenId(token_id)) if token_id else None
    is_proof = (
        token is not None
        and users.mark_email_verified(session, token.user_id)  # first, for it locks the account: one link wins
        and repository.use_mail_token(session, token.id, MailTokenPurpose.VERIFY_EMAIL)
    )
    if token is None or not is_proof:
        raise MailTokenInvalid
    if token.signup is not None:
        _put_into_force(session, token.user_id, token.signup)
    repository.void_mail_tokens(session, token.user_id)
    session.publish(EmailVerified(token.user_id))


def _put_into_force(session: WriteSession, user_id: UserId, signup: Signup) -> None:
    """The proven sign-up's choices become the account's; a stranger who signed up before is out."""
    if users.get_user(session, user_id).password_hash == signup.password_hash:
        return  # the very sign-up that made the account: its log-ins and later changes are of the same person
    users.start_over(session, user_id, password_hash=signup.password_hash, name=signup.name, timezone=signup.timezone)
    repository.revoke_all(session, user_id)
