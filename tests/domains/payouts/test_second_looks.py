"""What happens between the question and the transfer makes an administrator look again."""

import asyncio

from sqlalchemy import update

from app.db.session import ReadSession, WriteSession
from app.domains.payouts import service
from app.domains.payouts.models import PayoutAccount
from app.domains.payouts.repository import accounts
from app.domains.payouts.types import PayoutId, ReviewReason
from app.domains.users.types import UserId
from tests.domains.payouts.payees import EARNED, admin, approve, ask, earn, open_account, payee, status_of
from tests.domains.payouts.test_sending import approved, ready, shown
from tests.domains.payouts.till import control, fund, transfers
from tests.support.world import Actor, World


async def change_bank(world: World, actor: Actor, account_id: str) -> None:
    """Another bank account is entered, of which we hear before anything else happens."""
    await control(world, f"accounts/{account_id}/change-bank")
    assert (await actor.post("/api/payout-account/refresh")).status_code == 200


async def test_a_bank_account_that_is_entered_after_the_question_needs_a_second_look(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    await fund(world)
    await approved(world, tess, ada)
    await world.settle()
    await world.write(earn, tess.user_id, EARNED)
    asked = await ask(tess)
    assert asked["review_reason"] is None
    await change_bank(world, tess, account_id)
    refused = (await ada.post(f"/api/admin/payouts/{asked['id']}/approve", {"note": None})).json()
    assert (refused["code"], refused["review_reason"]) == ("review_note_missing", "bank_changed")

    await approve(ada, asked["id"])
    await change_bank(world, tess, account_id)  # once more, before it is sent
    await world.settle()
    payout = await shown(tess, asked["id"])
    assert (payout["status"], payout["review_reason"]) == ("requested", "bank_changed")
    assert len(await transfers(world)) == 1
    log = (await ada.get("/api/admin/audit", params={"subject_id": tess.user_id})).json()["items"]
    assert [entry["action"] for entry in log].count("bank.changed") == 2

    await approve(ada, asked["id"])
    await world.settle()
    assert (await shown(tess, asked["id"]))["status"] == "paid"
    await world.write(earn, tess.user_id, EARNED)
    assert (await ask(tess))["review_reason"] is None  # it is known by now


async def test_what_was_refused_is_looked_at_again_too(world: World) -> None:
    ada, (tess, account_id) = await admin(world), await ready(world)
    asked = await approved(world, tess, ada)  # the twin's balance is empty
    await world.settle()
    await world.write(service.hold_of_suspended, tess.user_id)
    await change_bank(world, tess, account_id)
    payout = await shown(tess, asked)
    assert (payout["status"], payout["review_reason"], payout["failure_code"]) == ("requested", "held", None)
    assert (await ada.post(f"/api/admin/payouts/{asked}/retry")).json()["payout_status"] == "requested"
    await fund(world)
    await approve(ada, asked)
    await world.settle()
    assert [sent.reference for sent in await transfers(world)] == [f"{asked}:2"]  # the first key is used up


async def test_approving_while_the_bank_account_changes_sends_nothing_unseen(world: World) -> None:
    ada, tess = await admin(world), await payee(world)
    payout_id = PayoutId((await ask(tess))["id"])
    clicks = [ada.post(f"/api/admin/payouts/{payout_id}/approve", {"note": "bank-1 is hers."}) for _ in range(8)]
    change = world.write(open_account, tess.user_id, bank_marker="bank-2")
    await asyncio.gather(*clicks[:4], change, *clicks[4:])
    payout = await world.db.read(service.get_payout, payout_id)
    trusted = await world.db.read(_trusted, tess.user_id)
    if payout.status == "approved":  # after the change, which was there to be looked at
        assert (payout.bank_marker, trusted) == ("bank-2", "bank-2")
    else:
        assert (payout.status, payout.review_reason) == ("requested", ReviewReason.BANK_CHANGED)
        assert trusted != "bank-2"


async def test_a_change_that_passed_the_question_unseen_is_seen_before_it_is_sent(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    await fund(world)
    asked = await approved(world, tess, ada)
    await world.write(_slip_in, tess.user_id)
    assert await world.write(service.begin_sending, PayoutId(asked)) is None
    assert await world.db.read(status_of, asked) == "requested"


def _trusted(session: ReadSession, user_id: UserId) -> str | None:
    account = accounts.of_user(session, user_id)
    return account.trusted_marker if account else None


def _slip_in(session: WriteSession, user_id: UserId) -> None:
    session.change(update(PayoutAccount).where(PayoutAccount.user_id == user_id).values(bank_marker="bank-2"))
