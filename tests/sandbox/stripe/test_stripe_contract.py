"""Stripe's description holds for what the adapter sends and for whatever the twin answers."""

import re
from urllib.parse import parse_qsl

import httpx

from app.providers.payments.stripe import StripePayments
from tests.sandbox.stripe.support import BASE, KEY, ORDER, SECRET, Account, Contract


async def test_adapter_and_twin_keep_to_the_description_all_the_way(account: Account) -> None:
    payments = StripePayments(KEY, SECRET, BASE, account.http)
    checkout = await payments.create_checkout(ORDER)
    assert checkout.url
    await account.pay(checkout.url)
    paid = await payments.get_checkout(checkout.id)
    await account.get(f"/v1/payment_intents/{paid.payment_intent_id}?expand[]=latest_charge.balance_transaction")
    await account.get(f"/v1/charges/{paid.charge_id}?expand[]=balance_transaction")
    events = (await account.get("/v1/events")).json()["data"]
    await account.get(f"/v1/events/{events[0]['id']}")
    other = await account.order()
    await account.post(f"/v1/checkout/sessions/{other['id']}/expire")
    for event in events:
        assert account.contract.faults(_schema(event), event["data"]["object"], is_answer=True) == []
    assert set(account.contract.seen) == account.contract.operations


async def test_webhook_bodies_are_events_of_the_description(account: Account) -> None:
    await account.pay((await account.order())["url"])
    await account.order()
    for event in await account.hooks.bodies():
        assert account.contract.faults({"$ref": "#/components/schemas/event"}, event, is_answer=True) == []
        assert account.contract.faults(_schema(event), event["data"]["object"], is_answer=True) == []


async def test_adapter_sends_the_whole_order(account: Account) -> None:
    sent: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        sent.append(request)

    http = httpx.AsyncClient(transport=account.transport, event_hooks={"request": [keep]})
    await StripePayments(KEY, SECRET, BASE, http).create_checkout(ORDER)
    assert dict(parse_qsl(sent[0].content.decode())) == {
        "mode": "payment",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "5000",
        "line_items[0][price_data][product_data][name]": "Kurs & Tee",
        "client_reference_id": "pur_1",
        "customer_email": "ann@example.com",
        "metadata[purchase]": "pur_1",
        "payment_intent_data[metadata][purchase]": "pur_1",
        "payment_intent_data[transfer_group]": "pur_1",
        "expires_at": "1795343400",
        "success_url": "https://app.example.com/ok?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://app.example.com/no",
    }
    assert sent[0].headers["Idempotency-Key"] == "pur_1:checkout"
    assert sent[0].headers["Stripe-Version"] == "2026-03-25.dahlia"


def test_watch_sees_a_field_too_many_and_one_too_few() -> None:
    schema = {"$ref": "#/components/schemas/event.Data"}
    assert Contract().faults(schema, {"object": {}}, is_answer=True) == []
    assert Contract().faults(schema, {"object": {}, "extra": 1}, is_answer=True)
    assert Contract().faults(schema, {}, is_answer=True)


def _schema(event: dict[str, object]) -> dict[str, str]:
    resource = re.sub(r"\.\w+$", "", str(event["type"]))
    return {"$ref": f"#/components/schemas/{resource}"}
