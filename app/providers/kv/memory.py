"""The store of one process: nothing survives it, and nothing is written anywhere."""

import heapq
import sys
from datetime import timedelta
from typing import Generic, TypeVar

from app.core.clock import Clock
from app.db.types import microseconds
from app.providers.kv.gcra import MICROSECOND, decide
from app.providers.kv.port import Rate, Verdict, checked_key, checked_value

T = TypeVar("T")
_MOST_BUCKETS = 50_000  # some twenty megabytes: whoever floods with addresses must not take more
_MOST_VALUES = 10_000
_NEVER = sys.maxsize
_SLACK = 64


class MemoryKeyValueStore:
    """A `KeyValueStore` in two shelves. When one is full, what would have ended soonest goes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: _Shelf[str] = _Shelf(_MOST_VALUES)
        self._arrivals: _Shelf[int] = _Shelf(_MOST_BUCKETS)

    async def get(self, key: str) -> str | None:
        return self._values.get(checked_key(key), self._now_us())

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        now_us = self._now_us()
        ends_us = _NEVER if life is None else now_us + life // MICROSECOND
        self._values.set(checked_key(key), checked_value(value), ends_us, now_us)

    async def add(self, key: str, value: str, *, life: timedelta | None = None) -> bool:
        if await self.get(key) is not None:
            return False
        await self.put(key, value, life=life)
        return True

    async def take(self, key: str) -> str | None:
        value = await self.get(key)
        self._values.remove(key)
        return value

    async def delete(self, key: str) -> None:
        self._values.remove(checked_key(key))

    async def hit(self, key: str, rate: Rate) -> Verdict:
        now_us = self._now_us()
        arrival, verdict = decide(self._arrivals.get(checked_key(key), now_us), now_us, rate)
        if verdict.is_allowed:
            self._arrivals.set(key, arrival, arrival, now_us)
        return verdict

    async def peek(self, key: str, rate: Rate) -> Verdict:
        now_us = self._now_us()
        return decide(self._arrivals.get(checked_key(key), now_us), now_us, rate)[1]

    async def forget(self, key: str) -> None:
        self._arrivals.remove(checked_key(key))

    async def close(self) -> None:
        """There is nothing to give back."""

    def _now_us(self) -> int:
        return microseconds(self._clock.now())


class _Shelf(Generic[T]):
    """At most so many things that end. A heap of (end, key) finds those that are over; an entry of it may be out of
    date, which shows when it comes up. So each change costs O(log n), however full the shelf is."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[str, tuple[T, int]] = {}
        self._ends: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: str, now_us: int) -> T | None:
        thing, ends_us = self._things.get(key, (None, _NEVER))
        return thing if ends_us > now_us else None

    def set(self, key: str, thing: T, ends_us: int, now_us: int) -> None:
        before = self._things.get(key)
        self._things[key] = (thing, ends_us)
        if before is None or ends_us < before[1]:  # an earlier entry comes up in time and is then put right
            heapq.heappush(self._ends, (ends_us, key))
        self._drop(now_us)

    def remove(self, key: str) -> None:
        self._things.pop(key, None)

    def _drop(self, now_us: int) -> None:
        """What has ended, and as much as is too much."""
        while self._ends and (self._ends[0][0] <= now_us or len(self._things) > self._most):
            ends_us, key = heapq.heappop(self._ends)
            _, true_end = self._things.get(key, (None, -1))
            if true_end == ends_us:
                del self._things[key]
            elif true_end > ends_us:
                heapq.heappush(self._ends, (true_end, key))
        if len(self._ends) > 2 * len(self._things) + _SLACK:
            self._ends = [(ends_us, key) for key, (_, ends_us) in self._things.items()]
            heapq.heapify(self._ends)
