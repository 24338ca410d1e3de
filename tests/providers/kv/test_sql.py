"""The store in the database: what it holds outlives the process, and what has ended is swept."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core.config import Settings
from app.db.kv import KeyValue, RateLimitState
from app.db.session import ReadSession
from app.providers.kv.port import KeyValueStore, Rate
from tests.providers.kv.conftest import sql_store
from tests.support.clock import ManualClock
from tests.support.world import World

RATE = Rate(2, timedelta(hours=2))


async def test_a_restart_forgets_nothing(settings: Settings, clock: ManualClock) -> None:
    async with sql_store(settings, clock) as before:
        await before.put("state", "one", life=timedelta(hours=1))
        for _ in range(2):
            await before.hit("guesses", RATE)
    clock.advance(minutes=10)
    async with sql_store(settings, clock) as after:
        assert await after.get("state") == "one"
        assert not (await after.hit("guesses", RATE)).is_allowed


def rows(session: ReadSession) -> tuple[int, int]:
    counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (KeyValue, RateLimitState)]
    return counts[0], counts[1]


async def test_the_hourly_sweep_deletes_what_has_ended(world: World) -> None:
    kv: KeyValueStore = world.app.state.kv
    await kv.put("short", "one", life=timedelta(hours=1))
    await kv.put("long", "one", life=timedelta(hours=2))
    await kv.put("endless", "one")
    await kv.hit("once", RATE)
    for _ in range(2):
        await kv.hit("twice", RATE)
    await world.settle()  # the first turn sweeps, and nothing is over yet
    assert await world.db.read(rows) == (3, 2)
    world.clock.advance(hours=1)
    await world.settle()
    assert await world.db.read(rows) == (2, 1)
    assert (await kv.get("long"), await kv.get("endless")) == ("one", "one")
    assert (await kv.peek("twice", RATE)).remaining == 0
