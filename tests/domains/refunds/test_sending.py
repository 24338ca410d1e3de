"""A refund on its way: answers that are lost, refusals, money that comes back, and payments that bought nothing."""

import pytest

from app.domains.refunds.types import RECONCILE_REFUNDS
from app.jobs.kinds import JobPayload
from tests.support.refunding import PRICE, Sale
from tests.support.shop import pay, start_checkout
from tests.support.world import World


async def refunds_at_stripe(world: World) -> list[tuple[str, int]]:
    """Status and amount of each, as the payment service has them."""
    found = await world.app.state.providers.payments.list_refunds()
    return [(refund.status, refund.amount_cents) for refund in found.items]


@pytest.mark.parametrize("later", [{"seconds": 1}, {"hours": 1}, {"hours": 25}], ids=["1 s", "1 h", "25 h"])
async def test_an_answer_that_is_lost_makes_one_refund(world: World, later: dict[str, float]) -> None:
    sale = await Sale.make(world)
    await sale.hold()
    await sale.fault("lost_after", "POST /v1/refunds")
    await sale.fault("drop", "refund.*")
    await sale.fault("drop", "refund.*")
    quote = await sale.refund()
    assert (await sale.newest())["status"] == "sending"
    world.clock.advance(**later)
    world.clock.advance(minutes=10)  # the job's own pause
    await world.settle()
    admin = await world.log_in(sale.admin.user_id, sale.admin.email)
    (row,) = (await admin.get(f"{sale.path}/refunds")).json()["items"]
    assert row["status"] == "succeeded"
    assert await refunds_at_stripe(world) == [("succeeded", quote["amount_cents"])]
    assert "refunding" not in await sale.books()


async def test_a_refund_of_which_nothing_is_heard_is_asked_about(world: World) -> None:
    """It waits at the payment service until there is money; its notice is lost."""
    sale = await Sale.make(world)
    await sale.refund()
    assert (await sale.newest())["status"] == "processing"  # the fee is missing
    for _ in range(3):
        await sale.fault("drop", "*refund*")
    other = await sale.another()
    assert (await sale.newest())["status"] == "processing"
    world.clock.advance(minutes=31)
    await world.write(lambda session: RECONCILE_REFUNDS.enqueue(session, JobPayload()))
    await world.settle()
    admin = await world.log_in(sale.admin.user_id, sale.admin.email)
    (row,) = (await admin.get(f"{sale.path}/refunds")).json()["items"]
    assert row["status"] == "succeeded"
    assert other.enrollment_id


async def test_what_the_bank_does_not_take_is_sent_again(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.refund()
    first = await sale.newest()
    before = await sale.books()
    provider = await world.app.state.providers.payments.list_refunds()
    await sale.control("refunds", provider.items[0].id, "fail")
    await world.settle()
    failed = await sale.newest()
    assert (first["status"], failed["status"], failed["settled_at"]) == ("succeeded", "failed", None)
    assert (await sale.books())["refunding"] == -PRICE
    again = await sale.admin.post(f"/api/admin/refunds/{failed['id']}/retry")
    assert (again.status_code, again.json()["attempt"]) == (200, 2)
    await world.settle()
    assert (await sale.newest())["status"] == "succeeded"
    assert await sale.books() == before


async def test_a_second_payment_for_a_place_goes_back(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    buyer = await world.member("Dora Double")
    tabs = [(await start_checkout(buyer, sale.room)).json() for _ in range(2)]
    for checkout in tabs:
        await pay(world, checkout)
    await world.settle()
    receipts = (await buyer.get("/api/transactions")).json()["items"]
    assert sorted(receipt["status"] for receipt in receipts) == ["completed", "refunded"]
    assert await refunds_at_stripe(world) == [("succeeded", PRICE)]
    books = await sale.books()
    assert not {"unmatched", "refunding"} & set(books)
    mails = await world.mails_to(buyer.email)
    assert any("24" in mail["text"] and "refund" in mail["subject"].lower() for mail in mails)
