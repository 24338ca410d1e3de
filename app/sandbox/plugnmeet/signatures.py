"""The three signatures of the PlugNmeet protocol: of requests, of join tokens and of webhooks. All use one secret."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jose import JWTError, jwt

from app.core.clock import Clock

_JOIN_LIFE_S = 600
_WEBHOOK_LIFE_S = 300
_DOWNLOAD_LIFE_S = 1800


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a join token lets in. It says when joining must have started; leaving and ending are never too late."""

    room_id: str
    user_id: str
    name: str
    is_admin: bool
    may_join: bool


class Signatures:
    def __init__(self, key: str, secret: str, clock: Clock) -> None:
        self._key = key
        self._secret = secret
        self._clock = clock

    def refusal(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The status code of a request that its headers do not vouch for."""
        key, signature = headers.get("API-KEY"), headers.get("HASH-SIGNATURE")
        if not key or not signature:
            return "MISSING_REQUIRED_PARAMETER"
        if key != self._key:
            return "INVALID_API_KEY"
        is_ours = hmac.compare_digest(signature.encode(), self._mac(body).hex().encode())
        return None if is_ours else "INVALID_TOKEN_OR_SIGNATURE"

    def join_token(self, room_id: str, user: Mapping[str, Any]) -> str:
        """A token for a validated `user_info`."""
        claims = {
            "exp": self._now() + _JOIN_LIFE_S,
            "is_admin": user.get("is_admin", False),
            "is_hidden": user.get("is_hidden", False),
            "iss": self._key,
            "name": user["name"],
            "nbf": self._now(),
            "room_id": room_id,
            "sub": user["user_id"],
            "user_id": user["user_id"],
        }
        return jwt.encode(claims, self._secret, "HS256")

    def visitor(self, token: str) -> Visitor | None:
        """Whom the token names, or None if it is not one of our join tokens."""
        head, _, signature = token.rpartition(".")
        expected = base64.urlsafe_b64encode(self._mac(head.encode())).rstrip(b"=")
        if not hmac.compare_digest(expected, signature.encode()):
            return None
        claims = jwt.get_unverified_claims(token)
        if "room_id" not in claims:  # a webhook's token
            return None
        may_join = claims["exp"] >= self._now()
        return Visitor(claims["room_id"], claims["sub"], claims["name"], claims["is_admin"], may_join)

    def download_token(self, record_id: str) -> str:
        """A token that fetches a recording for half an hour."""
        return jwt.encode({"exp": self._now() + _DOWNLOAD_LIFE_S, "sub": record_id}, self._secret, "HS256")

    def downloaded(self, token: str) -> str | None:
        """The recording that the token is for, or None when it has ended or is none of ours."""
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"verify_exp": False})
        except JWTError:
            return None
        return claims.get("sub") if claims["exp"] >= self._now() else None

    def webhook_headers(self, body: bytes) -> dict[str, str]:
        """The headers of a webhook that is sent now."""
        claims = {
            "exp": self._now() + _WEBHOOK_LIFE_S,
            "iat": self._now(),
            "iss": self._key,
            "nbf": self._now(),
            "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
        }
        token = jwt.encode(claims, self._secret, "HS256")
        return {"Authorization": token, "Hash-Token": token}

    def _mac(self, message: bytes) -> bytes:
        return hmac.digest(self._secret.encode(), message, "sha256")

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
