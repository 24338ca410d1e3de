"""What a bank kept, a refund gives no more: to the cent, whatever is known of the refund by then."""

from dataclasses import replace

import pytest

from app.domains.payments.service import get_transaction
from app.domains.payments.types import TransactionStatus
from app.domains.refunds import service as refunds
from app.providers.payments.port import DisputeStatus, RefundStatus
from tests.domains.refunds.test_disputes import DISPUTE_FEE, FEE, dispute
from tests.support.refunding import PRICE, Sale
from tests.support.world import World


async def under_way(world: World, **amount: int) -> Sale:
    """A refund was decided, and whether it arrived is not known."""
    sale = await Sale.make(world)
    await sale.another()
    await sale.fault("lost_before", "POST /v1/refunds")
    await sale.refund(**amount)
    return sale


async def later(sale: Sale) -> Sale:
    """The job has come again; the administrator logs in anew."""
    sale.world.clock.advance(hours=2)
    await sale.world.settle()
    return replace(sale, admin=await sale.world.log_in(sale.admin.user_id, sale.admin.email))


@pytest.mark.parametrize("is_known", [False, True], ids=["unknown", "refused"])
@pytest.mark.parametrize(("amount", "kept"), [(PRICE, 6000), (5000, PRICE - 4999)])
async def test_the_rest_goes_out(world: World, amount: int, kept: int, is_known: bool) -> None:
    sale = await under_way(world, amount_cents=amount)
    known = await dispute(sale, amount=str(kept))
    if is_known:
        sale = await later(sale)
        assert (await sale.newest())["status"] == "failed"  # a bank is asking
    await sale.control("disputes", known, "lose")
    await world.settle()
    sale = await later(sale)
    found = await sale.newest()
    assert (found["status"], found["amount_cents"]) == ("failed", PRICE - kept)
    assert (await sale.admin.post(f"/api/admin/refunds/{found['id']}/retry")).status_code == 200
    await world.settle()
    assert (await sale.newest())["status"] == "succeeded"
    books = await sale.books()
    assert not {"disputed", "refunding"} & set(books)
    assert (books["stripe"], books["platform"]) == (PRICE - 2 * FEE - DISPUTE_FEE, 2 * FEE + DISPUTE_FEE - 3735)
    explained = (await sale.admin.get(f"/api/transactions/{sale.transaction_id}/explain")).json()
    covered = {line["account"]: line["amount_cents"] for line in explained["lines"] if line["what"] == "refund_covered"}
    twice = amount + kept - PRICE
    assert covered == {"refunding": -twice, "platform": twice}


async def test_what_was_covered_and_goes_out_all_the_same_is_the_platforms_loss(world: World) -> None:
    """Until the buyer's bank does not take it."""
    sale = await under_way(world)
    known = await dispute(sale)
    await sale.control("disputes", known, "lose")
    await world.settle()
    sale = await later(sale)
    found = await sale.newest()
    assert found["status"] == "covered"
    other = await sale.another()
    await other.refund(amount_cents=100)
    (made,) = (await world.app.state.providers.payments.list_refunds()).items
    before = await sale.books()
    seen = replace(made, id="re_late", reference=found["id"], amount_cents=PRICE, status=RefundStatus.SUCCEEDED)
    for _ in range(2):
        await world.write(refunds.apply, seen)
    after = await sale.books()
    assert (await sale.newest())["status"] == "succeeded"
    moved = {name: after[name] - before[name] for name in ("stripe", "platform")}
    assert (moved, "refunding" in after) == ({"stripe": -PRICE, "platform": PRICE}, False)
    failed = replace(seen, status=RefundStatus.FAILED, failure_reason="expired_or_canceled_card")
    for notice in (failed, failed, seen):  # the last is old
        await world.write(refunds.apply, notice)
    assert ((await sale.newest())["status"], await sale.books()) == ("covered", before)


async def test_a_sale_that_one_bank_kept_is_lost_whatever_another_says(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await dispute(sale)
    (first,) = (await world.app.state.providers.payments.list_disputes()).items
    second = replace(first, id="du_second", amount_cents=100)
    await world.write(refunds.apply_dispute, second, 0)
    await world.write(refunds.apply_dispute, replace(first, status=DisputeStatus.LOST), DISPUTE_FEE)
    await world.write(refunds.apply_dispute, replace(second, status=DisputeStatus.WON), 0)
    paid = await world.db.read(get_transaction, sale.transaction_id)
    assert paid.status == TransactionStatus.DISPUTE_LOST
