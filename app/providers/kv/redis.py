"""The store in Redis or Valkey, for several processes that count together. Each call is one command or one script,
which the server carries out whole.

Ends are kept with the values and judged by the service's clock; the server's own expiry only cleans up behind it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.core.clock import Clock
from app.core.errors import ProviderUnavailable
from app.db.types import microseconds
from app.providers.kv.gcra import MICROSECOND, MOST_BURSTS_AHEAD, decide, in_microseconds, verdict
from app.providers.kv.port import Rate, Verdict, checked_key, checked_value

_PATIENCE_S: Final = 1.0
_CONNECTIONS: Final = 20
_SLACK_MS: Final = 60_000  # the clocks of two machines differ
_MILLISECOND: Final = timedelta(milliseconds=1)
_VALUES, _BUCKETS = "peerloop:v:", "peerloop:r:"

# A value is stored as "<end in microseconds, or 0>:<text>". Numbers are written with %.0f: Lua's own way loses digits.
_ADD: Final = """
local found = redis.call("GET", KEYS[1])
if found then
  local ends = tonumber(string.match(found, "^(%d+):"))
  if ends == 0 or ends > tonumber(ARGV[1]) then return 0 end
end
if ARGV[3] == "0" then redis.call("SET", KEYS[1], ARGV[2])
else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) end
return 1
"""
_HIT: Final = """
local now, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local arrival = tonumber(redis.call("GET", KEYS[1]) or "0")
if arrival <= now or arrival > now + tonumber(ARGV[4]) * burst then arrival = now end
if arrival + interval - now > burst then return {0, string.format("%.0f", arrival)} end
local after = string.format("%.0f", arrival + interval)
redis.call("SET", KEYS[1], after, "PX", ARGV[5])
return {1, after}
"""


class RedisKeyValueStore:
    """A `KeyValueStore` at a `redis://`, `rediss://` or `unix://` address. `patience_s` bounds each step of a call."""

    def __init__(self, url: str, clock: Clock, *, patience_s: float = _PATIENCE_S) -> None:
        self._clock = clock
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=patience_s,
            socket_timeout=patience_s,
            socket_connect_timeout=patience_s,
            retry=Retry(NoBackoff(), 0),  # a hit, an `add` or a `take` that was repeated would count twice
            decode_responses=True,
        )
        self._redis: Any = redis.Redis.from_pool(pool)
        self._add, self._hit = self._redis.register_script(_ADD), self._redis.register_script(_HIT)

    async def get(self, key: str) -> str | None:
        name = _VALUES + checked_key(key)
        async with _failures_as_problem():
            return self._opened(await self._redis.get(name))

    async def put(self, key: str, value: str, *, life: timedelta | None = None) -> None:
        name, packed = _VALUES + checked_key(key), self._packed(value, life)
        async with _failures_as_problem():
            await self._redis.set(name, packed, px=_cleaned_after_ms(life) or None)

    async def add(self, key: str, value: str, *, life: timedelta | None = None) -> bool:
        name, packed = _VALUES + checked_key(key), self._packed(value, life)
        async with _failures_as_problem():
            return bool(await self._add([name], [self._now_us(), packed, _cleaned_after_ms(life)]))

    async def take(self, key: str) -> str | None:
        name = _VALUES + checked_key(key)
        async with _failures_as_problem():
            return self._opened(await self._redis.getdel(name))

    async def delete(self, key: str) -> None:
        name = _VALUES + checked_key(key)
        async with _failures_as_problem():
            await self._redis.delete(name)

    async def hit(self, key: str, rate: Rate) -> Verdict:
        name, now_us, (interval, burst) = _BUCKETS + checked_key(key), self._now_us(), in_microseconds(rate)
        async with _failures_as_problem():
            given = [now_us, interval, burst, MOST_BURSTS_AHEAD, _cleaned_after_ms(rate.burst)]
            is_allowed, arrival = await self._hit([name], given)
        return verdict(int(arrival), now_us, rate, is_allowed=bool(is_allowed))

    async def peek(self, key: str, rate: Rate) -> Verdict:
        name = _BUCKETS + checked_key(key)
        async with _failures_as_problem():
            arrival = await self._redis.get(name)
        return decide(None if arrival is None else int(arrival), self._now_us(), rate)[1]

    async def forget(self, key: str) -> None:
        name = _BUCKETS + checked_key(key)
        async with _failures_as_problem():
            await self._redis.delete(name)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.aclose()

    def _now_us(self) -> int:
        return microseconds(self._clock.now())

    def _packed(self, value: str, life: timedelta | None) -> str:
        ends_us = 0 if life is None else self._now_us() + life // MICROSECOND
        return f"{ends_us}:{checked_value(value)}"

    def _opened(self, packed: str | None) -> str | None:
        ends_us, _, value = (packed or "1:").partition(":")
        return value if ends_us == "0" or int(ends_us) > self._now_us() else None


def _cleaned_after_ms(life: timedelta | None) -> int:
    return 0 if life is None else max(0, life // _MILLISECOND) + _SLACK_MS


@asynccontextmanager
async def _failures_as_problem() -> AsyncIterator[None]:
    """Raises `ProviderUnavailable` whatever went wrong: nothing that is asked of the server can be refused for good."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise ProviderUnavailable from error
