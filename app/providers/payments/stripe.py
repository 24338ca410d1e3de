"""Stripe Checkout (API 2026-03-25.dahlia, the version of the pinned SDK) behind `PaymentProvider`."""

import hmac
import re
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import httpx
import stripe
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from stripe.params.checkout import SessionCreateParams

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, TIMEOUT, bounded_call
from app.providers.errors import WebhookRefused
from app.providers.payments.port import Checkout, CheckoutOrder, CheckoutStatus, PaymentEvent

_RETRIES: Final = 0  # the SDK would sleep up to a minute in our request; our callers repeat with the same key
_RETRYABLE: Final = KEY_REFUSED | {409, 424, 429}
_TOLERANCE_S: Final = 300
_WORDS: Final = re.compile(r"[A-Za-z0-9_\[\]]{1,100}")
_TIME: Final = re.compile(r"[1-9][0-9]{0,11}")
_MAC: Final = re.compile(r"[0-9a-f]{64}")
_HEADER_LIMIT: Final = 4096
_END_OF_TIME: Final = 253_402_300_799  # the last second that datetime knows
_Name = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
_Instant = Annotated[int, Field(ge=0, le=_END_OF_TIME)]


class _Charge(BaseModel):
    id: str


class _Intent(BaseModel):
    id: str
    latest_charge: _Charge | str | None = None


class _Session(BaseModel):
    """What we read of a Checkout session; expandable fields are ids or objects."""

    id: str
    client_reference_id: str | None
    url: str | None
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: int | None  # none for sessions that are no payments, which are not ours
    currency: str | None
    expires_at: _Instant
    payment_intent: _Intent | str | None


class _Subject(BaseModel):
    id: _Name


class _Data(BaseModel):
    object: _Subject


class _Notice(BaseModel):
    """A snapshot event. A thin one (`v2.core.event`) names no object and is refused: our endpoint never asks for it."""

    model_config = ConfigDict(strict=True)

    id: _Name
    object: Literal["event"]
    type: _Name
    created: _Instant
    livemode: bool
    data: _Data


class StripePayments:
    """Payments of one Stripe account; `url` is for the twin, None means Stripe. The caller owns `http`."""

    def __init__(self, key: str, webhook_secret: str, url: str | None, http: httpx.AsyncClient) -> None:
        if not (key and webhook_secret):
            raise ValueError("Stripe needs a key and a webhook secret: anybody can sign with an empty one")
        self._secret = webhook_secret.encode()
        client = stripe.StripeClient(
            key,
            http_client=_Transport(http),
            base_addresses={"api": url} if url else None,
            max_network_retries=_RETRIES,
        )
        self._sessions = client.v1.checkout.sessions

    async def create_checkout(self, order: CheckoutOrder) -> Checkout:
        options: stripe.RequestOptions = {"idempotency_key": f"{order.reference}:checkout"}
        return _checkout(await _answer(self._sessions.create_async(_creation(order), options)))

    async def get_checkout(self, checkout_id: str) -> Checkout:
        expand = ["payment_intent.latest_charge"]
        return _checkout(await _answer(self._sessions.retrieve_async(checkout_id, {"expand": expand})))

    def verify_event(self, body: bytes, signature: str, now: datetime) -> PaymentEvent:
        check_signature(body, signature, secret=self._secret, now=now)
        return _event(body)


def check_signature(body: bytes, header: str, *, secret: bytes, now: datetime) -> None:
    """Stripe's scheme v1 over the raw body, then its time. Raises `WebhookRefused`."""
    time, macs = _signature_parts(header)
    expected = hmac.digest(secret, f"{time}.".encode() + body, "sha256").hex()
    if not any([hmac.compare_digest(expected, mac) for mac in macs]):  # noqa: C419 - always as many comparisons
        raise WebhookRefused
    # Against our clock, and both ways: the SDK asks the machine's and lets any future pass.
    if abs(now.timestamp() - time) > _TOLERANCE_S:
        raise WebhookRefused


