"""What people see of the twin beside Checkout: the onboarding, the Express dashboard, and Stripe's other side."""

import re
from datetime import timedelta

import httpx

from app.providers.payments.port import Capability
from tests.sandbox.stripe.support import BASE, DELAYED, Account

RETURN, REFRESH = "https://app.example.com/back", "https://app.example.com/again"


async def onboarding(account: Account, account_id: str) -> str:
    link = await account.payments.create_onboarding_link(account_id, return_url=RETURN, refresh_url=REFRESH)
    return link.url


def asked(page: httpx.Response) -> list[str]:
    """The requirements that the form names."""
    return re.findall(r'name="given" value="([\w.]+)"', page.text)


async def answer(account: Account, url: str, page: httpx.Response, given: list[str]) -> httpx.Response:
    visit = re.findall(r'name="visit" value="(\w+)"', page.text)[0]
    return await account.buyer.post(url, data={"visit": visit, "given": given, "bank": "000111111111"})


async def test_onboarding_can_be_left_half_done_and_finished_later(account: Account) -> None:
    made = await account.payments.create_account(reference="usr_1", email="tom@example.com", country="US")
    url = await onboarding(account, made.id)
    page = await account.buyer.get(url)
    wanted = asked(page)
    left = await answer(account, url, page, wanted[:3])
    assert (left.status_code, left.headers["Location"]) == (303, RETURN)
    half = await account.payments.get_account(made.id)
    assert (half.currently_due, half.details_submitted) == (tuple(wanted[3:]), False)
    url = await onboarding(account, made.id)
    page = await account.buyer.get(url)
    await answer(account, url, page, asked(page))
    done = await account.payments.get_account(made.id)
    assert (done.transfers, done.payouts_enabled, done.details_submitted) == (Capability.ACTIVE, True, True)
    assert (await account.buyer.post(url, data={"visit": "other"})).status_code == 400


async def test_onboarding_link_works_once_and_for_minutes(account: Account) -> None:
    made = await account.payments.create_account(reference="usr_1", email="tom@example.com", country="US")
    used, old = await onboarding(account, made.id), await onboarding(account, made.id)
    assert (await account.buyer.get(used)).status_code == 200
    account.clock.move(timedelta(minutes=5))
    for url in (used, old):
        again = await account.buyer.get(url)
        assert (again.status_code, again.headers["Location"]) == (303, REFRESH)
    assert (await account.buyer.get(f"{BASE}/connect/link_1")).status_code == 404


async def test_dashboard_shows_money_once_and_takes_another_bank(account: Account) -> None:
    teacher = await account.teacher()
    link = await account.payments.create_dashboard_link(teacher.id)
    page = await account.buyer.get(link.url)
    assert "0.00 USD" in page.text
    (action,) = re.findall(r'action="([^"]+)"', page.text)
    await account.buyer.post(f"http://twin{action}", data={"bank": "000222222222"})
    assert (await account.payments.get_account(teacher.id)).bank_marker != teacher.bank_marker
    assert (await account.buyer.get(link.url)).status_code == 400


async def test_other_side_has_a_button_for_everything(account: Account) -> None:
    await account.sale(card=DELAYED)
    sold, teacher = await account.sale("pur_2"), await account.teacher()
    await account.control(f"charges/{sold.charge_id}/dispute")
    await account.fault("drop", "charge.*")
    browser = {"Accept": "text/html"}
    page = await account.buyer.get(f"{BASE}/control", headers=browser)
    assert teacher.id in page.text
    actions = set(re.findall(r'action="(/[^"]+)"', page.text))
    back = await account.buyer.post(f"{BASE}/control/accounts/{teacher.id}/restrict", headers=browser)
    assert (back.status_code, back.headers["Location"]) == (303, "/sandbox/stripe/control")
    assert f"/sandbox/stripe/control/accounts/{teacher.id}/restrict" in actions
    no = await account.buyer.post(f"{BASE}/control/charges/{sold.charge_id}/dispute", headers=browser)
    assert (no.status_code, "That did not work" in no.text) == (400, True)
    unknown = await account.buyer.post(f"{BASE}/control/charges/{sold.charge_id}/explode")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "resource_missing")


async def test_webhooks_are_dropped_doubled_and_swapped_on_demand(account: Account) -> None:
    await account.fault("drop", "payment_intent.succeeded")
    await account.fault("reorder", "charge.succeeded")
    await account.fault("duplicate", "checkout.session.completed")
    await account.sale()
    done, swapped = "checkout.session.completed", "charge.succeeded"
    assert await account.event_types() == [done, done, swapped]
    kept = [event.type for event in (await account.payments.list_events()).items]
    assert kept == [done, swapped, "payment_intent.succeeded"]


async def test_webhook_that_waits_for_a_later_one_can_be_let_go(account: Account) -> None:
    await account.fault("reorder", "checkout.session.completed")
    await account.sale()
    assert "checkout.session.completed" not in await account.event_types()
    await account.control("webhooks/release")
    assert await account.event_types() == ["checkout.session.completed"]


async def test_events_of_connected_accounts_go_to_their_endpoint_with_their_secret(account: Account) -> None:
    teacher = await account.teacher()
    await account.hooks.bodies()
    (request, *_) = account.hooks.taken
    assert request.url.path == "/api/webhooks/stripe/connect"
    event = account.payments.verify_connect_event(
        request.content, request.headers["Stripe-Signature"], account.clock.now()
    )
    assert event.account_id == teacher.id
    theirs = await account.payments.list_events(account_id=teacher.id)
    assert event in theirs.items
    assert (await account.payments.list_events()).items == ()
