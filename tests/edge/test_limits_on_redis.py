"""With Redis several processes count together; without an answer from it each counts for itself, and all go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.errors import ProviderUnavailable
from app.main import create_app
from tests.conftest import REAL_LIMITS
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.support.clock import ManualClock
from tests.support.redis import RedisServer
from tests.support.world import World
from tests.support.writes import Writes

FREE = "/api/errors"
WRONG = "an entirely wrong password"


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    redis_server.empty()
    return redis_server


@pytest.fixture
def settings(sqlite_settings: Settings, server: RedisServer) -> Settings:
    return sqlite_settings.model_copy(update=REAL_LIMITS | {"redis_url": SecretStr(server.url)})


@asynccontextmanager
async def process(settings: Settings, clock: ManualClock) -> AsyncIterator[World]:
    app = create_app(settings, clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, clock) as world:
        yield world
    app.state.twins.books.close()


def left(answer: httpx.Response) -> str:
    return answer.headers["RateLimit"].split(";")[1]


async def test_two_processes_count_together(world: World) -> None:
    async with process(world.settings, world.clock) as other:
        answers = [await each.http.get(FREE) for _ in range(51) for each in (world, other)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429] * 2


async def test_a_restart_forgets_neither_requests_nor_failures(world: World) -> None:
    writes = Writes(world.db)
    for _ in range(5):
        assert code(await accounts.log_in(world, password=WRONG)) == (401, "login_failed")
    assert writes.statements == []  # they are in Redis
    async with process(world.settings, world.clock) as other:
        assert left(await other.http.get(FREE)) == "r=94"
        assert code(await accounts.log_in(other, password=WRONG)) == (429, "too_many_requests")


async def test_without_redis_requests_and_log_ins_go_on(sqlite_settings: Settings, server: RedisServer) -> None:
    clock = ManualClock()
    with TemporaryDirectory(prefix="peerloop-redis-") as folder:
        own = RedisServer(server.program, Path(folder))
        own.start()
        told = sqlite_settings.model_copy(update=REAL_LIMITS | {"redis_url": SecretStr(own.url)})
        async with process(told, clock) as world:
            await accounts.sign_up(world)
            own.stop()
            for _ in range(5):
                assert code(await accounts.log_in(world, password=WRONG)) == (401, "login_failed")
            assert code(await accounts.log_in(world)) == (429, "too_many_requests")
            answers = [await world.http.get(FREE) for _ in range(95)]
            assert [answer.status_code for answer in answers] == [200] * 94 + [429]
            with pytest.raises(ProviderUnavailable):
                await world.app.state.kv.get("state")
            own.start()
            clock.advance(seconds=30)
            assert left(await world.http.get(FREE)) == "r=99"
            assert (await accounts.log_in(world)).status_code == 200
        own.stop()
