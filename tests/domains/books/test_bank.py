"""What the platform sends to its own bank: entered by its notices, once each, so that clean books stay clean."""

from app.domains.books import jobs, service
from app.domains.payments import ledger
from tests.domains.payouts.till import control, service_of
from tests.support.refunding import Sale
from tests.support.world import World


async def compared(world: World) -> list[str]:
    """Hours later, when nothing is on its way."""
    world.clock.advance(hours=3)
    found = [each.sentence for each in await jobs.differences(world.db, service_of(world))]
    return found + await world.db.read(service.find_faults)


async def balances(world: World) -> tuple[int, int]:
    """What the platform has at the payment service and what it sent to its bank."""
    found = (await world.db.read(ledger.trial_balance)).balances
    return found["stripe:-:usd"], found["bank:-:usd"]


async def test_a_payout_to_our_bank_leaves_the_books_clean(world: World) -> None:
    sale = await Sale.make(world)
    world.clock.advance(days=8)
    sent = await control(world, "payouts")
    await control(world, "webhooks/release")
    await world.settle()
    assert await balances(world) == (0, sent["amount"])
    assert await compared(world) == []
    await control(world, f"payouts/{sent['id']}/fail")  # the bank sends it back
    await world.settle()
    assert await balances(world) == (sent["amount"], 0)
    assert await compared(world) == []
    again = await control(world, "payouts")
    await control(world, f"payouts/{again['id']}/pay")
    await world.settle()
    assert await balances(world) == (0, sent["amount"])
    assert await compared(world) == []
    assert (await sale.books())["bank"] == sent["amount"]


async def test_notices_that_were_lost_are_made_good_from_the_list(world: World) -> None:
    await Sale.make(world)
    world.clock.advance(days=8)
    await control(world, "faults", kind="drop", match="*", times="5")
    sent = await control(world, "payouts")
    await control(world, f"payouts/{sent['id']}/fail")
    world.clock.advance(minutes=16)
    await world.settle()
    assert await balances(world) == (sent["amount"], 0)
    assert await compared(world) == []
