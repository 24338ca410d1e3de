"""Paying on the Checkout page of the twin: the objects, the events, the webhooks, and what a person sees."""

from datetime import timedelta

import pytest
import stripe

from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.events import Signature
from tests.sandbox.doubles import MovableClock
from tests.sandbox.stripe.support import BAD_CARD, BASE, EPOCH, SECRET, Account, without


class _Broken(Deliveries):
    """A queue that fails after the objects are written."""

    def queue(self, *_: object, **__: object) -> None:
        raise OSError("disk full")


PAID_EVENTS = ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]


async def test_paying_completes_the_session_and_goes_back_to_the_shop(account: Account) -> None:
    session = await account.order()
    answer = await account.pay(session["url"])
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"https://app.example.com/ok?s={session['id']}"
    paid = await account.session(session["id"])
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert paid["customer_details"]["email"] == "ann@example.com"


async def test_payment_and_charge_are_there_with_stripes_fee(account: Account) -> None:
    session = await account.order()
    await account.pay(session["url"])
    paid = await account.session(session["id"], "payment_intent.latest_charge.balance_transaction")
    intent, charge = paid["payment_intent"], paid["payment_intent"]["latest_charge"]
    assert (intent["status"], intent["amount_received"], intent["transfer_group"]) == ("succeeded", 45000, "pur_1")
    assert (charge["status"], charge["paid"], charge["payment_intent"]) == ("succeeded", True, intent["id"])
    assert intent["metadata"] == charge["metadata"] == {"purchase": "pur_1"}
    balance = charge["balance_transaction"]
    assert (balance["fee"], balance["net"], balance["source"]) == (1335, 43665, charge["id"])


async def test_objects_are_ids_until_expanded(account: Account) -> None:
    session = await account.order()
    await account.pay(session["url"])
    intent_id = (await account.session(session["id"]))["payment_intent"]
    half = (await account.session(session["id"], "payment_intent"))["payment_intent"]
    assert half["id"] == intent_id
    assert (await account.get(f"/v1/payment_intents/{intent_id}")).json() == half
    charge = (await account.get(f"/v1/charges/{half['latest_charge']}?expand[]=balance_transaction")).json()
    assert charge["balance_transaction"]["object"] == "balance_transaction"


async def test_open_session_has_nothing_to_expand(account: Account) -> None:
    session = await account.order()
    assert await account.session(session["id"], "payment_intent.latest_charge") == session
    answer = await account.get(f"/v1/checkout/sessions/{session['id']}?expand[]=customer")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expand")


async def test_paying_announces_what_happened(account: Account) -> None:
    session = await account.order()
    assert await account.event_types() == []
    await account.pay(session["url"])
    events = await account.hooks.bodies()
    assert [event["type"] for event in events] == PAID_EVENTS
    assert events[-1]["data"]["object"] == await account.session(session["id"])
    assert {event["id"] for event in events} == {event["id"] for event in (await _events(account))}


async def test_webhook_is_signed_with_the_clock_at_the_time_of_sending(account: Account) -> None:
    session = await account.order()
    await account.pay(session["url"])
    account.clock.move(timedelta(hours=1))
    await account.hooks.bodies()
    request = account.hooks.taken[-1]
    header = request.headers["Stripe-Signature"]
    assert header.startswith(f"t={EPOCH + 3600},v1=")
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    event = stripe.Webhook.construct_event(request.content, header, SECRET, tolerance=0)  # type: ignore[no-untyped-call]
    assert event.type == "checkout.session.completed"


def test_signature_is_that_of_the_vector() -> None:
    body = b'{\n  "id": "evt_1PeerLoopVector0001",\n  "object": "event",\n  "type": "ping"\n}'
    mac = "2f215f67244ec83eff308a64c93a1d61b93fc49a823b759b499b3a597466b799"
    assert Signature(SECRET, MovableClock()).headers(body) == {"Stripe-Signature": f"t={EPOCH},v1={mac}"}


async def test_paying_twice_is_harmless(account: Account) -> None:
    session = await account.order()
    first, second = await account.pay(session["url"]), await account.pay(session["url"], BAD_CARD)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert await account.event_types() == PAID_EVENTS


@pytest.mark.parametrize(
    ("card", "message"),
    [(BAD_CARD, "Your card was declined."), ("4000 0000 0000 0002", "Your card was declined."), ("1", "invalid")],
)
async def test_declined_card_leaves_the_session_open(account: Account, card: str, message: str) -> None:
    session = await account.order()
    answer = await account.pay(session["url"], card)
    assert answer.status_code == 402
    assert message in answer.text
    assert 'role="alert"' in answer.text
    assert await account.session(session["id"]) == session
    assert (await account.pay(session["url"], "4242")).status_code == 303


