"""Asking for money, deciding about it, and every click of it a hundred times."""

import asyncio
from typing import Any

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.payments import ledger
from app.domains.payments.errors import LedgerRefused
from app.domains.payouts.types import ReviewReason
from app.domains.users.models import User
from tests.domains.payouts.payees import (
    EARNED,
    admin,
    approve,
    ask,
    balances,
    claw_back,
    open_account,
    owe,
    payee,
    status_of,
)
from tests.support.world import Actor, World


async def refusal(actor: Actor, path: str, body: Any = None) -> dict[str, Any]:
    answer = await actor.post(path, body)
    assert answer.status_code >= 400, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


async def of(world: World, actor: Actor) -> tuple[int, int, int]:
    """Releasable, in payout, owed."""
    found = await world.db.read(balances, actor)
    return found.releasable_cents, found.in_payout_cents, found.owed_cents


async def is_sound(world: World) -> bool:
    return (await world.db.read(ledger.trial_balance)).is_sound


async def test_asking_sets_the_money_aside_and_cancelling_puts_it_back(world: World) -> None:
    tess = await payee(world)
    asked = await ask(tess)
    assert (asked["amount_cents"], asked["status"], asked["review_reason"]) == (EARNED, "requested", "first_payout")
    assert await of(world, tess) == (0, EARNED, 0)
    shown = (await tess.get("/api/earnings")).json()
    assert (shown["available_cents"], shown["in_payout_cents"], shown["paid_cents"]) == (0, EARNED, 0)
    assert (await tess.post(f"/api/payouts/{asked['id']}/cancel")).json()["status"] == "cancelled"
    assert await of(world, tess) == (EARNED, 0, 0)
    assert (await refusal(tess, f"/api/payouts/{asked['id']}/cancel"))["payout_status"] == "cancelled"
    assert await is_sound(world)


async def test_too_little_too_much_and_no_account_are_refused(world: World) -> None:
    tess, poor = await payee(world), await payee(world, 4999, "Paul Poor")
    assert (await refusal(tess, "/api/payouts", {"amount_cents": EARNED + 1}))["code"] == "payout_too_large"
    problem = await refusal(poor, "/api/payouts", {})
    assert (problem["code"], problem["available_cents"], problem["minimum_cents"]) == ("payout_too_small", 4999, 5000)
    await world.write(open_account, poor.user_id, disabled_reason="rejected.fraud")
    for person in (poor, await world.member("Nick Nobody")):
        assert (await refusal(person, "/api/payouts", {}))["code"] == "payout_account_not_enabled"


async def test_what_is_owed_is_kept_back_first(world: World) -> None:
    tess = await payee(world)
    await world.write(owe, tess.user_id, 2430)
    assert (await tess.get("/api/earnings")).json()["available_cents"] == EARNED - 2430
    assert (await ask(tess))["amount_cents"] == EARNED - 2430
    assert await of(world, tess) == (0, EARNED - 2430, 0)
    assert await is_sound(world)


async def test_a_hundred_clicks_ask_once(world: World) -> None:
    tess = await payee(world)
    clicks = [tess.post("/api/payouts", {}, key="one-click-0001") for _ in range(50)]
    clicks += [tess.post("/api/payouts", {}) for _ in range(50)]
    answers = await asyncio.gather(*clicks)
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(made) == 1
    assert await of(world, tess) == (0, EARNED, 0)
    assert await is_sound(world)


async def test_fifty_payouts_and_fifty_refunds_of_the_same_money_take_it_once(world: World) -> None:
    tess = await payee(world)

    async def refund() -> bool:
        try:
            return await world.write(claw_back, tess.user_id, EARNED)
        except LedgerRefused:
            return False

    async def pay_out() -> bool:
        return (await tess.post("/api/payouts", {})).status_code == 201

    outcomes = await asyncio.gather(*(each() for _ in range(50) for each in (pay_out, refund)))
    assert outcomes.count(True) == 1
    releasable, in_payout, owed = await of(world, tess)
    assert (releasable, owed) == (0, 0)
    assert in_payout in (0, EARNED)
    assert await is_sound(world)


