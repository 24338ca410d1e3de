"""Addresses that carry what they allow, and a MAC over it: no row is needed to check one, in any process."""

import base64
import hashlib
import hmac
import json
from dataclasses import astuple
from typing import Final

from app.providers.storage.port import AddressExpired, AddressRefused, Grant

_NAME: Final = "grant="


class Grants:
    """Made once from the service's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"file-address:" + secret.encode()).digest()

    def query(self, method: str, key: str, grant: Grant) -> str:
        """What follows the question mark of the address."""
        claims = _base64(json.dumps(astuple(grant), ensure_ascii=False, separators=(",", ":")).encode())
        return f"{_NAME}{claims}.{self._mac(method, key, claims)}"

    def read(self, method: str, key: str, query: str, *, now: float) -> Grant:
        """The grant behind exactly this spelling. `now` is in seconds of the Unix epoch. Raises `AddressRefused` for
        what is not ours or is for something else, `AddressExpired` when its time is over."""
        claims, _, mac = query.removeprefix(_NAME).partition(".")
        is_spelled = query.isascii() and query == f"{_NAME}{claims}.{mac}"
        if not is_spelled or not hmac.compare_digest(mac, self._mac(method, key, claims)):
            raise AddressRefused
        grant = Grant(*json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))))
        if now >= grant.ends_at:
            raise AddressExpired
        return grant

    def _mac(self, method: str, key: str, claims: str) -> str:
        return _base64(hmac.digest(self._key, f"{method}\n{key}\n{claims}".encode(), "sha256"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
