"""How disputes stand, compared each night: one whose last notice was lost moves no money, and would stay open for
ever."""

from app.domains.books import jobs
from app.domains.books.types import Drift
from app.sandbox.books import Books
from tests.domains.payouts.till import service_of
from tests.domains.refunds.test_disputes import dispute, row
from tests.support.refunding import Sale
from tests.support.world import World

DISPUTE = "stripe.dispute"


async def apart(world: World) -> list[tuple[str, str]]:
    """Which disputes are named, and the sentence up to what may be the cause."""
    found = await jobs.differences(world.db, service_of(world))
    return [(each.subject, each.sentence.partition(":")[0]) for each in found if each.drift is Drift.STATE]


async def test_a_dispute_that_stands_otherwise_there_is_named(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    theirs = await dispute(sale)
    ours = str((await row(sale))["id"])
    twin: Books = world.app.state.twins.books
    record = next(each for each in twin.all(DISPUTE) if each["id"] == theirs)
    world.clock.advance(hours=3)
    assert await apart(world) == []

    twin.put(DISPUTE, theirs, record | {"status": "lost"})
    told = [(ours, f"The dispute {ours} ({theirs}) is needs_response here and lost there")]
    assert await apart(world) == told
    world.clock.advance(days=200)  # it is in no list any more
    assert await apart(world) == told

    twin.delete(DISPUTE, theirs)
    assert await apart(world) == [(ours, f"The dispute {ours} ({theirs}) is needs_response here and not known there")]


async def test_an_open_dispute_that_we_do_not_know_is_named(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    theirs = await dispute(sale)
    twin: Books = world.app.state.twins.books
    record = next(each for each in twin.all(DISPUTE) if each["id"] == theirs)
    other = {"id": "du_unheard", "created": int(world.clock.now().timestamp()), "status": "warning_needs_response"}
    twin.put(DISPUTE, "du_unheard", record | other)
    assert await apart(world) == []  # its notice may be on its way
    world.clock.advance(hours=3)
    unheard = "The dispute du_unheard (du_unheard) is not known here and inquiry there"
    assert await apart(world) == [("du_unheard", unheard)]
    twin.put(DISPUTE, "du_unheard", record | other | {"charge": "ch_foreign"})
    assert await apart(world) == []  # of somebody else's payment