class _Transport(stripe.HTTPClient):
    """Lets the SDK speak through the process's own client."""

    name = "httpx"

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__()
        self._http = http

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        async with bounded_call():
            answer = await self._http.request(method, url, headers=headers, content=post_data, timeout=TIMEOUT)
        return answer.content, answer.status_code, answer.headers


def _creation(order: CheckoutOrder) -> SessionCreateParams:
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": order.amount_cents,
                    "product_data": {"name": order.title},
                },
            }
        ],
        "client_reference_id": order.reference,
        "customer_email": order.buyer_email,
        "metadata": order.metadata,
        # Stripe does not copy a session's metadata to its payment, where disputes and refunds lead.
        "payment_intent_data": {"metadata": order.metadata, "transfer_group": order.reference},
        "expires_at": int(order.expires_at.timestamp()),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


async def _answer(call: Awaitable[stripe.checkout.Session]) -> _Session:
    """What Stripe says of the session. Its errors are not chained: their texts may quote the buyer's address."""
    try:
        return _Session.model_validate((await call).to_dict())
    except stripe.StripeError as error:
        raise _judged(error) from None
    except (ValidationError, AttributeError, TypeError):
        # Not an answer of Stripe's, perhaps a proxy's, on which the SDK trips: what happened is unknown.
        raise ProviderUnavailable from None


def _judged(error: stripe.StripeError) -> ProviderUnavailable | ProviderRejected:
    status = error.http_status or 0
    is_refusal = 300 <= status < 500 and status not in _RETRYABLE  # noqa: PLR2004 - below are unreadable answers
    if not is_refusal or isinstance(error, stripe.RateLimitError):
        return ProviderUnavailable()
    words = (error.code, getattr(error, "param", None))
    reason = " ".join([str(status), *(word for word in words if word and _WORDS.fullmatch(word))])
    return ProviderRejected(f"The payment service refused the request ({reason}).")


def _checkout(session: _Session) -> Checkout:
    intent = session.payment_intent
    return Checkout(
        id=session.id,
        reference=session.client_reference_id or "",
        url=session.url,
        status=_status(session),
        amount_cents=session.amount_total or 0,
        currency=session.currency or "",
        expires_at=datetime.fromtimestamp(session.expires_at, UTC),
        payment_intent_id=_id(intent),
        charge_id=_id(intent.latest_charge) if isinstance(intent, _Intent) else None,
    )


def _id(field: _Intent | _Charge | str | None) -> str | None:
    return field.id if isinstance(field, BaseModel) else field


def _status(session: _Session) -> CheckoutStatus:
    match session.status:
        case "open":
            return CheckoutStatus.OPEN
        case "expired":
            return CheckoutStatus.EXPIRED
        case "complete":
            return CheckoutStatus.PROCESSING if session.payment_status == "unpaid" else CheckoutStatus.PAID


def _signature_parts(header: str) -> tuple[int, list[str]]:
    """The time and the signatures of scheme v1; during a change of secrets there are several."""
    if len(header) > _HEADER_LIMIT:
        raise WebhookRefused
    parts = [part.partition("=")[::2] for part in header.split(",")]
    times = [value for scheme, value in parts if scheme == "t"]
    if len(times) != 1 or not _TIME.fullmatch(times[0]):
        raise WebhookRefused
    return int(times[0]), [value for scheme, value in parts if scheme == "v1" and _MAC.fullmatch(value)]


def _event(body: bytes) -> PaymentEvent:
    try:
        notice = _Notice.model_validate_json(body)
    except ValidationError:
        raise WebhookRefused from None  # its text quotes the body, which names the buyer
    return PaymentEvent(
        id=notice.id,
        type=notice.type,
        object_id=notice.data.object.id,
        created_at=datetime.fromtimestamp(notice.created, UTC),
        livemode=notice.livemode,
    )
