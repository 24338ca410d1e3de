"""The store in the service's own database: it survives a restart, and every process sees the same."""

from datetime import timedelta

from app.db import kv
from app.db.database import Database
from app.db.types import microseconds
from app.providers.kv.gcra import MOST_BURSTS_AHEAD, decide, in_microseconds
from app.providers.kv.port import Rate, Verdict, checked_key, checked_value


class SqlKeyValueStore:
    """A `KeyValueStore` in two tables. Not for what every request does: each change is a transaction of its own."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, key: str) -> str | None:
        return await self._db.read(kv.read_value, checked_key(key))

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        await self._db.write(kv.put_value, checked_key(key), checked_value(value), life)

    async def add(self, key: str, value: str, *, life: timedelta | None = None) -> bool:
        return await self._db.write(kv.put_value, checked_key(key), checked_value(value), life, only_new=True)

    async def take(self, key: str) -> str | None:
        return await self._db.write(kv.take_value, checked_key(key))

    async def delete(self, key: str) -> None:
        await self._db.write(kv.delete_value, checked_key(key))

    async def hit(self, key: str, rate: Rate) -> Verdict:
        """Read first: a flood of refused hits must not queue for the one connection that writes."""
        interval, burst = in_microseconds(rate)
        while (verdict := await self.peek(key, rate)).is_allowed:
            if await self._db.write(
                kv.count_hit,
                key,
                interval_us=interval,
                burst_us=burst,
                most_ahead_us=MOST_BURSTS_AHEAD * burst,
            ):
                break
        return verdict

    async def peek(self, key: str, rate: Rate) -> Verdict:
        arrival = await self._db.read(kv.read_arrival, checked_key(key))
        return decide(arrival, microseconds(self._db.clock.now()), rate)[1]

    async def forget(self, key: str) -> None:
        await self._db.write(kv.forget_bucket, checked_key(key))

    async def close(self) -> None:
        """The engines belong to whoever made them."""
