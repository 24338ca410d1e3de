"""Cloudflare Turnstile behind `CaptchaProvider`: the siteverify call."""

import uuid
from typing import Final

import httpx
from pydantic import BaseModel, Field, ValidationError

from app.core.errors import ProviderUnavailable
from app.providers.calls import TIMEOUT, bounded_call

_NOT_ABOUT_THE_TOKEN: Final = frozenset(
    {"internal-error", "bad-request", "missing-input-secret", "invalid-input-secret"}
)
_ATTEMPTS: Final = 2


class _Outcome(BaseModel):
    success: bool
    hostname: str | None = None
    action: str | None = None
    error_codes: list[str] = Field(default_factory=list, alias="error-codes")


class Turnstile:
    """Asks at `url` with our secret. Tokens count only from pages of `hostname`. The caller owns `http`."""

    def __init__(self, *, secret: str, url: str, hostname: str, http: httpx.AsyncClient) -> None:
        self._secret = secret
        self._url = url
        self._hostname = hostname
        self._http = http

    async def passes(self, token: str, *, address: str, action: str) -> bool:
        """As the port says. A call that fails on the way is repeated once under the same key, which makes Cloudflare
        answer for the same use of the token."""
        order = {"secret": self._secret, "response": token, "remoteip": address, "idempotency_key": str(uuid.uuid4())}
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._judged(await self._ask(order), action)
            except ProviderUnavailable:
                continue
        return self._judged(await self._ask(order), action)

    async def _ask(self, order: dict[str, str]) -> _Outcome:
        async with bounded_call():
            response = await self._http.post(f"{self._url}/siteverify", json=order, timeout=TIMEOUT)
        try:
            outcome = _Outcome.model_validate_json(response.content)
        except ValidationError as error:
            raise ProviderUnavailable from error
        if _NOT_ABOUT_THE_TOKEN.intersection(outcome.error_codes):
            raise ProviderUnavailable
        return outcome

    def _judged(self, outcome: _Outcome, action: str) -> bool:
        return outcome.success and outcome.hostname == self._hostname and outcome.action == action
