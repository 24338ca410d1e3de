"""What the service wants of a key-value store: small texts that end by themselves, and buckets of a rate limit."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` hits in any `period`, as GCRA counts: a full burst at once, then one each `period / limit`."""

    limit: int
    period: timedelta

    @property
    def interval(self) -> timedelta:
        """The time in which one hit comes back."""
        return self.period / self.limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a hit was allowed, how many more would be now, and when the next one (or the full burst) is there."""

    is_allowed: bool
    remaining: int
    retry_after: timedelta
    reset_after: timedelta


class KeyValueStore(Protocol):
    """Keys are at most 512 bytes of printable ASCII, values at most 64 KiB of text. Raises `ProviderUnavailable`."""

    async def get(self, key: str) -> str | None:
        """The value, unless there is none or it has ended."""

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        """Set the value; it ends after `life`."""

    async def add(self, key: str, value: str, *, life: timedelta | None = None) -> bool:
        """Set the value unless there is one. Of many callers at once exactly one is told True."""

    async def take(self, key: str) -> str | None:
        """Read and remove. Of many callers at once exactly one gets the value."""

    async def delete(self, key: str) -> None:
        """Remove the value if there is one."""

    async def hit(self, key: str, rate: Rate) -> Verdict:
        """Count one hit. A refused hit is not counted and writes nothing."""

    async def peek(self, key: str, rate: Rate) -> Verdict:
        """What a hit would be told, without counting one."""

    async def forget(self, key: str) -> None:
        """Empty the bucket of a key, so that its full burst is there again."""
