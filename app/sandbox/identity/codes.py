"""Authorization codes: for one client, one address and one PKCE challenge, good once and for a minute."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import Clock
from app.sandbox.books import Books, Record

_LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Registered:
    """The client as it is registered here."""

    client_id: str
    client_secret: str
    redirect_uri: str


class Codes:
    def __init__(self, books: Books, clock: Clock, client: Registered, provider: str) -> None:
        self._books = books
        self._clock = clock
        self._kind = f"identity.{provider}.code"
        self.client = client

    def issue(self, request: Mapping[str, str], person: Record) -> str:
        """A code for an authorization request that was granted."""
        code = f"4/{secrets.token_urlsafe(24)}"
        granted = {"challenge": request["code_challenge"], "nonce": request.get("nonce"), "person": person}
        self._books.put(self._kind, code, granted | {"at": self._clock.now().isoformat(), "is_used": False})
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> Record | None:
        """What was granted; None when the code is unknown, used or old, or its address or verifier is another."""
        with self._books.transaction():
            found = self._books.get(self._kind, code)
            if found is None or found["is_used"] or not self._is_fresh(found):
                return None
            self._books.put(self._kind, code, found | {"is_used": True})
        is_same = redirect_uri == self.client.redirect_uri and hmac.compare_digest(s256(verifier), found["challenge"])
        return found if is_same else None

    def is_client(self, client_id: str, client_secret: str) -> bool:
        return client_id == self.client.client_id and client_secret == self.client.client_secret

    def _is_fresh(self, found: Record) -> bool:
        return self._clock.now() - datetime.fromisoformat(found["at"]) < _LIFE


def s256(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
