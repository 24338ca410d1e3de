"""Money that a person's bank sends back: remembered once, told to its owner, and a reason to look at the next
payout."""

from app.domains.payouts import service
from app.domains.payouts.types import BankFault, ReviewReason
from tests.domains.payouts.payees import EARNED, admin, approve, ask, earn
from tests.domains.payouts.till import control, fail, fund, onboard
from tests.support.world import Actor, World


async def paid(world: World) -> tuple[Actor, Actor, str]:
    """Somebody who was paid once, the administrator who approved, and the person's account at the payment service."""
    tess, ada = await world.member("Tess Template", can_create_courses=True), await admin(world)
    account_id = await onboard(world, tess)
    await fund(world)
    await world.write(earn, tess.user_id, EARNED)
    payout = await ask(tess)
    await approve(ada, payout["id"])
    await world.settle()
    await world.write(earn, tess.user_id, EARNED)
    return tess, ada, account_id


async def send_back(world: World, account_id: str) -> str:
    """The payment service pays the person's bank, which refuses; its id of the payout."""
    sent = await control(world, f"accounts/{account_id}/pay-out")
    await control(world, f"payouts/{sent['id']}/fail")
    await world.settle()
    return str(sent["id"])


async def told(world: World, actor: Actor) -> int:
    return [mail["subject"] for mail in await world.mails_to(actor.email)].count("Your bank sent 174.30 USD back")


async def test_what_a_bank_sent_back_is_told_and_the_next_payout_is_looked_at(world: World) -> None:
    tess, ada, account_id = await paid(world)
    waiting = await ask(tess, 10_000)
    assert waiting["review_reason"] is None
    before = (await tess.get("/api/earnings")).json()
    await send_back(world, account_id)

    shown = (await tess.get("/api/payout-account")).json()
    assert shown["status"] != "enabled"
    returned = shown["bank_return"]
    assert (returned["amount_cents"], returned["currency"], returned["failure_code"]) == (
        EARNED,
        "usd",
        "account_closed",
    )
    assert returned["next_step"] == BankFault.ACCOUNT.advice
    assert await told(world, tess) == 1
    assert (await tess.get("/api/earnings")).json() == before  # nothing of ours moved
    held = (await tess.get(f"/api/payouts/{waiting['id']}")).json()
    assert held["review_reason"] == ReviewReason.HELD
    assert (await tess.post(f"/api/payouts/{waiting['id']}/cancel")).is_success

    await control(world, f"accounts/{account_id}/change-bank")
    await world.settle()
    again = await ask(tess)
    assert again["review_reason"] == ReviewReason.BANK_CHANGED
    refused = await ada.post(f"/api/admin/payouts/{again['id']}/approve", {"note": None})
    assert refused.json()["code"] == "review_note_missing"
    await approve(ada, again["id"])
    await world.settle()
    await world.write(earn, tess.user_id, EARNED)
    assert (await ask(tess))["review_reason"] is None


async def test_it_is_told_once_however_often_it_is_heard(world: World) -> None:
    tess, _, account_id = await paid(world)
    await fail(world, "duplicate", match="payout.failed")
    payout_id = await send_back(world, account_id)
    world.clock.advance(days=1)
    await world.settle()
    assert await told(world, tess) == 1
    seen = await world.app.state.providers.payments.get_bank_payout(payout_id, account_id=account_id)
    await world.write(service.apply_bank_payout, account_id, seen)
    await world.settle()
    assert await told(world, tess) == 1


async def test_a_notice_that_was_lost_is_made_good_within_a_day(world: World) -> None:
    tess, _, account_id = await paid(world)
    await fail(world, "drop", match="*", times=9)
    await send_back(world, account_id)
    assert (await world.db.read(service.show_account, tess.user_id)).bank_return is None
    world.clock.advance(days=1, minutes=20)
    await world.settle()
    found = await world.db.read(service.show_account, tess.user_id)
    assert found.bank_return is not None
    assert found.bank_return.amount_cents == EARNED


async def test_money_that_arrives_changes_nothing(world: World) -> None:
    tess, _, account_id = await paid(world)
    sent = await control(world, f"accounts/{account_id}/pay-out")
    await control(world, f"payouts/{sent['id']}/pay")
    await world.settle()
    assert (await tess.get("/api/payout-account")).json()["bank_return"] is None
    assert (await ask(tess))["review_reason"] is None
