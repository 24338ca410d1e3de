"""Signing up and proving the address."""

from datetime import datetime, timedelta

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.auth import repository
from app.domains.auth.errors import InvitationNeeded, MailTokenInvalid, PasswordNeeded
from app.domains.auth.events import EmailVerificationAsked, EmailVerified, SignupRepeated
from app.domains.auth.service.links import find_link, may_mail_link, use_link
from app.domains.auth.service.sessions import forget_sessions
from app.domains.auth.types import MailTokenId, MailTokenPurpose, Signup
from app.domains.invitations import service as invitations
from app.domains.invitations.types import InvitationId
from app.domains.users import service as users
from app.domains.users.types import UserId

_VERIFY_LIFE = timedelta(hours=24)
_MOST_SIGNUPS = 20  # that wait for a proof; with so many the account is contested anyway


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


def sign_up_invited(session: WriteSession, email: str, signup: Signup, invitation_id: InvitationId | None) -> None:
    """As `sign_up`, while sign-up is closed. Raises `InvitationNeeded` unless it is an open invitation of the
    address."""
    if invitation_id is None or not invitations.accept_for_signup(session, invitation_id, email):
        raise InvitationNeeded
    sign_up(session, email, signup)


def hash_of_newest_signup(session: ReadSession, email: str) -> str | None:
    """The password of the newest sign-up that waits for its proof."""
    user = users.find_by_email(session, email)
    newest = repository.newest_signup(session, user.id) if user else None
    return newest.password_hash if newest else None


def resend_verification(session: WriteSession, email: str) -> None:
    """Mail a fresh link for the newest sign-up if the address belongs to an unverified account; say nothing either
    way."""
    user = users.find_by_email(session, email)
    if user is not None and not user.is_email_verified:
        _ask_verification(session, user.id, repository.newest_signup(session, user.id))


def _ask_verification(session: WriteSession, user_id: UserId, signup: Signup | None) -> None:
    """No mail beyond the hour's links: whoever knows an address must not be able to fill its mailbox. The sign-up is
    kept all the same, so that a stranger who used the links up does not hide it."""
    user = users.lock_user(session, user_id)
    if user.is_email_verified:
        return
    if may_mail_link(session, user_id, MailTokenPurpose.VERIFY_EMAIL):
        token_id = _keep(session, user_id, signup, expires_at=session.now + _VERIFY_LIFE)
        session.publish(EmailVerificationAsked(user_id, token_id))
    elif signup is not None and _is_worth_keeping(session, user_id, signup):
        _keep(session, user_id, signup, expires_at=session.now)


def _is_worth_keeping(session: ReadSession, user_id: UserId, signup: Signup) -> bool:
    """Not one of a password that waits already, nor one of too many."""
    waiting = repository.pending_password_hashes(session, user_id)
    return signup.password_hash not in waiting and len(waiting) < _MOST_SIGNUPS


def _keep(session: WriteSession, user_id: UserId, signup: Signup | None, *, expires_at: datetime) -> MailTokenId:
    """One that expires at once is not mailed: it only keeps the sign-up."""
    token_id = MailTokenId(new_id("mtk"))
    purpose = MailTokenPurpose.VERIFY_EMAIL
    repository.insert_mail_token(session, token_id, user_id, purpose=purpose, expires_at=expires_at, signup=signup)
    return token_id


def hash_of_signup(session: ReadSession, token_id: str | None) -> str | None:
    """The password that the sign-up of a link chose; None when it belongs to none. Raises `MailTokenInvalid`."""
    token = find_link(session, token_id, MailTokenPurpose.VERIFY_EMAIL)
    if token is None:
        raise MailTokenInvalid
    return token.password_hash


def verify_email(session: WriteSession, token_id: str | None, checked_hash: str | None = None) -> None:
    """Prove the address with a link; `checked_hash` is the password that its holder gave, if any.

    Raises `MailTokenInvalid` unless the token is ours, fresh and unused, and the address unproven, and `PasswordNeeded`
    when there are sign-ups with other passwords: the link of a stranger's is mailed to the owner too, who must not put
    that stranger's password into force by following it.
    """
    token = use_link(session, token_id, MailTokenPurpose.VERIFY_EMAIL)
    if not users.mark_email_verified(session, token.user_id):
        raise MailTokenInvalid
    if token.signup is not None:
        if checked_hash != token.signup.password_hash and _is_contested(session, token.user_id):
            raise PasswordNeeded
        _put_into_force(session, token.user_id, token.signup)
    repository.void_mail_tokens(session, token.user_id)
    session.publish(EmailVerified(token.user_id))


def _is_contested(session: ReadSession, user_id: UserId) -> bool:
    """Whether passwords of different sign-ups wait for the proof; the one in force may be of one that was swept."""
    in_force = users.get_user(session, user_id).password_hash
    return len(repository.pending_password_hashes(session, user_id) | ({in_force} - {None})) > 1


def prove_email(session: WriteSession, user_id: UserId) -> bool:
    """Another service has proven the address. Whether it was unproven until now; then the account's links end."""
    if not users.mark_email_verified(session, user_id):
        return False
    repository.void_mail_tokens(session, user_id)
    session.publish(EmailVerified(user_id))
    return True


def _put_into_force(session: WriteSession, user_id: UserId, signup: Signup) -> None:
    """The proven sign-up's choices become the account's; a stranger who signed up before is out."""
    if users.get_user(session, user_id).password_hash == signup.password_hash:
        return  # the very sign-up that made the account: its log-ins and later changes are of the same person
    users.start_over(session, user_id, password_hash=signup.password_hash, name=signup.name, timezone=signup.timezone)
    forget_sessions(session, user_id)
