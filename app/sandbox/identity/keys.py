"""The RSA key that signs ID tokens. It is made when first needed, and anew when somebody asks for that."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.sandbox.books import Books, Record

_KIND, _CURRENT = "identity.google.key", "current"


@dataclass(frozen=True, slots=True)
class Key:
    """A private key in PEM and the id of its public half."""

    kid: str
    pem: str


class Keys:
    def __init__(self, books: Books) -> None:
        self._books = books

    def current(self) -> Key:
        found = self._books.get(_KIND, _CURRENT)
        return Key(**found) if found else self.rotate()

    def rotate(self) -> Key:
        """Put a fresh key in the place of the current one."""
        key = new_key()
        self._books.put(_KIND, _CURRENT, {"kid": key.kid, "pem": key.pem})
        return key

    def jwks(self) -> Record:
        """The public half (RFC 7517)."""
        key = self.current()
        private = serialization.load_pem_private_key(key.pem.encode(), password=None)
        assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101 - made below
        numbers = private.public_key().public_numbers()
        parts = {"n": _encode(numbers.n), "e": _encode(numbers.e)}
        return {"keys": [{"kty": "RSA", "kid": key.kid, "use": "sig", "alg": "RS256"} | parts]}


def new_key() -> Key:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = private.private_bytes(encoding, form, serialization.NoEncryption()).decode()
    modulus = _encode(private.public_key().public_numbers().n)
    return Key(hashlib.sha256(modulus.encode()).hexdigest()[:40], pem)


def _encode(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
