"""A strict verifier of ID tokens (OpenID Connect Core 3.1.3.7) around python-jose.

The library alone can be crashed by a nested header, takes an audience among others, ignores `azp`, `crit` and a missing
`exp`; all of that is refused here before or after it. Time is judged by our clock.
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jose import jwt

from app.core.errors import ProviderRejected

ALGORITHM: Final = "RS256"
_LONGEST_TOKEN: Final = 8192
_LONGEST_HEADER: Final = 512
_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")
_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,255}")
_LEEWAY: Final = timedelta(seconds=30)
_LONGEST_LIFE: Final = timedelta(hours=24)
_OPTIONS: Final = {
    "verify_aud": False,  # this and the times are judged below, more strictly
    "verify_iss": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_at_hash": False,  # the access token is not used
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be the answer to our question."""

    issuers: frozenset[str]
    client_id: str
    nonce: str


def key_id(token: str) -> str:
    """Which key the token claims to be signed with. Nothing else of the header is believed: no algorithm, no key or
    address of one. Raises `ProviderRejected`."""
    try:
        return _key_id(token)
    except ProviderRejected:
        raise
    except Exception as error:
        raise ProviderRejected from error


def verify(token: str, key: Mapping[str, str], expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token that `key` signed just now, for us and for this question. Raises `ProviderRejected`."""
    try:
        claims = jwt.decode(token, dict(key), algorithms=[ALGORITHM], options=_OPTIONS)
        is_good = _is_meant(claims, expected) and _is_fresh(claims, now)
    except Exception as error:
        # python-jose leaks KeyError, RecursionError and others on hostile input; none may become a 500.
        raise ProviderRejected from error
    if not is_good:
        raise ProviderRejected
    return claims


def _key_id(token: str) -> str:
    if len(token) > _LONGEST_TOKEN or not _SHAPE.fullmatch(token):
        raise ProviderRejected
    raw = _decode(token.partition(".")[0])
    header = json.loads(raw) if len(raw) <= _LONGEST_HEADER else None
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM or "crit" in header:
        raise ProviderRejected
    found = header.get("kid")
    if not isinstance(found, str):
        raise ProviderRejected
    return found


def _is_meant(claims: dict[str, Any], expected: Expected) -> bool:
    """Issuer, audience, authorized party, nonce and subject: steps 2 to 5 and 11."""
    nonce, subject = claims["nonce"], claims["sub"]
    return (
        claims["iss"] in expected.issuers
        and claims["aud"] in (expected.client_id, [expected.client_id])
        and claims.get("azp", expected.client_id) == expected.client_id
        and isinstance(nonce, str)
        and hmac.compare_digest(nonce.encode(), expected.nonce.encode())
        and isinstance(subject, str)
        and _SUBJECT.fullmatch(subject) is not None
    )


def _is_fresh(claims: dict[str, Any], now: datetime) -> bool:
    """Steps 9 and 10: not expired, and made neither in the future nor for ever."""
    issued, expires, at, leeway = claims["iat"], claims["exp"], int(now.timestamp()), int(_LEEWAY.total_seconds())
    if type(issued) is not int or type(expires) is not int:
        return False
    return issued - leeway <= at < expires + leeway and 0 < expires - issued <= _LONGEST_LIFE.total_seconds()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
