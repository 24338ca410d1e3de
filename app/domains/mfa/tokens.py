"""Secrets of authenticator apps and the codes they make (RFC 6238: SHA-1, 6 digits, 30 seconds), and recovery codes.

Secrets are sealed with AES-256-GCM under a key of their own that the service's secret yields, and bound to their owner:
the database alone makes no codes, and a row copied to another person opens for nobody.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.ids import ALPHABET

_ISSUER = "PeerLoop"
_STEP_S = 30
_WINDOW = 1  # steps to either side: a code that was on its way, a clock that is a little off
_NONCE_BYTES = 12
_RECOVERY_CODES, _RECOVERY_LENGTH, _GROUP = 10, 15, 5  # 75 bits each: beyond guessing, so a plain hash will do


class TotpSeal:
    """The `Seal` of this service. One per process."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(hashlib.sha256(b"totp-secret:" + secret.encode()).digest())

    def seal(self, plain: str, owner: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain.encode(), owner.encode())).decode()

    def open(self, sealed: str, owner: str) -> str | None:
        raw = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            return None


def new_totp_secret() -> str:
    """160 random bits in base32, as apps read them (RFC 4226, 4)."""
    return pyotp.random_base32()


def enrollment_uri(secret: str, account: str) -> str:
    """The `otpauth:` address that sets up an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)


def qr_code(uri: str) -> str:
    """The address as a picture: an SVG in a `data:` address, which a page shows without trusting it as markup."""
    import segno  # noqa: PLC0415 - 2 MB that most processes never need

    return segno.make_qr(uri, error="m").svg_data_uri(scale=4, border=4, light="#fff", encode_minimal=True)


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that a code belongs to: one of those around now, and later than `after`, or None."""
    totp, current = pyotp.TOTP(secret, interval=_STEP_S), int(now.timestamp()) // _STEP_S
    steps = range(max(current - _WINDOW, after + 1), current + _WINDOW + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)


def new_recovery_codes() -> list[str]:
    """Ten of them, as they are written down: `xxxxx-xxxxx-xxxxx`."""
    return ["-".join(_groups()) for _ in range(_RECOVERY_CODES)]


def _groups() -> Iterator[str]:
    for _ in range(_RECOVERY_LENGTH // _GROUP):
        yield "".join(secrets.choice(ALPHABET) for _ in range(_GROUP))


def is_recovery_code(code: str) -> bool:
    """Whether a code, as validated, is one of these and not one of an app."""
    return len(code) == _RECOVERY_LENGTH


def recovery_code_hash(code: str, owner: str) -> str:
    """What is stored of a recovery code, with or without its hyphens."""
    return hashlib.sha256(f"{owner}:{code.replace('-', '')}".encode()).hexdigest()
