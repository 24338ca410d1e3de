"""Paying in a way in which the money comes days later, or not at all."""

import pytest

from app.domains.payments import ledger
from app.providers.payments.port import PaymentProvider
from tests.sandbox.stripe.support import DELAYED
from tests.support.keeping import held, shop
from tests.support.learning import Classroom
from tests.support.shop import buy, pay, start_checkout, verify
from tests.support.world import Actor, World


@pytest.fixture
async def room(world: World) -> Classroom:
    return await shop(world)


async def _promise(world: World, room: Classroom, buyer: Actor) -> dict[str, str]:
    """A checkout that the buyer has completed, and whose money is on its way."""
    checkout: dict[str, str] = (await start_checkout(buyer, room)).json()
    assert (await pay(world, checkout, DELAYED)).status_code == 303
    await world.settle()
    assert await _seen(buyer, checkout) == ("processing", None)
    return checkout


async def _seen(buyer: Actor, checkout: dict[str, str]) -> tuple[str, str | None]:
    found = (await verify(buyer, checkout)).json()
    return found["status"], found["enrollment_id"]


async def _decide(world: World, checkout: dict[str, str], act: str) -> None:
    """What the buyer's bank does, days later."""
    provider: PaymentProvider = world.app.state.providers.payments
    charge_id = (await provider.get_checkout(checkout["checkout_session_id"])).charge_id
    world.clock.advance(days=3)
    (await world.http.post(f"/sandbox/stripe/control/charges/{charge_id}/{act}")).raise_for_status()
    await world.settle()


async def test_the_place_comes_with_the_money(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    checkout = await _promise(world, room, buyer)
    assert (await buyer.get("/api/enrollments")).json()["items"] == []
    assert (await world.db.read(ledger.trial_balance)).balances == {}
    await _decide(world, checkout, "settle")
    buyer = await world.log_in(buyer.user_id, buyer.email)
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert await _seen(buyer, checkout) == ("paid", place["id"])


async def test_the_time_that_was_kept_is_booked_when_the_money_comes(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    kept = await held(buyer, room, "2026-12-07T12:00:00Z")
    checkout = await _promise(world, room, buyer)
    await _decide(world, checkout, "settle")
    buyer = await world.log_in(buyer.user_id, buyer.email)
    (planned,) = (await buyer.get("/api/sessions")).json()["items"]
    assert (planned["starts_at"], planned["status"]) == (kept["starts_at"], "scheduled")


async def test_money_that_does_not_come_buys_nothing_and_the_buyer_is_told(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    checkout = await _promise(world, room, buyer)
    await _decide(world, checkout, "fail")
    buyer = await world.log_in(buyer.user_id, buyer.email)
    assert await _seen(buyer, checkout) == ("expired", None)
    assert (await world.db.read(ledger.trial_balance)).balances == {}
    assert [mail["subject"] for mail in await world.mails_to(buyer.email)] == [
        "Your payment for Intro to n8n did not come"
    ]
    assert (await buy(world, buyer, room))["status"] == "paid"


async def test_money_that_comes_after_another_payment_goes_back(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    late = await _promise(world, room, buyer)
    bought = await buy(world, buyer, room)
    await buy(world, await world.member("Otto Other"), room)  # whose money pays the fees that are not given back
    await _decide(world, late, "settle")
    admin = await world.member("Ada Admin", is_admin=True)
    buyer = await world.log_in(buyer.user_id, buyer.email)
    assert await _seen(buyer, late) == ("returned", None)
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert place["id"] == bought["enrollment_id"]
    receipts = (await buyer.get("/api/transactions")).json()["items"]
    assert sorted(receipt["status"] for receipt in receipts) == ["completed", "refunded"]
    (refund,) = (await admin.get("/api/admin/refunds")).json()["items"]
    assert (refund["cause"], refund["status"]) == ("unclaimed", "succeeded")
    log = (await admin.get("/api/admin/audit", params={"subject_id": refund["id"]})).json()["items"]
    assert [entry["action"] for entry in log] == ["refund.unclaimed"]
