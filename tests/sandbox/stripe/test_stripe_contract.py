"""Stripe's description holds for what the adapter sends and for whatever the twin answers."""

from dataclasses import replace
from urllib.parse import parse_qsl

import httpx

from app.providers.payments.port import Evidence, RefundReason, TransferOrder
from app.providers.payments.stripe import StripePayments
from tests.sandbox.doubles import NOW
from tests.sandbox.stripe.support import BASE, CONNECT_SECRET, KEY, ORDER, SECRET, Account
from tests.support.stripe_watch import Contract

CONNECT_EVENTS = {
    "account.application.deauthorized",
    "account.external_account.created",
    "account.external_account.updated",
    "account.updated",
    "capability.updated",
    "payout.created",
    "payout.failed",
}
OWN_EVENTS = {
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.refund.updated",
    "charge.refunded",
    "charge.succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "transfer.created",
    "transfer.reversed",
}
UNDESCRIBED = {"application", "bank_account", "capability"}
"""Objects of events that the description lacks, as Stripe's own types do for PeerLoop's calls."""


async def test_adapter_and_twin_keep_to_the_description_all_the_way(account: Account) -> None:
    payments, since = account.payments, NOW
    sold, teacher = await account.sale(), await account.teacher()
    intent, charge = str(sold.payment_intent_id), str(sold.charge_id)
    await payments.expire_checkout((await payments.create_checkout(replace(ORDER, reference="pur_2"))).id)
    await payments.find_account(reference="usr_1", since=since)
    links = {"return_url": "https://app.example.com/back", "refresh_url": "https://app.example.com/again"}
    await payments.create_onboarding_link(teacher.id, **links)
    await payments.create_dashboard_link(teacher.id)
    order = TransferOrder("pyt_1", teacher.id, 1000, "usd", "pur_1", source_charge_id=charge)
    transfer = await payments.create_transfer(order)
    await payments.get_transfer(transfer.id)
    await payments.find_transfer(group="pur_1")
    await payments.reverse_transfer(reference="rev_1", transfer_id=transfer.id, amount_cents=300)
    await payments.find_reversal(reference="rev_1", transfer_id=transfer.id)
    refund = await payments.create_refund(
        reference="ref_1", payment_intent_id=intent, amount_cents=500, reason=RefundReason.REQUESTED
    )
    await payments.get_refund(refund.id)
    await payments.find_refund(reference="ref_1", payment_intent_id=intent)
    await account.control(f"refunds/{refund.id}/fail")
    await payments.get_charge(charge)
    await payments.list_charges(since=since)
    dispute = await payments.get_dispute((await account.control(f"charges/{charge}/dispute"))["id"])
    evidence = Evidence(product_description="A course", uncategorized_text="He came to both sessions.")
    await payments.submit_evidence(reference="evi_1", dispute_id=dispute.id, evidence=evidence, is_final=True)
    await payments.close_dispute(reference="dis_1", dispute_id=dispute.id)
    await payments.list_disputes(charge_id=charge, since=since)
    await payments.get_balance(account_id=teacher.id)
    await payments.list_balance_transactions(since=since, kind="charge")
    payout = await account.control(f"accounts/{teacher.id}/pay-out")
    await payments.get_bank_payout(payout["id"], account_id=teacher.id)
    await payments.list_bank_payouts(account_id=teacher.id)
    await account.control(f"payouts/{payout['id']}/fail")
    await account.control(f"accounts/{teacher.id}/deauthorise")
    await account.get(f"/v1/payment_intents/{intent}?expand[]=latest_charge.balance_transaction")
    events = await payments.list_events(since=since)
    await account.get(f"/v1/events/{events.items[0].id}")
    assert set(account.contract.seen) == account.contract.operations
    await _check_webhooks(account)


async def _check_webhooks(account: Account) -> None:
    bodies = await account.hooks.bodies()
    for event in bodies:
        assert account.contract.faults({"$ref": "#/components/schemas/event"}, event, is_answer=True) == []
        resource = event["data"]["object"]["object"]
        if resource not in UNDESCRIBED:
            schema = {"$ref": f"#/components/schemas/{resource}"}
            assert account.contract.faults(schema, event["data"]["object"], is_answer=True) == []
    assert {event["type"] for event in bodies if "account" in event} == CONNECT_EVENTS
    assert {event["type"] for event in bodies if "account" not in event} == OWN_EVENTS


async def test_adapter_sends_the_whole_order(account: Account) -> None:
    sent: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        sent.append(request)

    http = httpx.AsyncClient(transport=account.transport, event_hooks={"request": [keep]})
    await StripePayments(KEY, SECRET, CONNECT_SECRET, BASE, http).create_checkout(ORDER)
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


async def test_watch_remembers_what_was_wrong_on_the_way() -> None:
    contract = Contract()
    answer = {"object": "balance", "available": [], "pending": [], "livemode": "no", "extra": 1}
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)))
    contract.watch(http)
    await http.get(f"{BASE}/v1/balance")
    await http.get("http://twin/sandbox/resend/emails")
    assert len(contract.found) == 2
    assert contract.seen == ["GET /v1/balance"]
