"""Opening an account at the payment service, and hearing how it stands."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from app.domains.payouts import service
from app.domains.payouts.types import AccountStatus
from tests.domains.payouts.payees import READY, earn
from tests.domains.payouts.till import control, fail, onboard
from tests.support.world import Actor, World

LINK = "/api/payout-account/onboarding-link"


async def status(actor: Actor) -> str:
    found: str = (await actor.get("/api/payout-account")).json()["status"]
    return found


async def test_the_first_click_opens_an_account_and_a_hundred_open_one(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    assert (await tess.get("/api/payout-account")).json()["status"] == "none"
    answers = await asyncio.gather(*(tess.post(LINK, {"country": "DE"}) for _ in range(20)))
    urls = {answer.json()["url"] for answer in answers if answer.status_code == 200}
    assert urls
    assert {answer.status_code for answer in answers} <= {200, 503}  # the twin locks a key that is in use
    assert len((await world.http.get("/sandbox/stripe/control")).text.split("acct_")) > 1
    shown = (await tess.get("/api/payout-account")).json()
    assert (shown["status"], shown["country"]) == ("incomplete", "DE")
    assert "A bank account to be paid to." in shown["requirements"]


async def test_an_answer_that_was_lost_opens_no_second_account(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    await fail(world, "lost_after", match="POST /v1/accounts")
    assert (await tess.post(LINK, {"country": "DE"})).status_code == 503
    world.clock.advance(hours=25)
    again = await world.log_in(tess.user_id, tess.email)
    assert (await again.post(LINK, {"country": "FR"})).status_code == 200
    shown = (await again.get("/api/payout-account")).json()
    assert shown["country"] == "DE"  # it counts the first time


async def test_a_country_that_is_refused_does_not_count_and_another_one_does(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    for _ in range(2):
        answers = await asyncio.gather(*(tess.post(LINK, {"country": "KP"}) for _ in range(4)))
        assert {answer.status_code for answer in answers} <= {422, 503}
        assert "country_not_supported" in {answer.json()["code"] for answer in answers}
    assert await status(tess) == "none"
    await onboard(world, tess)
    assert (await tess.get("/api/payout-account")).json()["country"] == "DE"
    assert (await tess.post(LINK, {"country": "KP"})).status_code == 200  # it is open


async def test_another_refusal_says_nothing_of_the_country(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    await fail(world, "refuse", match="POST /v1/accounts")
    assert (await tess.post(LINK, {"country": "DE"})).json()["code"] == "provider_rejected"
    assert (await tess.post(LINK, {"country": "FR"})).status_code == 200
    assert (await tess.get("/api/payout-account")).json()["country"] == "FR"


async def test_who_comes_back_may_live_elsewhere(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    first = await onboard(world, tess)
    await control(world, f"accounts/{first}/deauthorise")
    await world.settle()
    assert (await tess.post(LINK, {"country": "FR"})).status_code == 200
    assert (await tess.get("/api/payout-account")).json()["country"] == "FR"


async def test_the_account_is_followed_by_its_events_and_by_asking(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    account_id = await onboard(world, tess)
    assert await status(tess) == "enabled"
    assert (await tess.post("/api/payout-account/dashboard-link")).status_code == 200
    await fail(world, "drop", match="*", times=9)
    await control(world, f"accounts/{account_id}/restrict")
    await world.settle()
    assert await status(tess) == "enabled"  # nobody told
    assert (await tess.post("/api/payout-account/refresh")).json()["status"] == "restricted"


async def test_who_left_may_come_back_with_another_account(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    first = await onboard(world, tess)
    await control(world, f"accounts/{first}/deauthorise")
    await world.settle()
    assert await status(tess) == "disconnected"
    second = await onboard(world, tess)
    assert first != second
    assert await status(tess) == "enabled"


async def test_silence_is_broken_by_a_question_a_day(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    account_id = await onboard(world, tess)
    await fail(world, "drop", match="*", times=9)
    await control(world, f"accounts/{account_id}/restrict")
    world.clock.advance(days=1, minutes=20)
    await world.settle()
    assert (await world.db.read(service.show_account, tess.user_id)).status is AccountStatus.RESTRICTED


async def test_an_older_answer_changes_nothing(world: World) -> None:
    tess = await world.member("Tess Template", can_create_courses=True)
    account_id = await onboard(world, tess)
    old = replace(READY, id=account_id, deauthorised=True)
    await world.write(service.apply_account, old, world.clock.now() - timedelta(seconds=1))
    assert await status(tess) == "enabled"


async def test_accounts_are_for_who_teaches_creates_or_has_earned(world: World) -> None:
    nobody = await world.member("Nick Nobody")
    assert (await nobody.post(LINK, {"country": "DE"})).json()["code"] == "nothing_to_pay_out"
    for path in ("dashboard-link", "refresh"):
        assert (await nobody.post(f"/api/payout-account/{path}")).json()["code"] == "payout_account_missing"
    await world.write(earn, nobody.user_id, 100)
    assert (await nobody.post(LINK, {"country": "DE"})).status_code == 200
    assert (await nobody.post("/api/payout-account/dashboard-link")).json()["code"] == "payout_account_not_enabled"
