"""Transactions that are open at the same time, which only Postgres has: none waits for another, no change stays
behind."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.core.config import Settings
from app.core.events import EventBus
from app.db.session import WriteSession, session_info
from app.db.transactions import PooledTransactions
from app.edge.purging.jobs import want
from tests.conftest import CACHES
from tests.edge.purging.conftest import Shop
from tests.support.world import World


@pytest.fixture
def settings(postgres_settings: Settings) -> Settings:
    return postgres_settings.model_copy(update=CACHES)


def open_session(shop: Shop) -> AsyncSession:
    info = session_info(shop.world.clock.now(), EventBus())
    writer = shop.world.db.engines.writer
    assert isinstance(writer, PooledTransactions)
    return AsyncSession(writer.engine, sync_session_class=WriteSession, info=info)


def _want_late(session: Session) -> None:
    assert isinstance(session, WriteSession)
    want(session, ["courses", "course-1"])


async def _run(world: World) -> None:
    for _ in range(4):
        world.clock.advance(seconds=1)
        await world.settle()


@pytest.mark.parametrize("is_job_there", [True, False])
async def test_a_change_that_commits_after_a_purge_is_purged_again(shop: Shop, is_job_there: bool) -> None:
    world, before = shop.world, len(shop.purges())
    if is_job_there:
        await world.write(want, ["course-0"])
    async with open_session(shop) as late, late.begin():
        await late.run_sync(_want_late)
        await world.write(want, ["courses", "course-2"])
        await _run(world)
        told = [tag for tags in shop.purges()[before:] for tag in tags]
        assert "course-1" not in told
    await _run(world)
    told += [tag for tags in shop.purges()[before + bool(told) :] for tag in tags]
    assert {"courses", "course-1", "course-2"} <= set(told)
    assert await shop.waiting() == []
    if not is_job_there:
        assert told.count("courses") == 2
