"""The ceremonies of Web Authentication Level 3: challenges that work once, and responses checked by the library.

The library takes 23 MB and is loaded by the first response that is checked; like the check itself that happens in a
thread.
"""

import asyncio
import base64
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from app.core.errors import Problem
from app.domains.passkeys.errors import PasskeyRefused
from app.domains.passkeys.types import Ceremony, NewPasskey, PasskeyId, Proof, RelyingParty, StoredKey
from app.edge.routing import parse_json
from app.providers.kv.port import KeyValueStore

T = TypeVar("T")
Credential = Mapping[str, Any]
"""A `PublicKeyCredential` as browsers write it as JSON (Level 3, 5.1.8)."""

CHALLENGE_LIFE = timedelta(minutes=5)
_CHALLENGE = re.compile("[A-Za-z0-9_-]{43}")
_NOBODY = "-"


async def new_challenge(kv: KeyValueStore, ceremony: Ceremony, owner: str | None = None) -> str:
    """256 random bits in base64url, for one response within five minutes, by this person if one is named."""
    challenge = secrets.token_urlsafe(32)
    await kv.put(f"{ceremony}:{challenge}", owner or _NOBODY, life=CHALLENGE_LIFE)
    return challenge


async def take_challenge(
    kv: KeyValueStore, ceremony: Ceremony, credential: Credential, owner: str | None = None
) -> str:
    """The challenge that a response answers, used up. Raises `PasskeyRefused` when it is not one of this ceremony and
    person, and for a response that comes out of a frame in a foreign page."""
    client_data = _read_client_data(credential["response"]["clientDataJSON"])
    challenge = str(client_data.get("challenge"))
    if not _CHALLENGE.fullmatch(challenge) or client_data.get("crossOrigin", False) is not False:
        raise PasskeyRefused
    if await kv.take(f"{ceremony}:{challenge}") != (owner or _NOBODY):
        raise PasskeyRefused
    return challenge


def _read_client_data(text: str) -> dict[str, Any]:
    try:
        found = parse_json(_decode(text))
    except (Problem, ValueError) as error:
        raise PasskeyRefused from error
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def check_new_passkey(party: RelyingParty, credential: Credential, challenge: str) -> NewPasskey:
    """Raises `PasskeyRefused`."""
    return await _in_thread(_check_new_passkey, party, credential, challenge)


async def check_proof(party: RelyingParty, credential: Credential, challenge: str, key: StoredKey) -> Proof:
    """Raises `PasskeyRefused`. The counter is left to the unit that uses the proof."""
    return await _in_thread(_check_proof, party, credential, challenge, key)


async def _in_thread(check: Callable[..., T], *args: object) -> T:
    """The library and what it calls leak KeyError, TypeError and others on hostile input; none may become a 500."""
    try:
        return await asyncio.to_thread(check, *args)
    except PasskeyRefused:
        raise
    except Exception as error:
        raise PasskeyRefused from error


def _check_new_passkey(party: RelyingParty, credential: Credential, challenge: str) -> NewPasskey:
    from webauthn import verify_registration_response  # noqa: PLC0415 - 23 MB that most processes never need

    found = verify_registration_response(
        credential=dict(credential),
        expected_challenge=_decode(challenge),
        expected_rp_id=party.id,
        expected_origin=list(party.origins),
        require_user_verification=True,
    )
    if found.credential_id != _decode(credential["rawId"]):
        raise PasskeyRefused
    return NewPasskey(PasskeyId(credential["id"]), found.credential_public_key, found.sign_count)


def _check_proof(party: RelyingParty, credential: Credential, challenge: str, key: StoredKey) -> Proof:
    from webauthn import verify_authentication_response  # noqa: PLC0415 - 23 MB that most processes never need

    found = verify_authentication_response(
        credential=dict(credential),
        expected_challenge=_decode(challenge),
        expected_rp_id=party.id,
        expected_origin=list(party.origins),
        credential_public_key=key.public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    handle = credential["response"].get("userHandle") or ""
    if not hmac.compare_digest(_decode(handle), key.user_id.encode()):
        raise PasskeyRefused
    return Proof(key.id, key.user_id, found.new_sign_count)
