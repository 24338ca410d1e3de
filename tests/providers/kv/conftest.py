"""Every store that there is, on a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.providers.kv.memory import MemoryKeyValueStore
from app.providers.kv.port import KeyValueStore
from app.providers.kv.redis import RedisKeyValueStore
from app.providers.kv.sql import SqlKeyValueStore
from tests.support.clock import ManualClock
from tests.support.redis import RedisServer


@asynccontextmanager
async def sql_store(settings: Settings, clock: ManualClock) -> AsyncIterator[KeyValueStore]:
    """One process's store in the database of these settings."""
    engines = create_engines(settings)
    yield SqlKeyValueStore(Database(engines, clock, EventBus()))
    await engines.dispose()


@pytest.fixture
def memory_kv(clock: ManualClock) -> KeyValueStore:
    return MemoryKeyValueStore(clock)


@pytest.fixture
async def sqlite_kv(sqlite_settings: Settings, clock: ManualClock) -> AsyncIterator[KeyValueStore]:
    async with sql_store(sqlite_settings, clock) as store:
        yield store


@pytest.fixture
async def postgres_kv(postgres_settings: Settings, clock: ManualClock) -> AsyncIterator[KeyValueStore]:
    async with sql_store(postgres_settings, clock) as store:
        yield store


@pytest.fixture
async def redis_kv(redis_server: RedisServer, clock: ManualClock) -> AsyncIterator[KeyValueStore]:
    redis_server.empty()
    store = RedisKeyValueStore(redis_server.url, clock)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
def kv(request: pytest.FixtureRequest) -> KeyValueStore:
    """Each in turn; the database's on both databases."""
    store: KeyValueStore = request.getfixturevalue(f"{request.param}_kv")
    return store
