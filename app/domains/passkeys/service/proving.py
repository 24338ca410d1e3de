"""Logging in with a passkey, and proving again who one is."""

import logging
from datetime import timedelta

from app.core.logging import log_event
from app.db.session import ReadSession, WriteSession
from app.domains.auth import service as auth
from app.domains.auth.types import AuthSessionId, Device, LoginMethod, TokenPair
from app.domains.passkeys import repository
from app.domains.passkeys.errors import PasskeyRefused
from app.domains.passkeys.types import PasskeyId, Proof, StoredKey
from app.domains.users import service as users
from app.domains.users.types import UserId

logger = logging.getLogger(__name__)


def stored_key(session: ReadSession, passkey_id: PasskeyId, owner: UserId | None = None) -> StoredKey:
    """The key of a passkey, of this person if one is named. Raises `PasskeyRefused` when there is none."""
    found = repository.passkey(session, passkey_id)
    if found is None or owner not in {None, found.user_id}:
        raise PasskeyRefused
    return StoredKey(passkey_id, found.user_id, found.public_key)


def log_in(session: WriteSession, proof: Proof, life: timedelta, device: Device) -> TokenPair:
    """Start an auth session. The device recognized its owner, so no second factor is asked for. Raises `PasskeyRefused`
    and `AccountSuspended`."""
    user = users.lock_if_there(session, proof.user_id)
    if user is None:
        raise PasskeyRefused
    _use(session, proof)
    auth.refuse_suspended(user.suspended_at)
    return auth.start_auth_session(session, proof.user_id, life, LoginMethod.PASSKEY, device)


def step_up(session: WriteSession, proof: Proof, auth_session_id: AuthSessionId) -> None:
    """The person of this auth session has just proven who they are. Raises `PasskeyRefused`."""
    _use(session, proof)
    auth.note_proof(session, proof.user_id, auth_session_id)


def _use(session: WriteSession, proof: Proof) -> None:
    """A counter that does not grow means that there is a copy of the key, or that the response was used before."""
    if repository.use(session, proof.id, proof.user_id, proof.sign_count):
        return
    log_event(logger, "passkeys.counter_did_not_grow", user_id=proof.user_id)
    raise PasskeyRefused
