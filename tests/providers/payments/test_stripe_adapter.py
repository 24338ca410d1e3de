"""Stripe's adapter against the twin and against failures."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.payments.port import Checkout, CheckoutStatus, PaymentProvider
from app.providers.payments.stripe import StripePayments
from tests.sandbox.stripe.support import BASE, CONNECT_SECRET, KEY, ORDER, SECRET, Account

SESSION = {
    "id": "cs_test_1",
    "object": "checkout.session",
    "client_reference_id": "pur_1",
    "url": None,
    "status": "complete",
    "payment_status": "paid",
    "amount_total": 5000,
    "currency": "usd",
    "expires_at": 1795343400,
    "payment_intent": {"id": "pi_1", "object": "payment_intent", "latest_charge": {"id": "ch_1", "object": "charge"}},
}


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    account = Account()
    yield account
    account.books.close()


@pytest.fixture
def payments(account: Account) -> PaymentProvider:
    return StripePayments(KEY, SECRET, CONNECT_SECRET, BASE, account.http)


def _answering(answer: Callable[[httpx.Request], httpx.Response]) -> StripePayments:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return StripePayments(KEY, SECRET, CONNECT_SECRET, "http://stripe.test", http)


async def _seen(**changes: Any) -> Checkout:
    return await _answering(lambda _: httpx.Response(200, json=SESSION | changes)).get_checkout("cs_test_1")


async def test_checkout_is_open_until_it_is_paid(account: Account, payments: PaymentProvider) -> None:
    checkout = await payments.create_checkout(ORDER)
    assert checkout == Checkout(
        id=checkout.id,
        reference="pur_1",
        url=f"{BASE}/pay/{checkout.id}",
        status=CheckoutStatus.OPEN,
        amount_cents=5000,
        currency="usd",
        expires_at=ORDER.expires_at,
        payment_intent_id=None,
        charge_id=None,
    )
    assert await payments.get_checkout(checkout.id) == checkout
    await account.pay(checkout.url or "")
    paid = await payments.get_checkout(checkout.id)
    assert (paid.status, paid.url) == (CheckoutStatus.PAID, None)
    assert str(paid.payment_intent_id).startswith("pi_")
    assert str(paid.charge_id).startswith("ch_")


async def test_same_order_makes_one_checkout(payments: PaymentProvider) -> None:
    assert await payments.create_checkout(ORDER) == await payments.create_checkout(ORDER)
    assert (await payments.create_checkout(replace(ORDER, reference="pur_2"))).reference == "pur_2"


async def test_changed_order_under_the_same_reference_is_rejected(payments: PaymentProvider) -> None:
    await payments.create_checkout(ORDER)
    with pytest.raises(ProviderRejected, match="400"):
        await payments.create_checkout(replace(ORDER, amount_cents=1))


async def test_checkout_expires_with_the_clock(account: Account, payments: PaymentProvider) -> None:
    checkout = await payments.create_checkout(ORDER)
    account.clock.move(timedelta(minutes=30))
    assert (await payments.get_checkout(checkout.id)).status is CheckoutStatus.EXPIRED


async def test_event_of_the_twin_is_believed(account: Account, payments: PaymentProvider) -> None:
    checkout = await payments.create_checkout(ORDER)
    await account.pay(checkout.url or "")
    await account.hooks.bodies()
    events = [
        payments.verify_event(request.content, request.headers["Stripe-Signature"], account.clock.now())
        for request in account.hooks.taken
    ]
    completed = events[-1]
    assert (completed.type, completed.object_id) == ("checkout.session.completed", checkout.id)
    assert (completed.created_at, completed.livemode) == (account.clock.now(), False)


@pytest.mark.parametrize("checkout_id", ["cs_none", "../../etc", "a b?c=d#e"])
async def test_unknown_checkout_is_rejected(payments: PaymentProvider, checkout_id: str) -> None:
    with pytest.raises(ProviderRejected, match="404"):
        await payments.get_checkout(checkout_id)


async def test_refusal_names_the_parameter_but_not_its_value(payments: PaymentProvider) -> None:
    with pytest.raises(ProviderRejected) as caught:
        await payments.create_checkout(replace(ORDER, buyer_email="ann"))
    assert caught.value.detail == "The payment service refused the request (400 email_invalid customer_email)."
    assert caught.value.__cause__ is None


async def test_wrong_key_is_ours_to_repair(account: Account) -> None:
    with pytest.raises(ProviderUnavailable):
        await StripePayments("sk_test_other", SECRET, CONNECT_SECRET, BASE, account.http).create_checkout(ORDER)


@pytest.mark.parametrize(
    ("status", "payment_status", "expected"),
    [
        ("open", "unpaid", CheckoutStatus.OPEN),
        ("complete", "paid", CheckoutStatus.PAID),
        ("complete", "no_payment_required", CheckoutStatus.PAID),
        ("complete", "unpaid", CheckoutStatus.PROCESSING),
        ("expired", "unpaid", CheckoutStatus.EXPIRED),
    ],
)
async def test_only_what_is_paid_counts_as_paid(status: str, payment_status: str, expected: CheckoutStatus) -> None:
    assert (await _seen(status=status, payment_status=payment_status)).status is expected


async def test_expandable_fields_may_be_ids_objects_or_nothing() -> None:
    cases = [
        (SESSION["payment_intent"], ("pi_1", "ch_1")),
        ({"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1"}, ("pi_1", "ch_1")),
        ({"id": "pi_1", "object": "payment_intent", "latest_charge": None}, ("pi_1", None)),
        ("pi_1", ("pi_1", None)),
        (None, (None, None)),
    ]
    for intent, expected in cases:
        checkout = await _seen(payment_intent=intent)
        assert (checkout.payment_intent_id, checkout.charge_id) == expected


async def test_session_that_is_no_payment_of_ours_can_be_read() -> None:
    checkout = await _seen(client_reference_id=None, amount_total=None, currency=None, payment_intent=None)
    assert (checkout.reference, checkout.amount_cents, checkout.currency) == ("", 0, "")


def _error(kind: str = "api_error", code: str | None = None) -> str:
    return json.dumps({"error": {"type": kind, "message": "no", "code": code}})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, _error("invalid_request_error")),
        (403, _error("invalid_request_error")),
        (500, _error()),
        (503, "<html>busy</html>"),
        (502, '{"error": "bad gateway"}'),
        (409, _error("idempotency_error")),
        (429, _error("invalid_request_error", "rate_limit")),
        (400, _error("invalid_request_error", "rate_limit")),
        (424, _error()),
        (200, "not JSON"),
        (200, "[]"),
        (200, "{}"),
        (200, json.dumps(SESSION | {"status": "lost"})),
        (200, json.dumps(SESSION | {"expires_at": 10**30})),
        (404, '{"error": null}'),
    ],
)
async def test_unclear_outcome_may_be_asked_again(status: int, body: str) -> None:
    with pytest.raises(ProviderUnavailable):
        await _answering(lambda _: httpx.Response(status, text=body)).create_checkout(ORDER)


@pytest.mark.parametrize("status", [302, 400, 402, 404])
async def test_refusal_is_final(status: int) -> None:
    body = _error("invalid_request_error", "not 1 word; ann@example.com")
    with pytest.raises(ProviderRejected) as caught:
        await _answering(lambda _: httpx.Response(status, text=body)).create_checkout(ORDER)
    assert caught.value.detail == f"The payment service refused the request ({status})."


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_broken_connection_may_be_tried_again_and_is_not_repeated_here(error: type[httpx.HTTPError]) -> None:
    tries = []

    def fail(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        raise error("broken")

    with pytest.raises(ProviderUnavailable):
        await _answering(fail).create_checkout(ORDER)
    assert len(tries) == 1


async def test_without_an_address_it_is_stripe_itself() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=SESSION)

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    await StripePayments(KEY, SECRET, CONNECT_SECRET, None, http).get_checkout("cs_test_1")
    assert asked[0].url.host == "api.stripe.com"
    assert asked[0].headers["Authorization"] == f"Bearer {KEY}"


async def test_log_holds_neither_the_key_nor_the_buyer(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(ProviderUnavailable):
        await StripePayments("sk_test_other", SECRET, CONNECT_SECRET, BASE, account.http).create_checkout(ORDER)
    assert not any(secret in caplog.text for secret in ("sk_test_other", SECRET, ORDER.buyer_email))


@pytest.mark.parametrize("secrets", [("", SECRET, SECRET), (KEY, "", SECRET), (KEY, SECRET, "")])
def test_empty_secrets_are_refused_at_the_start(secrets: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        StripePayments(*secrets, None, httpx.AsyncClient())
