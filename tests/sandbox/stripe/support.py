"""The twin as the tests hold it, and the watch that holds what is sent and answered to Stripe's description."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from jsonschema import Draft202012Validator
from starlette.routing import Mount, Router

import app.sandbox
from app.providers.payments.port import Checkout, CheckoutOrder, ConnectedAccount
from app.providers.payments.stripe import StripePayments
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe import Keys, create_stripe_twin, forms
from tests.sandbox.doubles import NOW, Hooks, MovableClock

BASE, KEY, SECRET = "http://twin/sandbox/stripe", "sk_test_key", "whsec_test_secret"
CONNECT_SECRET = "whsec_connect_secret"
GOOD_CARD, BAD_CARD = "4242424242424242", "4000000000000002"
AT_ONCE, DELAYED = "4000000000000077", "000123456789"
"""Pays, and the money is available at once; pays, and it comes days later or not at all."""

EPOCH = int(NOW.timestamp())
_SPEC = Path(app.sandbox.__file__).parent / "specs" / "stripe.json"

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


@dataclass
class Contract:
    """Checks every exchange of a client; objects of an answer may have no field that the description lacks."""

    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        document, self._closed = _documents()
        self._paths: dict[str, Any] = document["paths"]
        self._open = document["components"]
        self.hooks = {"response": [self._check]}

    @property
    def operations(self) -> set[str]:
        return {f"{method.upper()} {path}" for path, methods in self._paths.items() for method in methods}

    def faults(self, schema: dict[str, Any], value: object, *, is_answer: bool) -> list[str]:
        components = self._closed if is_answer else self._open
        validator = Draft202012Validator({**schema, "components": components})
        return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    async def _check(self, response: httpx.Response) -> None:
        await response.aread()
        path = urlsplit(str(response.request.url)).path.removeprefix("/sandbox/stripe")
        operation = self._operation(path, response.request.method)
        if operation is None or not response.content:  # nothing is what a lost answer looks like
            return
        answers = operation["responses"]
        answer = answers["200"] if response.is_success else answers["default"]
        found = self.faults(answer["content"]["application/json"]["schema"], response.json(), is_answer=True)
        if response.is_success and "requestBody" in operation:
            form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            name = form["$ref"].rpartition("/")[2]
            given = forms.typed(forms.decode(response.request.content), self._open["schemas"][name])
            found += self.faults(form, given, is_answer=False)
        assert not found, found

    def _operation(self, path: str, method: str) -> dict[str, Any] | None:
        for known, operations in self._paths.items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path) and method.lower() in operations:
                self.seen.append(f"{method} {known}")
                operation: dict[str, Any] = operations[method.lower()]
                return operation
        return None


@cache
def _documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """The description, and its components with every object closed."""
    document = json.loads(_SPEC.read_text(encoding="utf-8"))
    return document, _closed(document["components"])


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: _closed(part) for name, part in schema.items()}
    is_object = isinstance(schema.get("properties"), dict) and "type" in schema
    return {"additionalProperties": False} | parts if is_object else parts


class Account:
    """The twin under its mount, a client with the key, a buyer without, and the webhooks."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.books = Books(None)
        self.hooks = Hooks(self.books)
        self.contract = Contract()
        self.transport = self._twin(self.hooks.deliveries)
        self.http = httpx.AsyncClient(transport=self.transport, event_hooks=self.contract.hooks)
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
