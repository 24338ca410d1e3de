"""The store of one process: nothing survives it, and nothing is written anywhere."""

from datetime import datetime, timedelta

from app.core.clock import Clock
from app.db.types import microseconds
from app.providers.kv.gcra import decide
from app.providers.kv.port import Rate, Verdict

_MOST_ENTRIES = 100_000  # a few dozen megabytes at the very most; whoever floods with keys must not take more
_SWEEP_EVERY = 1024


class MemoryKeyValueStore:
    """A `KeyValueStore` in two dictionaries. When full, what was set first goes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[str, datetime | None]] = {}
        self._arrivals: dict[str, int] = {}
        self._writes = 0

    async def get(self, key: str) -> str | None:
        value, ends_at = self._values.get(key, (None, None))
        return None if ends_at is not None and ends_at <= self._clock.now() else value

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        self._values[key] = (value, None if life is None else self._clock.now() + life)
        self._sweep()

    async def add(self, key: str, value: str, *, life: timedelta | None = None) -> bool:
        if await self.get(key) is not None:
            return False
        await self.put(key, value, life=life)
        return True

    async def take(self, key: str) -> str | None:
        value = await self.get(key)
        await self.delete(key)
        return value

    async def delete(self, key: str) -> None:
        self._values.pop(key, None)

    async def hit(self, key: str, rate: Rate) -> Verdict:
        arrival, verdict = decide(self._arrivals.get(key), self._now_us(), rate)
        if verdict.is_allowed:
            self._arrivals[key] = arrival
            self._sweep()
        return verdict

    async def peek(self, key: str, rate: Rate) -> Verdict:
        return decide(self._arrivals.get(key), self._now_us(), rate)[1]

    async def forget(self, key: str) -> None:
        self._arrivals.pop(key, None)

    def _now_us(self) -> int:
        return microseconds(self._clock.now())

    def _sweep(self) -> None:
        """Every so many writes drop what has ended, and what is too much."""
        self._writes += 1
        if self._writes % _SWEEP_EVERY and len(self._values) + len(self._arrivals) <= _MOST_ENTRIES:
            return
        now, now_us = self._clock.now(), self._now_us()
        self._values = {key: item for key, item in self._values.items() if item[1] is None or item[1] > now}
        self._arrivals = {key: arrival for key, arrival in self._arrivals.items() if arrival > now_us}
        for table in (self._values, self._arrivals):
            while len(table) > _MOST_ENTRIES // 2:
                del table[next(iter(table))]
