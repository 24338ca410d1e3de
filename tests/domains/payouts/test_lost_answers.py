"""Answers that come late, twice or not at all, and questions that are refused: money leaves once all the same."""

from app.domains.payouts import service
from app.domains.payouts.types import FailureCode, PayoutId
from app.providers.payments.port import Transfer, TransferOrder
from tests.domains.payouts.payees import EARNED, admin, approve, ask, balances, owe, status_of
from tests.domains.payouts.test_sending import approved, aside, ready
from tests.domains.payouts.till import control, fail, fund, service_of, transfers
from tests.support.world import Actor, World


async def refused(world: World) -> tuple[Actor, Actor, PayoutId]:
    """An administrator, and somebody whose payout failed because there was no money, which there is now."""
    ada, (tess, _) = await admin(world), await ready(world)
    asked = await approved(world, tess, ada)
    await world.settle()
    assert await world.db.read(status_of, asked) == "failed"
    await fund(world)
    return ada, tess, PayoutId(asked)


async def made_after_all(world: World, payout_id: PayoutId, reference: str | None = None) -> Transfer:
    """The payment service carries out a call that we took for refused."""
    payout = await world.db.read(service.get_payout, payout_id)
    order = TransferOrder(
        reference=reference or payout_id,
        account_id=payout.provider_account_id,
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        group=payout_id,
    )
    return await service_of(world).create_transfer(order)


async def test_a_refusal_that_is_told_late_says_nothing_of_a_later_attempt(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    asked = PayoutId(await approved(world, tess, ada))
    first = await world.write(service.begin_sending, asked)
    assert first is not None
    await world.write(service.mark_unknown, asked, first.attempt)
    await world.write(service.apply_refusal, asked, first.attempt, FailureCode.INSUFFICIENT_BALANCE)
    await fund(world)
    assert (await ada.post(f"/api/admin/payouts/{asked}/retry")).status_code == 200
    second = await world.write(service.begin_sending, asked)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    await world.write(service.mark_unknown, asked, first.attempt)
    await world.write(service.apply_refusal, asked, first.attempt, FailureCode.INSUFFICIENT_BALANCE)
    assert await world.db.read(status_of, asked) == "sending"
    assert (await tess.post(f"/api/payouts/{asked}/cancel")).json()["code"] == "payout_moved"


async def test_a_refused_question_about_a_transfer_that_was_made_is_no_refusal_of_it(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    await fail(world, "lost_after")
    await fail(world, "drop", match="transfer.created")
    asked = await approved(world, tess, ada)
    await world.settle()
    await fail(world, "refuse", match="GET /v1/transfers")
    world.clock.advance(minutes=1)
    await world.settle()
    assert await world.db.read(status_of, asked) == "unknown"
    await control(world, f"accounts/{account_id}/deauthorise")  # nor does it matter that the account is gone
    world.clock.advance(hours=2)
    await world.settle()
    assert await world.db.read(status_of, asked) == "paid"
    assert len(await transfers(world)) == 1


async def test_a_transfer_that_was_taken_for_refused_pays_the_payout(world: World) -> None:
    _, tess, asked = await refused(world)
    sent = await made_after_all(world, asked, f"{asked}:2")
    await world.settle()
    payout = await world.db.read(service.get_payout, asked)
    assert (payout.status, payout.transfer_id, payout.failure_code) == ("paid", sent.id, None)
    assert (await world.db.read(balances, tess)).in_payout_cents == 0
    assert (await world.http.get("/api/ready")).json()["payouts"] == "running"


async def test_a_retry_looks_for_what_an_earlier_attempt_made(world: World) -> None:
    ada, _, asked = await refused(world)
    await fail(world, "drop", match="*", times=9)
    sent = await made_after_all(world, asked, f"{asked}:2")
    assert (await ada.post(f"/api/admin/payouts/{asked}/retry")).status_code == 200
    await world.settle()
    assert await world.db.read(status_of, asked) == "paid"
    assert await transfers(world) == [sent]


async def test_money_that_leaves_after_the_payout_was_given_up_or_paid_stops_all_payouts(world: World) -> None:
    ada, tess, asked = await refused(world)
    assert (await tess.post(f"/api/payouts/{asked}/cancel")).status_code == 200
    sent = await made_after_all(world, asked, f"{asked}:2")
    await world.settle()
    assert (await world.http.get("/api/ready")).json()["payouts"] == "frozen"
    assert sent.id in (await ada.get("/api/admin/books")).json()["frozen_faults"][0]
    assert (await world.db.read(balances, tess)).releasable_cents == EARNED  # it is not ours to decide
    await ada.post("/api/admin/books/lift-freeze", {"note": "Taken back at Stripe."})
    await service_of(world).reverse_transfer(reference="rev_1", transfer_id=sent.id, amount_cents=EARNED)
    again = await ask(tess)
    await approve(ada, again["id"])
    await world.settle()
    assert await world.db.read(status_of, again["id"]) == "paid"
    await made_after_all(world, PayoutId(again["id"]), f"{again['id']}:2")
    await world.settle()
    assert (await world.http.get("/api/ready")).json()["payouts"] == "frozen"


async def test_a_refused_question_about_a_reversal_that_was_made_is_no_refusal_of_it(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    await approved(world, tess, ada)
    await world.settle()
    await world.write(owe, tess.user_id, 2000)
    await fail(world, "lost_after", match="POST /v1/transfers/*/reversals")
    await fail(world, "refuse", match="GET /v1/transfers/*/reversals")
    for _ in range(3):
        world.clock.advance(hours=1)
        await world.settle()
    found = await world.db.read(balances, tess)
    assert [sent.reversed_cents for sent in await transfers(world)] == [2000]
    assert (found.owed_cents, found.releasable_cents) == (0, 0)
    assert await aside(world, tess) == 0
