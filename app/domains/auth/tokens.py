"""Access tokens (RFC 9068 style JWTs signed with ES256) and the strict verifier around python-jose.

The library alone can be crashed by a nested header, accepts tokens without `exp` or `aud`, ignores `crit`, and takes
other spellings of the same token; all of that is refused here before or after it. Expiry is judged by our clock.
"""

import base64
import hashlib
import json
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt

from app.core.config import SettingsError
from app.core.errors import NotAuthenticated

_ALGORITHM = "ES256"
_TYPE = "at+jwt"
_LONGEST_TOKEN = 2048
_LONGEST_HEADER = 256
_SHAPE = re.compile(r"([A-Za-z0-9_-]{16,})\.([A-Za-z0-9_-]{16,})\.([A-Za-z0-9_-]{86})")
_PLAIN = re.compile(r"[A-Za-z0-9_]+")  # what both databases can look for
_LEEWAY_S = 30
_REMEMBERED = 4096  # tokens with a good signature, half a kilobyte each
_AUDIENCE = "peerloop-api"
_BAD_PREVIOUS_KEYS = "PEERLOOP_JWT_PREVIOUS_PUBLIC_KEYS: must be P-256 public keys in PEM"
_CLAIMS = frozenset({"iss", "aud", "sub", "sid", "jti", "iat", "exp"})
_OPTIONS = {
    "verify_exp": False,  # judged below by the service's own clock
    "verify_iat": False,
    "verify_nbf": False,
}


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a valid access token says: who, and by which log-in. Never what they may do."""

    user_id: str
    auth_session_id: str


@dataclass(frozen=True, slots=True)
class _Signed:
    """The claims of a token with a good signature, and from when to when it counts, in seconds since 1970."""

    claims: AccessClaims
    issued_at: int
    expires_at: int


class AccessTokens:
    """Issues and verifies access tokens; publishes the keys (RFC 7517)."""

    def __init__(self, *, private_key_pem: str, previous_public_pems: str, issuer: str, life: timedelta) -> None:
        self._private_pem = private_key_pem
        self._issuer = issuer
        self.life = life
        current = _read_private_key(private_key_pem).public_key()
        public_keys = [current, *_read_public_keys(previous_public_pems)]
        self._jwks = {_key_id(key): _jwk(key) for key in public_keys}
        self._current_id = _key_id(current)
        self._read = lru_cache(_REMEMBERED)(self._read_signed)

    @property
    def jwks(self) -> dict[str, list[dict[str, str]]]:
        return {"keys": list(self._jwks.values())}

    def issue(self, *, user_id: str, auth_session_id: str, now: datetime) -> str:
        claims = {
            "iss": self._issuer,
            "aud": _AUDIENCE,
            "sub": user_id,
            "sid": auth_session_id,
            "jti": secrets.token_hex(8),
            "iat": int(now.timestamp()),
            "exp": int((now + self.life).timestamp()),
        }
        headers = {"kid": self._current_id, "typ": _TYPE}
        return jwt.encode(claims, self._private_pem, algorithm=_ALGORITHM, headers=headers)

    def verify(self, token: str, now: datetime) -> AccessClaims:
        """Raises `NotAuthenticated` for anything this service did not issue, or issued too long ago."""
        try:
            return self._verify(token, now)
        except NotAuthenticated:
            raise
        except Exception as error:
            # python-jose leaks KeyError, RecursionError and others on hostile input; none may become a 500.
            raise NotAuthenticated from error

    def _verify(self, token: str, now: datetime) -> AccessClaims:
        signed = self._read(token)
        if not signed.issued_at - _LEEWAY_S <= int(now.timestamp()) < signed.expires_at:
            raise NotAuthenticated
        return signed.claims

    def _read_signed(self, token: str) -> "_Signed":
        """What stays true of a token for ever. Remembered by its exact text, because checking the signature takes
        longer than the rest of a request; what is refused is not remembered. The hour and the log-in are checked each
        time."""
        key = self._jwks[_checked_key_id(token)]
        claims = jwt.decode(
            token, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=self._issuer, options=_OPTIONS
        )
        if claims.keys() != _CLAIMS or claims["aud"] != _AUDIENCE:
            raise NotAuthenticated
        issued, expires = claims["iat"], claims["exp"]
        if type(issued) is not int or type(expires) is not int or expires - issued > self.life.total_seconds():
            raise NotAuthenticated
        user_id, auth_session_id = claims["sub"], claims["sid"]
        if not all(isinstance(value, str) and _PLAIN.fullmatch(value) for value in (user_id, auth_session_id)):
            raise NotAuthenticated
        return _Signed(AccessClaims(user_id, auth_session_id), issued, expires)


def _checked_key_id(token: str) -> str:
    """The key id of a token of exactly our shape, in its only canonical spelling."""
    match = _SHAPE.fullmatch(token) if len(token) <= _LONGEST_TOKEN else None
    if match is None or any(_encode(_decode(part)) != part for part in match.groups()):
        raise NotAuthenticated
    header_bytes = _decode(match.group(1))
    if len(header_bytes) > _LONGEST_HEADER:
        raise NotAuthenticated
    header = json.loads(header_bytes)
    if set(header) != {"alg", "kid", "typ"} or header["alg"] != _ALGORITHM or header["typ"] != _TYPE:
        raise NotAuthenticated
    key_id: str = header["kid"]
    return key_id


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_private_key(pem: str) -> ec.EllipticCurvePrivateKey:
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):  # what the library raises for what is no key
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            return key
    raise SettingsError("PEERLOOP_JWT_PRIVATE_KEY: must be a P-256 key in PEM")


def _read_public_keys(pems: str) -> list[ec.EllipticCurvePublicKey]:
    blocks = re.findall(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", pems, re.DOTALL)
    if pems.strip() and not blocks:
        raise SettingsError(_BAD_PREVIOUS_KEYS)
    return [_read_public_key(block) for block in blocks]


def _read_public_key(pem: str) -> ec.EllipticCurvePublicKey:
    with suppress(ValueError, UnsupportedAlgorithm):
        key = serialization.load_pem_public_key(pem.encode())
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            return key
    raise SettingsError(_BAD_PREVIOUS_KEYS)


def _jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _encode(numbers.x.to_bytes(32, "big")),
        "y": _encode(numbers.y.to_bytes(32, "big")),
        "alg": _ALGORITHM,
        "use": "sig",
        "kid": _key_id(key),
    }


def _key_id(key: ec.EllipticCurvePublicKey) -> str:
    """A short fingerprint of the public key, so that the same key always has the same id."""
    raw = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    return _encode(hashlib.sha256(raw).digest()[:12])


def new_private_key() -> str:
    """A fresh P-256 key in PEM, for development and `peerloop key`."""
    key = ec.generate_private_key(ec.SECP256R1())
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def new_refresh_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hash_refresh_token(token: str) -> str:
    """What is stored: useless to whoever reads the database, because the input has full entropy."""
    return hashlib.sha256(token.encode()).hexdigest()


def password_mark(password_hash: str | None) -> str:
    """Stands for a password, so that it can be told whether it is still the same."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()
