"""Redis: several processes count together, it cleans up behind us, and it may be away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis

from app.core.errors import ProviderUnavailable
from app.providers.kv.port import KeyValueStore, Rate
from app.providers.kv.redis import RedisKeyValueStore
from tests.support.clock import ManualClock
from tests.support.redis import RedisServer

RATE = Rate(10, timedelta(minutes=1))


async def test_two_processes_count_together(
    redis_kv: KeyValueStore, redis_server: RedisServer, clock: ManualClock
) -> None:
    other = RedisKeyValueStore(redis_server.url, clock)
    verdicts = await asyncio.gather(*(store.hit("a", RATE) for _ in range(50) for store in (redis_kv, other)))
    won = await asyncio.gather(*(store.add("a", "one") for _ in range(25) for store in (redis_kv, other)))
    await other.close()
    assert sum(verdict.is_allowed for verdict in verdicts) == 10
    assert won.count(True) == 1


async def test_the_server_cleans_up_a_little_later(redis_kv: KeyValueStore, redis_server: RedisServer) -> None:
    await redis_kv.put("ending", "one", life=timedelta(minutes=5))
    await redis_kv.add("ending-too", "one", life=timedelta(minutes=5))
    await redis_kv.put("endless", "one")
    await redis_kv.hit("bucket", RATE)
    with redis.Redis.from_url(redis_server.url) as client:
        lives = {key.decode(): client.ttl(key) for key in client.scan_iter()}
    assert lives.pop("peerloop:v:endless") == -1
    assert lives.pop("peerloop:r:bucket") in range(118, 121)
    assert all(life in range(358, 361) for life in lives.values())
    assert len(lives) == 2


async def test_instants_keep_their_microseconds(redis_kv: KeyValueStore, redis_server: RedisServer) -> None:
    await redis_kv.hit("bucket", Rate(7, timedelta(minutes=1)))
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("peerloop:r:bucket") == b"1796115608571428"  # nine o'clock and 60/7 seconds


async def test_a_server_that_was_away_is_found_again(redis_server: RedisServer, clock: ManualClock) -> None:
    with TemporaryDirectory(prefix="peerloop-redis-") as folder:
        own = RedisServer(redis_server.program, Path(folder))
        own.start()
        store = RedisKeyValueStore(own.url, clock)
        await store.put("a", "one")
        own.stop()
        for call in (store.get("a"), store.hit("a", RATE), store.add("a", "two"), store.forget("a")):
            with pytest.raises(ProviderUnavailable):
                await call
        own.start()
        assert await store.get("a") is None
        assert (await store.hit("a", RATE)).remaining == 9
        await store.close()
        own.stop()


@asynccontextmanager
async def listener(answer: bytes | None) -> AsyncIterator[str]:
    """A server that answers this to whatever comes, or nothing at all; yields its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            if answer is not None:
                writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"redis://:hunter2@127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    server.close()


@pytest.mark.parametrize(
    "answer", [None, b"-LOADING Redis is loading\r\n", b"-NOAUTH hunter2\r\n", b"HTTP/1.1 400\r\n\r\n"]
)
async def test_whatever_goes_wrong_is_the_provider_being_away(answer: bytes | None, clock: ManualClock) -> None:
    async with listener(answer) as url:
        store = RedisKeyValueStore(url, clock, patience_s=0.05)
        for call in (store.get("a"), store.put("a", "one"), store.take("a"), store.peek("a", RATE)):
            with pytest.raises(ProviderUnavailable) as caught:
                await call
            assert "hunter2" not in str(caught.value)
        await store.close()


async def test_nobody_listening_is_the_provider_being_away(clock: ManualClock) -> None:
    store = RedisKeyValueStore("redis://127.0.0.1:1/0", clock)
    with pytest.raises(ProviderUnavailable):
        await store.hit("a", RATE)
    await store.close()