async def test_of_two_administrators_who_approve_and_cancel_one_wins(world: World) -> None:
    tess, ada, ben = await payee(world), await admin(world), await admin(world, "Ben Boss")
    asked = await ask(tess)
    path = f"/api/admin/payouts/{asked['id']}"
    clicks = [ada.post(f"{path}/approve", {"note": "Fine."}) for _ in range(10)]
    clicks += [ben.post(f"{path}/reject", {"reason": "Not this one."}) for _ in range(10)]
    answers = await asyncio.gather(*clicks)
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} == {200, 409}
    status = await world.db.read(status_of, asked["id"])
    aside = EARNED if status == "approved" else 0
    assert await of(world, tess) == (EARNED - aside, aside, 0)
    assert await is_sound(world)


async def test_what_needs_a_second_look_needs_a_note_and_nobody_decides_for_themselves(world: World) -> None:
    ada, boss = await admin(world), await payee(world, name="Bea Boss")
    await world.write(_make_admin, boss)
    asked = await ask(boss)
    path = f"/api/admin/payouts/{asked['id']}"
    problem = await refusal(ada, f"{path}/approve", {})
    assert (problem["code"], problem["review_reason"]) == ("review_note_missing", ReviewReason.FIRST_PAYOUT)
    for verb, body in (("approve", {"note": "It is me."}), ("reject", {"reason": "Not now."})):
        assert (await refusal(boss, f"{path}/{verb}", body))["code"] == "own_payout"
    held = (await ada.post(f"{path}/hold", {"note": "Call them first."})).json()
    assert (held["status"], held["review_reason"], held["note"]) == ("requested", "held", "Call them first.")
    approved = await approve(ada, asked["id"])
    assert (approved["status"], approved["decided_by"]) == ("approved", ada.user_id)
    log = (await ada.get("/api/admin/audit", params={"subject_id": asked["id"]})).json()["items"]
    assert {entry["action"] for entry in log} == {"payout.held", "payout.approved"}


def _make_admin(session: WriteSession, actor: Actor) -> None:
    session.execute(update(User).where(User.id == actor.user_id).values(is_admin=True))


async def test_what_administrators_note_for_each_other_is_not_shown_to_the_owner(world: World) -> None:
    ada, tess = await admin(world), await payee(world)
    held, turned_down = (await ask(tess, 5000))["id"], (await ask(tess, 5000))["id"]
    assert (await ada.post(f"/api/admin/payouts/{held}/hold", {"note": "Is this fraud?"})).is_success
    assert (await ada.post(f"/api/admin/payouts/{turned_down}/reject", {"reason": "Confirm your bank."})).is_success
    shown = {item["id"]: item for item in (await tess.get("/api/payouts")).json()["items"]}
    assert (shown[held]["review_reason"], shown[held]["note"]) == ("held", None)
    assert shown[turned_down]["note"] == "Confirm your bank."
    assert (await ada.get(f"/api/admin/payouts/{held}")).json()["note"] == "Is this fraud?"
    approved = (await ask(tess))["id"]
    await approve(ada, approved)
    assert (await tess.get(f"/api/payouts/{approved}")).json()["note"] is None
    assert (await tess.post(f"/api/payouts/{held}/cancel")).json()["note"] is None
    assert (await tess.get(f"/api/payouts/{held}")).json()["note"] is None


async def test_what_waits_when_its_payee_is_suspended_is_looked_at_again(world: World) -> None:
    tess, ada = await payee(world), await admin(world)
    asked = await ask(tess)
    path = f"/api/admin/users/{tess.user_id}/suspend"
    assert (await ada.post(path, {"reason": "Advertising everywhere."})).status_code == 200
    waiting = (await ada.get(f"/api/admin/payouts/{asked['id']}")).json()
    assert (waiting["status"], waiting["review_reason"]) == ("requested", ReviewReason.HELD)


