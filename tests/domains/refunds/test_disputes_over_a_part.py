"""A bank that keeps a part of the price takes what a refund of as much would take, and ends no more than that would."""

import pytest

from app.core.money import split_sale
from app.domains.payments.service import get_transaction
from app.domains.payments.types import TransactionStatus
from tests.domains.refunds.test_disputes import DISPUTE_FEE, dispute, row
from tests.support.refunding import PRICE, Sale
from tests.support.world import World

PART = 5000
OTHERS = -17430  # what the teacher waits for of another sale
PARTIES = ("platform", "pending teacher", "pending creator", "releasable teacher", "releasable creator")


async def lose(sale: Sale, amount: int) -> None:
    known = await dispute(sale, amount=str(amount))
    await sale.control("disputes", known, "lose")
    await sale.world.settle()


@pytest.mark.parametrize("held", [0, 1])
async def test_who_bears_it_is_what_the_quote_of_a_refund_says(world: World, held: int) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold(held)
    parts = (await sale.quote(None, amount_cents=PART)).json()["parts"]
    before = await sale.books()
    await lose(sale, PART)
    after = await sale.books()
    moved = {name: after.get(name, 0) - before.get(name, 0) for name in PARTIES}
    moved["platform"] -= DISPUTE_FEE
    assert sorted(amount for amount in moved.values() if amount) == sorted(part["amount_cents"] for part in parts)
    assert not {"disputed", "refunding"} & set(after)


async def test_the_place_goes_on_and_the_rest_is_released_and_given_back(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await lose(sale, PART)
    found = await row(sale)
    assert (found["status"], found["amount_cents"], found["ends_place"]) == ("lost", PART, False)
    assert await sale.status() == "enrolled"
    paid = await world.db.read(get_transaction, sale.transaction_id)
    assert (paid.status, paid.refunded_cents) == (TransactionStatus.PARTIALLY_REFUNDED, PART)

    await sale.hold()
    books = await sale.books()
    half = split_sale(PRICE, taught_by_creator=False)[-1].amount_cents - 3500  # 70 % of what the bank kept
    assert books["releasable teacher"] == -half // 2
    assert (await sale.quote(None, amount_cents=PRICE - PART + 1)).json()["code"] == "refund_exceeds_payment"
    quote = await sale.refund(amount_cents=PRICE - PART)
    assert (quote["ends_place"], (await sale.newest())["status"]) == (True, "succeeded")
    assert await sale.status() == "cancelled"
    books = await sale.books()
    assert (books["pending teacher"], "releasable teacher" in books) == (OTHERS, False)
    assert not {"refunding", "disputed"} & set(books)
    explained = (await sale.admin.get(f"/api/transactions/{sale.transaction_id}/explain")).json()
    assert {"dispute", "dispute_lost", "refund", "refund_paid"} <= {line["what"] for line in explained["lines"]}
    assert explained["refunded_cents"] == PRICE
    evidence = await sale.admin.get(f"/api/admin/disputes/{found['id']}/evidence")
    assert evidence.json()["disputed_cents"] == PART


@pytest.mark.parametrize("more", [0, 1000])
async def test_the_price_of_what_is_untaught_ends_the_place(world: World, more: int) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold()
    untaught = (await sale.quote()).json()["amount_cents"]
    await lose(sale, untaught + more)
    assert ((await row(sale))["ends_place"], await sale.status()) == (True, "cancelled")
    paid = await world.db.read(get_transaction, sale.transaction_id)
    assert paid.status == TransactionStatus.PARTIALLY_REFUNDED
    await sale.refund(amount_cents=PRICE - untaught - more)
    books = await sale.books()
    assert (books["pending teacher"], "releasable teacher" in books, "refunding" in books) == (OTHERS, False, False)


async def test_a_finished_place_stays_finished(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold(2)
    await lose(sale, PART)
    assert ((await row(sale))["ends_place"], await sale.status()) == (False, "completed")


async def test_what_was_held_meanwhile_is_released_from_what_is_left(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    known = await dispute(sale, amount=str(PART))
    await sale.hold()
    assert "releasable teacher" not in await sale.books()
    await sale.control("disputes", known, "lose")
    await world.settle()
    assert await sale.status() == "in_progress"
    assert (await sale.books())["releasable teacher"] == -(17430 - 3500) // 2


async def test_a_refund_under_way_goes_out_when_the_bank_took_only_what_the_parties_have(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.fault("lost_before", "POST /v1/refunds")
    await sale.refund(amount_cents=PART)
    await lose(sale, PART)
    assert (await sale.newest())["status"] == "sending"
    world.clock.advance(hours=2)
    await world.settle()
    paid = await world.db.read(get_transaction, sale.transaction_id)
    assert (paid.refunded_cents, "refunding" in await sale.books()) == (2 * PART, False)
