"""The way of the money to the payment service's twin: once, whatever is lost, refused, cancelled or frozen
meanwhile."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.domains.payments import ledger
from app.domains.payouts import service
from app.domains.payouts.types import PayoutId
from tests.domains.payouts.payees import EARNED, admin, approve, ask, balances, earn, owe, status_of
from tests.domains.payouts.till import control, fail, fund, onboard, service_of, transfers
from tests.support.world import Actor, World


async def ready(world: World, name: str = "Tess Template") -> tuple[Actor, str]:
    """Somebody who has earned something and whose account at the twin is finished; that account."""
    tess = await world.member(name, can_create_courses=True)
    await world.write(earn, tess.user_id, EARNED)
    return tess, await onboard(world, tess)


async def approved(world: World, actor: Actor, by: Actor) -> str:
    asked: str = (await ask(actor))["id"]
    await approve(by, asked)
    return asked


async def shown(actor: Actor, payout_id: str) -> dict[str, Any]:
    payout: dict[str, Any] = (await actor.get(f"/api/payouts/{payout_id}")).json()
    return payout


async def aside(world: World, actor: Actor) -> int:
    return (await world.db.read(balances, actor)).in_payout_cents


async def test_money_reaches_the_account_and_its_owner_is_told(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await world.settle()
    payout = await shown(tess, asked)
    assert (payout["status"], payout["paid_at"] is not None) == ("paid", True)
    (sent,) = await transfers(world)
    assert (sent.reference, sent.account_id, sent.amount_cents) == (asked, account_id, EARNED)
    earnings = (await tess.get("/api/earnings")).json()
    assert (earnings["paid_cents"], earnings["in_payout_cents"]) == (EARNED, 0)
    subjects = [mail["subject"] for mail in await world.mails_to(tess.email)]
    assert subjects == ["Your payout of 174.30 USD", "Payouts are ready"]
    await world.write(earn, tess.user_id, EARNED)
    assert (await ask(tess))["review_reason"] is None  # the bank is known by now
    assert (await world.db.read(ledger.trial_balance)).is_sound


@pytest.mark.parametrize("pause", [timedelta(seconds=1), timedelta(hours=1), timedelta(hours=25)])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # what decides is at the twin
async def test_a_transfer_whose_answer_is_lost_is_made_once(world: World, pause: timedelta) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    await fail(world, "lost_after")
    await fail(world, "drop", match="transfer.created")
    asked = await approved(world, tess, ada)
    await world.settle()
    assert (await shown(tess, asked))["status"] == "unknown"
    assert await aside(world, tess) == EARNED
    await fail(world, "lost_after", match="GET /v1/transfers")  # nor does the first question get an answer
    for _ in range(3):
        world.clock.move_to(world.clock.now() + max(pause, timedelta(seconds=5)))
        await world.settle()
    assert await world.db.read(status_of, asked) == "paid"
    assert len(await transfers(world)) == 1
    assert await aside(world, tess) == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["lost_before", "rate_limit", "lock", "error"])
async def test_what_did_not_arrive_is_sent_again(world: World, kind: str) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    await fail(world, kind)
    asked = await approved(world, tess, ada)
    for pause in (timedelta(0), timedelta(hours=2), timedelta(hours=23), timedelta(hours=2)):
        world.clock.move_to(world.clock.now() + pause)
        await world.settle()
    assert await world.db.read(status_of, asked) == "paid"
    assert len(await transfers(world)) == 1


async def test_a_refusal_is_said_in_words_and_may_be_tried_again(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    asked = await approved(world, tess, ada)  # the twin's balance is empty
    await world.settle()
    payout = await shown(tess, asked)
    assert (payout["status"], payout["failure_code"]) == ("failed", "insufficient_balance")
    assert payout["failure"].startswith("Payments of the last days")
    assert await aside(world, tess) == EARNED
    await fund(world)
    retried = await ada.post(f"/api/admin/payouts/{asked}/retry", {})
    assert (retried.status_code, retried.json()["status"]) == (200, "approved")
    assert (await ada.post(f"/api/admin/payouts/{asked}/retry", {})).json()["code"] == "payout_moved"
    await world.settle()
    assert (await shown(tess, asked))["status"] == "paid"
    assert [sent.reference for sent in await transfers(world)] == [f"{asked}:2"]
    assert [mail["subject"] for mail in await world.mails_to(tess.email)][:2] == [
        "Your payout of 174.30 USD",
        "Your payout of 174.30 USD could not be sent",
    ]


@pytest.mark.parametrize("act", ["restrict", "deauthorise"])
async def test_nothing_is_sent_to_an_account_that_changed_meanwhile(world: World, act: str) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await control(world, f"accounts/{account_id}/{act}")
    await world.settle()
    assert (await shown(tess, asked))["failure_code"] in {"account_not_enabled", "account_gone"}
    assert await transfers(world) == []
    status = (await tess.get("/api/payout-account")).json()["status"]
    assert status == {"restrict": "restricted", "deauthorise": "disconnected"}[act]


async def test_approving_sending_and_cancelling_at_once_move_the_money_once(world: World) -> None:
    ada, ben = await admin(world), await admin(world, "Ben Boss")
    tess, _ = await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    stop = {"reason": "Wait."}
    clicks = [ben.post(f"/api/admin/payouts/{asked}/cancel", stop), tess.post(f"/api/payouts/{asked}/cancel")]
    await asyncio.gather(world.settle(), *clicks, *(ada.post(f"/api/admin/payouts/{asked}/retry") for _ in range(3)))
    await world.settle()
    status, sent = await world.db.read(status_of, asked), await transfers(world)
    found = await world.db.read(balances, tess)
    if status == "paid":
        assert ([each.amount_cents for each in sent], found.releasable_cents) == ([EARNED], 0)
    else:
        assert (status, sent, found.releasable_cents) == ("cancelled", [], EARNED)
    assert found.in_payout_cents == 0
    assert (await world.db.read(ledger.trial_balance)).is_sound


async def test_a_freeze_stops_what_is_approved_until_somebody_lifts_it(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    waiting = await approved(world, tess, ada)
    await world.write(service.freeze, ["a fault"])
    await world.settle()
    assert (await shown(tess, waiting))["status"] == "approved"
    await world.write(earn, tess.user_id, EARNED)
    later = (await ask(tess))["id"]
    refused = await ada.post(f"/api/admin/payouts/{later}/approve", {"note": "Fine."})
    assert refused.json()["code"] == "payouts_frozen"
    readiness = (await world.http.get("/api/ready")).json()
    assert (readiness["status"], readiness["payouts"]) == ("degraded", "frozen")
    lifted = await ada.post("/api/admin/books/lift-freeze", {"note": "A false alarm."})
    assert (lifted.status_code, lifted.json()["frozen_at"]) == (200, None)
    assert (await ada.post("/api/admin/books/lift-freeze", {"note": "Again."})).status_code == 200
    await world.settle()
    assert (await shown(tess, waiting))["status"] == "paid"


@pytest.mark.parametrize("is_told", [True, False])
async def test_what_came_back_is_shown_even_if_nobody_told(world: World, is_told: bool) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await world.settle()
    (sent,) = await transfers(world)
    if not is_told:
        await fail(world, "drop", match="*", times=9)
    await service_of(world).reverse_transfer(reference="rev_1", transfer_id=sent.id, amount_cents=430)
    await world.settle()
    assert (await shown(tess, asked))["reversed_cents"] == (430 if is_told else 0)
    world.clock.advance(minutes=14)
    await world.settle()
    world.clock.advance(minutes=2)
    await world.settle()  # the list of events was read
    assert (await world.db.read(service.get_payout, PayoutId(asked))).reversed_cents == 430


@pytest.mark.parametrize("fault", ["none", "lost_after"])
async def test_what_is_owed_is_taken_back_from_what_was_paid_out_once(world: World, fault: str) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await world.settle()
    await world.write(owe, tess.user_id, 2000)
    if fault != "none":
        await fail(world, fault, match="POST /v1/transfers/*/reversals")
    for _ in range(3):
        world.clock.advance(hours=1)
        await world.settle()
    (sent,) = await transfers(world)
    found = await world.db.read(balances, tess)
    assert (sent.reversed_cents, found.owed_cents, found.releasable_cents) == (2000, 0, 0)
    assert (await world.db.read(service.get_payout, PayoutId(asked))).reversed_cents == 2000
    assert (await world.db.read(ledger.trial_balance)).is_sound


async def test_what_cannot_be_taken_back_stays_owed(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    await approved(world, tess, ada)
    await world.settle()
    await control(world, f"accounts/{account_id}/pay-out")  # it is at the bank
    await world.write(owe, tess.user_id, 2000)
    for _ in range(3):
        world.clock.advance(hours=1)
        await world.settle()
    assert (await world.db.read(balances, tess)).owed_cents == 2000
    assert [sent.reversed_cents for sent in await transfers(world)] == [0]
