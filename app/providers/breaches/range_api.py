"""The range API of Pwned Passwords behind `BreachDirectory`: five digits of a SHA-1 leave, never the password."""

import asyncio
import hashlib
import logging
from typing import Final

import httpx

from app.core.logging import log_event

_WHOLE_S: Final = 2.0
_PREFIX: Final = 5

logger = logging.getLogger(__name__)


class RangeApi:
    """Asks at `url`, such as https://api.pwnedpasswords.com. The caller owns `http`."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url = url
        self._http = http

    async def holds(self, password: str) -> bool:
        """As the port says; with padding, so that the length of the answer tells nothing either."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        headers = {"Add-Padding": "true", "User-Agent": "PeerLoop/0.1"}
        try:
            async with asyncio.timeout(_WHOLE_S):
                answer = await self._http.get(f"{self._url}/range/{digest[:_PREFIX]}", headers=headers)
            answer.raise_for_status()
        except (TimeoutError, httpx.HTTPError) as error:
            log_event(logger, "breaches.unreachable", error=type(error).__name__)
            return False
        lines = (line.partition(":") for line in answer.text.splitlines())
        return any(suffix == digest[_PREFIX:] and count.strip() != "0" for suffix, _, count in lines)
