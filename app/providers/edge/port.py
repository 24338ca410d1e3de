"""What the service wants of the caches in front of it."""

from collections.abc import Collection
from typing import Final, Protocol

MOST_TAGS: Final = 100
"""That go into one call."""


class EdgeCache(Protocol):
    """Keeps public answers where people are, and drops those it is told to drop."""

    async def purge(self, tags: Collection[str]) -> None:
        """Drop every answer that carries one of these 1 to 100 tags. It is accepted when this returns, and done within
        seconds; it can be repeated. Raises `ProviderUnavailable`, `ProviderRejected`."""
        ...
