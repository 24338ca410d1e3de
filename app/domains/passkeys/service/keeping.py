"""Adding, naming and removing passkeys."""

from dataclasses import dataclass

from app.db.session import ReadSession, WriteSession
from app.domains.auth.events import WayInRemoved
from app.domains.passkeys import repository
from app.domains.passkeys.errors import PasskeyNotFound, PasskeyRefused, TooManyPasskeys
from app.domains.passkeys.models import Passkey
from app.domains.passkeys.types import NewPasskey, PasskeyId
from app.domains.users import service as users
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SecurityChange, UserId

_MOST = 10


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who wants to add a passkey, as the device will show it, and the passkeys that are there."""

    user_id: UserId
    email: str
    name: str
    passkey_ids: list[PasskeyId]


def applicant(session: ReadSession, user_id: UserId) -> Applicant:
    """Raises `TooManyPasskeys`: better before the device has made one."""
    user = users.get_user(session, user_id)
    ids = [passkey.id for passkey in repository.passkeys_of(session, user_id)]
    if len(ids) >= _MOST:
        raise TooManyPasskeys
    return Applicant(user.id, user.email, user.name, ids)


def add(session: WriteSession, user_id: UserId, name: str, new: NewPasskey) -> Passkey:
    """Raises `TooManyPasskeys`, and `PasskeyRefused` for a credential that somebody has."""
    users.lock_user(session, user_id)  # so that many at once are counted one after the other
    if repository.count(session, user_id) >= _MOST:
        raise TooManyPasskeys
    if not repository.insert(session, user_id, name, new):
        raise PasskeyRefused
    session.publish(SecurityChanged(user_id, SecurityChange.PASSKEY_ADDED))
    return _find(session, user_id, new.id)


def passkeys_of(session: ReadSession, user_id: UserId) -> list[Passkey]:
    """Oldest first."""
    return repository.passkeys_of(session, user_id)


def rename(session: WriteSession, user_id: UserId, passkey_id: PasskeyId, name: str) -> Passkey:
    """Raises `PasskeyNotFound`."""
    if not repository.rename(session, passkey_id, user_id, name):
        raise PasskeyNotFound
    return _find(session, user_id, passkey_id)


def remove(session: WriteSession, user_id: UserId, passkey_id: PasskeyId) -> None:
    """Raises `PasskeyNotFound`, and `OnlyWayIn` when nothing else logs the person in."""
    users.lock_user(session, user_id)  # two at once must not each leave the other as the way in
    if not repository.remove(session, passkey_id, user_id):
        raise PasskeyNotFound
    session.publish(WayInRemoved(user_id))
    session.publish(SecurityChanged(user_id, SecurityChange.PASSKEY_REMOVED))


def _find(session: ReadSession, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
    found = repository.passkey(session, passkey_id)
    if found is None or found.user_id != user_id:
        raise PasskeyNotFound
    return found
