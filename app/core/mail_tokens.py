"""Texts of mailed links."""

import base64
import hashlib
import hmac


class MailTokens:
    """An id and a MAC over it, so that the database alone yields no working link. Made once from the service's
    secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"mail-token:" + secret.encode()).digest()

    def text(self, token_id: str, purpose: str) -> str:
        return f"{token_id}.{self._mac(token_id, purpose)}"

    def read(self, text: str, purpose: str) -> str | None:
        """The id a text stands for; None when it is not ours or is for another purpose."""
        token_id, _, mac = text.partition(".")
        is_ours = text.isascii() and hmac.compare_digest(mac, self._mac(token_id, purpose))
        return token_id if is_ours else None

    def _mac(self, token_id: str, purpose: str) -> str:
        digest = hmac.digest(self._key, f"{purpose}:{token_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
