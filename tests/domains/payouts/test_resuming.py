"""What our balance was too small for: asked before, told once, and sent by itself when the money is there."""

from app.domains.payouts import service
from app.domains.payouts.types import FailureCode, PayoutId
from app.providers.payments.port import BankPayout, BankPayoutStatus
from tests.domains.payouts.payees import EARNED, admin, ask, owe, status_of
from tests.domains.payouts.test_sending import approved, ready
from tests.domains.payouts.till import control, fail, fund, transfers
from tests.support.world import Actor, World

REFUSED = "A payout of 174.30 USD was not made"


async def an_hour(world: World, times: int = 1) -> None:
    for _ in range(times):
        world.clock.advance(hours=1)
        await world.settle()


async def told(world: World, actor: Actor, subject: str) -> int:
    return [mail["subject"] for mail in await world.mails_to(actor.email)].count(subject)


async def test_what_the_balance_does_not_cover_is_sent_once_it_does_the_oldest_first(world: World) -> None:
    ada = await admin(world)
    (tess, _), (theo, _) = await ready(world), await ready(world, "Theo Template")
    await fail(world, "lost_before")  # whoever asked for a transfer now would not know what became of it
    first, second = await approved(world, tess, ada), await approved(world, theo, ada)
    await an_hour(world, times=3)
    for actor, payout_id in ((tess, first), (theo, second)):
        payout = await world.db.read(service.get_payout, PayoutId(payout_id))
        assert (payout.status, payout.failure_code) == ("failed", "insufficient_balance")
        assert await told(world, actor, "Your payout of 174.30 USD could not be sent") == 1
    assert await told(world, ada, REFUSED) == 2
    await world.http.post("/sandbox/stripe/control/faults/clear")

    await fund(world, EARNED + 3000)
    await an_hour(world)
    assert [await world.db.read(status_of, each) for each in (first, second)] == ["paid", "failed"]
    await fund(world)
    await an_hour(world)
    assert await world.db.read(status_of, second) == "paid"
    assert sorted(sent.reference for sent in await transfers(world)) == sorted([f"{first}:2", f"{second}:2"])
    assert await told(world, ada, REFUSED) == 2
    ada = await world.log_in(ada.user_id, ada.email)
    log = (await ada.get("/api/admin/audit", params={"subject_id": first})).json()["items"]
    assert "payout.resumed" in {entry["action"] for entry in log}


async def test_who_owes_something_or_cannot_be_paid_waits_and_so_do_all_during_a_freeze(world: World) -> None:
    ada = await admin(world)
    (tess, _), (theo, account_id), (tim, _) = [await ready(world, f"{name} Payee") for name in ("Tess", "Theo", "Tim")]
    asked = [await approved(world, each, ada) for each in (tess, theo, tim)]
    await world.settle()
    await world.write(owe, tess.user_id, 100)
    await control(world, f"accounts/{account_id}/restrict")
    await fund(world)
    await world.write(service.freeze, ["a fault"])
    await an_hour(world)
    assert {await world.db.read(status_of, each) for each in asked} == {"failed"}
    ada = await world.log_in(ada.user_id, ada.email)
    assert (await ada.post("/api/admin/books/lift-freeze", {"note": "A false alarm."})).is_success
    await an_hour(world)
    assert [await world.db.read(status_of, each) for each in asked] == ["failed", "failed", "paid"]


async def test_who_is_shut_out_or_has_money_sent_back_while_it_is_asked_for_waits_as_well(world: World) -> None:
    ada = await admin(world)
    (tess, _), (theo, account_id) = await ready(world), await ready(world, "Theo Payee")
    asked = [PayoutId(await approved(world, each, ada)) for each in (tess, theo)]
    for payout_id in asked:
        assert await world.write(service.begin_sending, payout_id) is not None
    reason = {"reason": "Advertising everywhere."}
    assert (await ada.post(f"/api/admin/users/{tess.user_id}/suspend", reason)).is_success
    now, failed = world.clock.now(), BankPayoutStatus.FAILED
    returned = BankPayout("po_1", 100, "usd", failed, "account_closed", None, arrives_at=now, created_at=now)
    await world.write(service.apply_bank_payout, account_id, returned)
    for payout_id in asked:
        await world.write(service.apply_refusal, payout_id, 1, FailureCode.INSUFFICIENT_BALANCE)
    await fund(world)
    await an_hour(world)
    assert [await world.db.read(status_of, each) for each in asked] == ["failed", "failed"]
    ada = await world.log_in(ada.user_id, ada.email)
    assert (await ada.post(f"/api/admin/payouts/{asked[1]}/retry")).is_success  # who looked at it
    await world.settle()
    assert await world.db.read(status_of, asked[1]) == "paid"


async def test_another_refusal_is_told_to_the_administrators_and_waits_for_one(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await fail(world, "refuse")
    await world.settle()
    await an_hour(world, times=3)
    assert (await world.db.read(service.get_payout, PayoutId(asked))).failure_code == "other"
    assert await told(world, ada, REFUSED) == 1
    assert account_id not in {sent.account_id for sent in await transfers(world)}


async def test_a_balance_that_cannot_be_asked_about_is_asked_about_again(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    await fail(world, "refuse", match="GET /v1/balance")
    asked = (await ask(tess))["id"]
    assert (await ada.post(f"/api/admin/payouts/{asked}/approve", {"note": "Fine."})).is_success
    await world.settle()
    assert await world.db.read(status_of, asked) == "unknown"
    world.clock.advance(minutes=1)
    await world.settle()
    assert await world.db.read(status_of, asked) == "paid"
