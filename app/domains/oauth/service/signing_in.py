"""Signing in. Who somebody is, issuer and subject say; the address only decides about the first time."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from app.db.session import WriteSession
from app.domains.auth import service as auth
from app.domains.auth.types import Device, LoginMethod, PendingLogIn, TokenPair
from app.domains.invitations import service as invitations
from app.domains.oauth import repository
from app.domains.oauth.errors import SignInError, SignInRefused
from app.domains.oauth.types import Proven
from app.domains.users import service as users
from app.domains.users.types import NAMELESS, EmailField, NameField, UserId

_Name: TypeAdapter[str] = TypeAdapter(NameField)
_Email: TypeAdapter[str] = TypeAdapter(EmailField)


@dataclass(frozen=True, slots=True)
class SignInTerms:
    """How long a log-in lasts, where it comes from, and whether newcomers need an invitation."""

    life: timedelta
    device: Device
    is_by_invitation: bool


def sign_in(session: WriteSession, proven: Proven, terms: SignInTerms) -> TokenPair | PendingLogIn:
    """Log a proven person in to their account, which is made if there is none; somebody with a second factor has yet to
    show it.

    Raises `SignInRefused` when the address is not theirs for certain or belongs to a verified account, when the person
    is suspended, or new and not invited.
    """
    user_id = _account(session, proven, terms)
    user = users.lock_if_there(session, user_id)
    if user is None:
        raise SignInRefused(SignInError.TRY_AGAIN)  # deleted in this very instant
    if user.suspended_at is not None:
        raise SignInRefused(SignInError.ACCOUNT_SUSPENDED)
    repository.mark_used(session, proven.issuer, proven.person.subject)
    return auth.begin_log_in(session, user_id, terms.life, LoginMethod(proven.provider), terms.device)


def _account(session: WriteSession, proven: Proven, terms: SignInTerms) -> UserId:
    """Whose the identity is, from now on at the latest."""
    user_id = repository.owner(session, proven.issuer, proven.person.subject)
    while user_id is None:
        user_id = _first_account(session, proven, terms)
    return user_id


def _first_account(session: WriteSession, proven: Proven, terms: SignInTerms) -> UserId | None:
    """The account for an identity that was never seen; None when the address or the handle was taken in this instant,
    and all is to be looked at again."""
    email = _proven_email(proven)
    found = users.find_by_email(session, email)
    if found is None:
        user_id = _make_account(session, proven, email, terms)
    elif not found.is_email_verified and auth.prove_email(session, found.id):
        user_id = found.id
        _start_over(session, proven, user_id)
    else:
        return _owner_of_verified(session, proven)
    if user_id is not None and not repository.insert(session, proven.issuer, proven.person.subject, user_id):
        raise SignInRefused(SignInError.TRY_AGAIN)  # linked to somebody else in this very instant
    return user_id


def _owner_of_verified(session: WriteSession, proven: Proven) -> UserId:
    """The address has a verified account. It may have changed hands at the provider since, so it opens nothing: whoever
    owns the account links the identity from inside. Unless another tab of this person was faster just now."""
    user_id = repository.owner(session, proven.issuer, proven.person.subject)
    if user_id is None:
        raise SignInRefused(SignInError.ACCOUNT_EXISTS)
    return user_id


def _proven_email(proven: Proven) -> str:
    if not proven.person.is_email_verified:
        raise SignInRefused(SignInError.EMAIL_UNVERIFIED)
    try:
        return _Email.validate_python(proven.person.email)
    except ValidationError:
        raise SignInRefused(SignInError.EMAIL_UNVERIFIED) from None


def _make_account(session: WriteSession, proven: Proven, email: str, terms: SignInTerms) -> UserId | None:
    """A new member without a password. The provider proved the address, so an invitation of it needs no link."""
    if terms.is_by_invitation and not invitations.accept_for_address(session, email):
        raise SignInRefused(SignInError.INVITATION_NEEDED)
    user_id = users.create_user(session, email=email, name=_name(proven), password_hash=None, timezone="UTC")
    if user_id is not None:
        auth.prove_email(session, user_id)
    return user_id


def _start_over(session: WriteSession, proven: Proven, user_id: UserId) -> None:
    """Anybody can sign up with anybody's address. The one who has proven it has the account now: what a stranger chose
    or added goes, and so does whoever is logged in."""
    users.start_over(session, user_id, password_hash=None, name=_name(proven), timezone="UTC")
    auth.forget_sessions(session, user_id)
    repository.delete_all(session, user_id)


def _name(proven: Proven) -> str:
    try:
        return _Name.validate_python(proven.person.name)
    except ValidationError:
        return NAMELESS