async def test_a_batch_names_what_it_refuses_and_approves_the_rest(world: World) -> None:
    ada = await admin(world)
    first, second, third = [await payee(world, name=f"Tess {word}") for word in ("One", "Two", "Three")]
    asked = [(await ask(each))["id"] for each in (first, second, third)]
    await second.post(f"/api/payouts/{asked[1]}/cancel")
    unknown = "pay_01kbq2z7m8e6h9s0t3v5x7y9za"
    body = {"payout_ids": [*asked, unknown, asked[0]], "note": "November, looked through."}
    items = (await ada.post("/api/admin/payouts/approve-batch", body)).json()["items"]
    assert [(item["payout_id"], item["problem"]) for item in items] == [
        (asked[0], None),
        (asked[1], "payout_moved"),
        (asked[2], None),
        (unknown, "payout_not_found"),
    ]
    listed = (await ada.get("/api/admin/payouts", params={"status": "approved"})).json()["items"]
    assert {item["id"] for item in listed} == {asked[0], asked[2]}


async def test_no_more_than_the_cap_is_approved_on_one_day(world: World) -> None:
    ada, capped = await admin(world), world.settings.payout_daily_cap_cents
    rich, tess = await payee(world, capped, "Ria Rich"), await payee(world)
    await approve(ada, (await ask(rich, capped - EARNED + 1))["id"])
    asked = (await ask(tess))["id"]
    problem = await refusal(ada, f"/api/admin/payouts/{asked}/approve", {"note": "Fine."})
    assert (problem["code"], problem["left_cents"]) == ("daily_cap_reached", EARNED - 1)
    assert await world.db.read(status_of, asked) == "requested"


async def test_nobody_asks_for_more_at_once_than_is_approved_on_one_day(world: World) -> None:
    ada, capped = await admin(world), world.settings.payout_daily_cap_cents
    rich = await payee(world, capped + EARNED, "Ria Rich")
    problem = await refusal(rich, "/api/payouts", {"amount_cents": capped + 1})
    assert (problem["code"], problem["available_cents"], problem["most_cents"]) == (
        "payout_too_large",
        capped + EARNED,
        capped,
    )
    asked = await ask(rich)
    assert asked["amount_cents"] == capped
    assert (await approve(ada, asked["id"]))["status"] == "approved"
    assert (await ask(rich))["amount_cents"] == EARNED


async def test_who_came_to_owe_or_cannot_be_paid_is_not_approved(world: World) -> None:
    ada, tess = await admin(world), await payee(world)
    asked = (await ask(tess))["id"]
    await world.write(owe, tess.user_id, 100)
    path, note = f"/api/admin/payouts/{asked}/approve", {"note": "Fine."}
    assert (await refusal(ada, path, note))["code"] == "payee_owes"
    await world.write(open_account, tess.user_id, payouts_enabled=False)
    assert (await refusal(ada, path, note))["code"] == "payout_account_not_enabled"


async def test_a_statement_has_every_movement_in_the_persons_time(world: World) -> None:
    tess = await payee(world)
    await ask(tess, 5000)
    text = (await tess.get("/api/earnings/statement.csv", params={"month": "2026-12"})).text
    head, *lines = text.split("\r\n")
    assert head == "time,movement,balance,course,amount,currency,entry"
    assert [line.split(",")[1:6] for line in lines if ",payout," in line] == [
        ["payout", "in_payout", "", "50.00", "USD"],
        ["payout", "releasable", "", "-50.00", "USD"],
    ]
    assert lines[0].startswith("2026-12-01T10:00:00+01:00")
    months = (await tess.get("/api/earnings/months")).json()
    assert [item["month"] for item in months["items"]] == ["2026-12"]


async def test_somebody_elses_payout_does_not_exist(world: World) -> None:
    tess, other = await payee(world), await payee(world, name="Otto Other")
    asked = (await ask(tess))["id"]
    assert (await other.get(f"/api/payouts/{asked}")).status_code == 404
    assert (await other.post(f"/api/payouts/{asked}/cancel")).status_code == 404
    assert (await tess.get(f"/api/payouts/{asked}")).json()["id"] == asked
    assert [item["id"] for item in (await tess.get("/api/payouts")).json()["items"]] == [asked]
