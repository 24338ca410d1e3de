"""Linking an identity to an account, and taking it off again."""

from collections.abc import Collection

from app.core.errors import NotAuthenticated
from app.db.lookup import lookup_in
from app.db.session import ReadSession, WriteSession
from app.domains.auth import service as auth
from app.domains.auth.events import WayInRemoved
from app.domains.oauth import repository
from app.domains.oauth.errors import IdentityNotLinked, SignInError, SignInRefused
from app.domains.oauth.models import ExternalIdentity
from app.domains.oauth.types import Linker, Proven
from app.domains.users import service as users
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SecurityChange, UserId
from app.edge.principal import AccountSuspended


def list_identities(session: ReadSession, user_id: UserId, issuers: Collection[str]) -> list[ExternalIdentity]:
    """What the person has linked at these issuers, oldest first."""
    return repository.of_user(session, user_id, issuers)


def link(session: WriteSession, proven: Proven, linker: Linker) -> None:
    """Link the identity; nothing changes when it is linked already. At most one of each provider.

    Raises `SignInRefused` when the identity is somebody else's, when there is one of this provider, or when the auth
    session in which this began has ended.
    """
    _refuse_gone(session, linker)
    users.lock_user(session, linker.user_id)  # so that two at once are counted one after the other
    owner = repository.owner(session, proven.issuer, proven.person.subject)
    if owner == linker.user_id:
        return
    if repository.count(session, linker.user_id, [proven.issuer]):
        raise SignInRefused(SignInError.ALREADY_LINKED)
    if not repository.insert(session, proven.issuer, proven.person.subject, linker.user_id):
        raise SignInRefused(SignInError.IDENTITY_TAKEN)
    session.publish(SecurityChanged(linker.user_id, SecurityChange.IDENTITY_LINKED))


def _refuse_gone(session: ReadSession, linker: Linker) -> None:
    """Whoever was logged out or suspended meanwhile must not leave a way in behind."""
    try:
        auth.authenticate(lookup_in(session), auth.AccessClaims(linker.user_id, linker.auth_session_id))
    except (NotAuthenticated, AccountSuspended):
        raise SignInRefused(SignInError.NOT_LOGGED_IN) from None


def unlink(session: WriteSession, user_id: UserId, issuer: str) -> None:
    """Take off the person's identity at `issuer`. Raises `IdentityNotLinked`, and `OnlyWayIn` when nothing else logs
    them in."""
    users.lock_user(session, user_id)  # two at once must not each leave the other as the way in
    if not repository.delete_of(session, user_id, issuer):
        raise IdentityNotLinked
    session.publish(WayInRemoved(user_id))
    session.publish(SecurityChanged(user_id, SecurityChange.IDENTITY_UNLINKED))
