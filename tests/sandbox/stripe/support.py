"""The twin as the tests hold it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from starlette.routing import Mount, Router

from app.providers.payments.port import Checkout, CheckoutOrder, ConnectedAccount
from app.providers.payments.stripe import StripePayments
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe import Keys, create_stripe_twin
from tests.sandbox.doubles import NOW, Hooks, MovableClock
from tests.support.stripe_watch import Contract

BASE, KEY, SECRET = "http://twin/sandbox/stripe", "sk_test_key", "whsec_test_secret"
CONNECT_SECRET = "whsec_connect_secret"
GOOD_CARD, BAD_CARD = "4242424242424242", "4000000000000002"
AT_ONCE, DELAYED = "4000000000000077", "000123456789"
"""Pays, and the money is available at once; pays, and it comes days later or not at all."""

EPOCH = int(NOW.timestamp())

FORM = {
    "mode": "payment",
    "client_reference_id": "pur_1",
    "customer_email": "ann@example.com",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "45000",
    "line_items[0][price_data][product_data][name]": "Tea & <Kurs>",
    "metadata[purchase]": "pur_1",
    "payment_intent_data[metadata][purchase]": "pur_1",
    "payment_intent_data[transfer_group]": "pur_1",
    "expires_at": str(EPOCH + 1800),
    "success_url": "https://app.example.com/ok?s={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://app.example.com/no",
}
"""A whole order, as it is sent."""


ORDER = CheckoutOrder(
    reference="pur_1",
    title="Kurs & Tee",
    amount_cents=5000,
    currency="usd",
    buyer_email="ann@example.com",
    success_url="https://app.example.com/ok?s={CHECKOUT_SESSION_ID}",
    cancel_url="https://app.example.com/no",
    expires_at=NOW + timedelta(minutes=30),
    metadata={"purchase": "pur_1"},
)
"""The same kind of thing as the port has it."""


def without(*names: str, **changes: str) -> dict[str, str]:
    """The order without some fields, or with others."""
    return {name: value for name, value in FORM.items() if name not in names} | changes


class Account:
    """The twin under its mount, a client with the key, a buyer without, and the webhooks."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.books = Books(None)
        self.hooks = Hooks(self.books)
        self.contract = Contract()
        self.transport = self._twin(self.hooks.deliveries)
        self.http = httpx.AsyncClient(transport=self.transport)
        self.contract.watch(self.http)
        self.buyer = httpx.AsyncClient(transport=self.transport)
        self.payments = StripePayments(KEY, SECRET, CONNECT_SECRET, BASE, self.http)

    def twin_with(self, deliveries: Deliveries) -> httpx.AsyncClient:
        """A buyer's client for a second twin of the same books."""
        return httpx.AsyncClient(transport=self._twin(deliveries))

    def _twin(self, deliveries: Deliveries) -> httpx.ASGITransport:
        twin = create_stripe_twin(
            self.books,
            deliveries,
            self.clock,
            Keys(KEY, SECRET, CONNECT_SECRET),
            webhook_url="http://app/api/webhooks/stripe",
            base_url=BASE,
        )
        return httpx.ASGITransport(Router([Mount("/sandbox/stripe", twin)]))

    async def post(self, path: str, form: Any = None, **headers: str) -> httpx.Response:
        return await self.http.post(f"{BASE}{path}", data=form, headers=_with_key(headers))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"{BASE}{path}", headers=_with_key(headers))

    async def order(self, form: Any = None) -> dict[str, Any]:
        """A new session."""
        answer = await self.post("/v1/checkout/sessions", FORM if form is None else form)
        assert answer.status_code == 200, answer.text
        session: dict[str, Any] = answer.json()
        return session

    async def session(self, session_id: str, *expand: str) -> dict[str, Any]:
        """The session as it is now."""
        query = "&".join(f"expand[]={path}" for path in expand)
        answer: dict[str, Any] = (await self.get(f"/v1/checkout/sessions/{session_id}?{query}")).json()
        return answer

    async def pay(self, url: str, card: str = GOOD_CARD) -> httpx.Response:
        """What the button of the Checkout page sends."""
        return await self.buyer.post(url, data={"card": card})

    async def control(self, path: str, **form: str) -> dict[str, Any]:
        """Do what people, banks and Stripe itself do, such as accounts/acct_1/restrict."""
        answer = await self.buyer.post(f"{BASE}/control/{path}", data=form)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record

    async def fault(self, kind: str, match: str = "*", times: int = 1) -> None:
        """Let the next call or event that fits suffer."""
        await self.control("faults", kind=kind, match=match, times=str(times))

    async def sale(self, reference: str = "pur_1", *, card: str = AT_ONCE) -> Checkout:
        """A sale of 5,000 cents."""
        checkout = await self.payments.create_checkout(replace(ORDER, reference=reference))
        assert checkout.url
        await self.pay(checkout.url, card)
        return await self.payments.get_checkout(checkout.id)

    async def teacher(self, reference: str = "usr_1") -> ConnectedAccount:
        """A connected account of which nothing is missing."""
        made = await self.payments.create_account(reference=reference, email="tom@example.com", country="US")
        await self.control(f"accounts/{made.id}/fulfil")
        return await self.payments.get_account(made.id)

    async def event_types(self) -> list[str]:
        """The types of the webhooks since the last call."""
        return [event["type"] for event in await self.hooks.bodies()]


def _with_key(headers: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEY}"} | {name.replace("_", "-"): value for name, value in headers.items()}