async def test_page_shows_what_is_bought_for_how_much_and_by_whom(account: Account) -> None:
    session = await account.order(without(**{"line_items[0][quantity]": "3"}))
    page = await account.buyer.get(session["url"])
    assert page.status_code == 200
    assert "Tea &amp; &lt;Kurs&gt; \N{MULTIPLICATION SIGN} 3" in page.text
    assert "<h1>Pay 1,350.00 USD</h1>" in page.text
    assert "ann@example.com" in page.text
    assert f'<form method="post" action="/sandbox/stripe/pay/{session["id"]}">' in page.text
    assert 'href="https://app.example.com/no"' in page.text


async def test_page_lets_its_form_lead_to_the_shop_and_runs_no_script(account: Account) -> None:
    page = await account.buyer.get((await account.order())["url"])
    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["form-action"], policy["frame-ancestors"]) == ("'none'", "*", "'none'")
    assert "<script" not in page.text


async def test_page_of_a_paid_session_offers_no_second_payment(account: Account) -> None:
    session = await account.order()
    await account.pay(session["url"])
    page = await account.buyer.get(session["url"])
    assert page.status_code == 200
    assert "This is paid" in page.text
    assert "<form" not in page.text
    assert f'href="https://app.example.com/ok?s={session["id"]}"' in page.text


async def test_session_expires_when_it_is_looked_at_after_its_time(account: Account) -> None:
    session = await account.order()
    account.clock.move(timedelta(seconds=1799))
    assert (await account.session(session["id"]))["status"] == "open"
    account.clock.move(timedelta(seconds=1))
    for _ in range(2):
        late = await account.session(session["id"])
        assert (late["status"], late["payment_status"], late["url"]) == ("expired", "unpaid", None)
    assert await account.event_types() == ["checkout.session.expired"]


async def test_expired_session_cannot_be_paid(account: Account) -> None:
    session = await account.order()
    account.clock.move(timedelta(minutes=30))
    for answer in (await account.pay(session["url"]), await account.buyer.get(session["url"])):
        assert answer.status_code == 410
        assert "expired" in answer.text
    assert await account.event_types() == ["checkout.session.expired"]


async def test_unknown_session_has_no_page(account: Account) -> None:
    assert (await account.buyer.get(f"{BASE}/pay/cs_none")).status_code == 404
    assert (await account.pay(f"{BASE}/pay/cs_none")).status_code == 404


async def test_payment_is_written_whole_or_not_at_all(account: Account) -> None:
    session = await account.order()
    shaky = account.twin_with(_Broken(account.books, account.http))
    with pytest.raises(OSError, match="disk full"):
        await shaky.post(session["url"], data={"card": "4242"})
    assert await account.session(session["id"]) == session
    assert await _events(account) == []
    assert account.books.all("stripe.charge") == []


async def test_events_are_listed_newest_first_in_pages(account: Account) -> None:
    for _ in range(2):
        await account.pay((await account.order())["url"])
    whole = await _events(account, "?limit=100")
    assert [event["type"] for event in whole] == list(reversed(PAID_EVENTS * 2))
    page = (await account.get("/v1/events?limit=4")).json()
    assert (page["has_more"], page["url"], page["data"]) == (True, "/v1/events", whole[:4])
    rest = (await account.get(f"/v1/events?limit=4&starting_after={page['data'][-1]['id']}")).json()
    assert (rest["has_more"], rest["data"]) == (False, whole[4:])
    assert (await account.get(f"/v1/events/{whole[0]['id']}")).json() == whole[0]


async def test_events_are_filtered(account: Account) -> None:
    await account.pay((await account.order())["url"])
    queries = {
        "?type=charge.succeeded": 1,
        "?type=checkout.session.*": 1,
        "?type=charge.refunded": 0,
        "?types[]=charge.succeeded&types[]=payment_intent.succeeded": 2,
        f"?created[gte]={EPOCH}&created[lt]={EPOCH + 1}": 3,
        f"?created[gt]={EPOCH}": 0,
        f"?created={EPOCH}": 3,
    }
    assert {query: len(await _events(account, query)) for query in queries} == queries


@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?starting_after=evt_none", "?created[gte]=x"])
async def test_bad_event_query_is_refused(account: Account, query: str) -> None:
    assert (await account.get(f"/v1/events{query}")).status_code in (400, 404)


async def _events(account: Account, query: str = "") -> list[dict[str, object]]:
    events: list[dict[str, object]] = (await account.get(f"/v1/events{query}")).json()["data"]
    return events
