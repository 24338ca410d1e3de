"""What the service wants of the caches in front of it."""

from collections.abc import Collection
from typing import Final, Protocol

MOST_AT_ONCE: Final = 100
"""Tags, or addresses, that go into one call."""


class EdgeCache(Protocol):
    """Keeps public answers where people are, and drops those it is told to drop."""

    async def purge(self, tags: Collection[str]) -> None:
        """Drop every answer that carries one of these 1 to 100 tags. It is accepted when this returns, and done within
        seconds; it can be repeated. Raises `ProviderUnavailable`, `ProviderRejected`."""
        ...

    async def purge_below(self, addresses: Collection[str]) -> None:
        """Drop every answer at one of these 1 to 100 addresses or below it, whatever query or headers it was asked for
        with. All else is as with `purge`."""
        ...
