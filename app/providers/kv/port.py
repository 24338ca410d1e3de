"""What the service wants of a key-value store: small texts that end by themselves, and buckets of a rate limit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

MOST_VALUE_BYTES: Final = 65_536
_KEY = re.compile(r"[\x21-\x7e]{1,512}")


@dataclass(frozen=True, slots=True)
class Rate:
    """A burst of `limit` hits at once, which comes back evenly: one hit each `period / limit`, all after `period`."""

    limit: int
    period: timedelta

    @property
    def interval(self) -> timedelta:
        """The time in which one hit comes back."""
        return self.period // self.limit

    @property
    def burst(self) -> timedelta:
        """The time in which all hits come back: the period, to the microsecond that can be divided by the limit."""
        return self.interval * self.limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a hit was allowed, how many more would be now, and when the next one (or the full burst) is there."""

    is_allowed: bool
    remaining: int
    retry_after: timedelta
    reset_after: timedelta


class KeyValueStore(Protocol):
    """Keys are 1 to 512 bytes of visible ASCII, values at most 64 KiB of text without NUL: `ValueError` for others.
    What ends does so by the service's own clock. Raises `ProviderUnavailable` or `Unavailable`."""

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

    async def close(self) -> None:
        """Give back connections. Called once, when the process ends."""


class ReadModelStore(Protocol):
    """Copies of what changes rarely, kept where it is read. They may be a minute old and more; nothing is atomic, so
    this is no `KeyValueStore`. Keys as there, values at most 25 MiB. Raises `ProviderUnavailable`, `ProviderRejected`.
    """

    async def get(self, key: str) -> str | None:
        """The value, unless there is none."""

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        """Set the value; it ends after `life`, a minute at least."""

    async def put_all(self, values: Mapping[str, str], *, life: timedelta | None = None) -> None:
        """Set 1 to 10,000 values in one call. Which of them were set when it fails is unknown; it can be repeated."""

    async def delete(self, key: str) -> None:
        """Remove the value if there is one."""


def checked_key(key: str) -> str:
    """The key itself. Raises `ValueError` for one that not every store takes."""
    if _KEY.fullmatch(key) is None:
        raise ValueError("a key is 1 to 512 bytes of visible ASCII")
    return key


def checked_value(value: str) -> str:
    """The value itself. Raises `ValueError` for one that not every store takes."""
    if "\x00" in value or len(value.encode("utf-8")) > MOST_VALUE_BYTES:
        raise ValueError("a value is at most 64 KiB of UTF-8 without NUL")
    return value
