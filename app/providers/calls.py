"""What all adapters hold to when they call a service: limits of time, and whose fault a refusal is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from app.core.errors import ProviderUnavailable

TIMEOUT: Final = httpx.Timeout(8, connect=3, pool=2)
"""Seconds for each step of a call."""

KEY_REFUSED: Final = frozenset({401, 403})
"""Our key is being changed or lacks a right: ours to repair, after which the same call will do."""

_WHOLE_S: Final = 12.0  # httpx starts anew with each byte, so a service that drips would hold a call for ever


@asynccontextmanager
async def bounded_call() -> AsyncIterator[None]:
    """Around one call. Raises `ProviderUnavailable` when it fails on the way or takes more than twelve seconds."""
    try:
        async with asyncio.timeout(_WHOLE_S):
            yield
    except (TimeoutError, httpx.HTTPError) as error:
        raise ProviderUnavailable from error
