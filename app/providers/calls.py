"""What all adapters hold to when they call a service: limits of time, and whose fault a refusal is."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import httpx

from app.core.errors import ProviderUnavailable

TIMEOUT: Final = httpx.Timeout(8, connect=3, pool=2)
"""Seconds for each step of a call."""

KEY_REFUSED: Final = frozenset({401, 403})
"""Our key is being changed or lacks a right: ours to repair, after which the same call will do."""

_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_LONGEST_PAUSE: Final = timedelta(hours=1)

_WHOLE_S: Final = 12.0  # httpx starts anew with each byte, so a service that drips would hold a call for ever


@asynccontextmanager
async def bounded_call() -> AsyncIterator[None]:
    """Around one call. Raises `ProviderUnavailable` when it fails on the way or takes more than twelve seconds."""
    try:
        async with asyncio.timeout(_WHOLE_S):
            yield
    except (TimeoutError, httpx.HTTPError) as error:
        raise ProviderUnavailable from error


def asked_pause(answer: httpx.Response) -> timedelta:
    """How long the service asks to be left alone (RFC 9110, 10.2.3): nothing, or up to an hour."""
    asked = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(asked)), _LONGEST_PAUSE) if _SECONDS.fullmatch(asked) else timedelta(0)
