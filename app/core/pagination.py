"""Keyset cursors: opaque, signed, and bound to the list and the order they were made for."""

import base64
import binascii
import hashlib
import hmac
import json

from app.core.errors import Problem

_MAC_BYTES = 12
LONGEST_CURSOR = 2048  # holds a sort value of a few hundred characters of any script


class CursorInvalid(Problem):
    """The cursor was not made by this list with this sort order."""

    status, code = 422, "cursor_invalid"
    title = "The cursor does not belong to this list."
    hint = "Start again without `cursor`, and keep `sort` and the filters as they were."


class CursorCodec:
    """Encodes the sort values of a page's last row. Made once from the service's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"cursor:" + secret.encode()).digest()

    def encode(self, purpose: str, values: list[str | int]) -> str:
        """`purpose` names the list and its order; the same one must be given to `decode`."""
        payload = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(purpose, payload) + payload).decode().rstrip("=")

    def decode(self, purpose: str, cursor: str) -> list[str | int]:
        """Raises `CursorInvalid` for anything `encode` did not make for this purpose."""
        if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
            raise CursorInvalid
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError):
            raise CursorInvalid from None
        mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(purpose, payload)):
            raise CursorInvalid
        values: list[str | int] = json.loads(payload)
        return values

    def _mac(self, purpose: str, payload: bytes) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\n" + payload, "sha256")[:_MAC_BYTES]
