"""A check of the books that dies is seen: payouts wait, and readiness says so; a new installation and a start do
not."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.db.session import WriteSession
from app.main import create_app
from tests.domains.payouts.payees import EARNED, admin, approve, ask, earn, status_of
from tests.domains.payouts.till import fund, onboard
from tests.support.clock import ManualClock
from tests.support.world import World


def run(session: WriteSession, statement: str) -> None:
    session.execute(text(statement))


async def readiness(world: World) -> tuple[str, str]:
    found = (await world.http.get("/api/ready")).json()
    return found["status"], found["payouts"]


async def pass_time(world: World, *, times: int, **step: float) -> None:
    for _ in range(times):
        world.clock.advance(**step)
        await world.settle()


async def approved(world: World) -> str:
    """A payout that could be sent."""
    ada, tess = await admin(world), await world.member("Tess Template", can_create_courses=True)
    await world.write(earn, tess.user_id, EARNED)
    await onboard(world, tess)
    await fund(world)
    payout_id = str((await ask(tess))["id"])
    await approve(ada, payout_id)
    return payout_id


# A table that the job needs, so that each run of it ends with an error.
CHECK, COMPARISON = "payment_splits", "disputes"


@pytest.mark.parametrize(("table", "hours"), [(CHECK, 1), (COMPARISON, 9)])
async def test_payouts_wait_while_the_books_are_not_looked_at(world: World, table: str, hours: int) -> None:
    world.clock.move_to(datetime(2026, 12, 2, 3, 30, tzinfo=UTC))
    await world.settle()
    assert await readiness(world) == ("ok", "running")
    await world.write(run, f"ALTER TABLE {table} RENAME TO away")
    await pass_time(world, times=3, hours=hours)
    assert await readiness(world) == ("degraded", "waiting")
    payout_id = await approved(world)
    await world.settle()
    assert await world.db.read(status_of, payout_id) == "approved"
    await world.write(run, f"ALTER TABLE away RENAME TO {table}")
    await pass_time(world, times=1, hours=1)
    assert await readiness(world) == ("ok", "running")
    assert await world.db.read(status_of, payout_id) == "paid"


async def test_a_first_look_that_never_ends_is_late_one_day(world: World) -> None:
    assert await readiness(world) == ("ok", "running")
    await world.write(run, f"ALTER TABLE {CHECK} RENAME TO away")
    await pass_time(world, times=1, minutes=5)
    assert await readiness(world) == ("ok", "running")
    await pass_time(world, times=4, minutes=4)
    assert await readiness(world) == ("degraded", "waiting")


async def test_a_new_installation_and_a_start_after_days_keep_nobody_waiting(world: World, clock: ManualClock) -> None:
    payout_id = await approved(world)
    await world.settle()
    assert await world.db.read(status_of, payout_id) == "paid"
    clock.advance(days=3)
    restarted = create_app(world.settings, clock=clock, in_process=True)
    async with restarted.router.lifespan_context(restarted), World.of(restarted, clock) as again:
        assert await readiness(again) == ("ok", "waiting")  # before its first turn
        payout_id = await approved(again)
        await again.settle()
        assert await again.db.read(status_of, payout_id) == "paid"
        assert await readiness(again) == ("ok", "running")
    restarted.state.twins.books.close()
