"""How all calls go out, and what comes back: one account, one HTTP client, one judgement of refusals."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Generic, Protocol, TypedDict, TypeVar

import httpx
import stripe
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, TIMEOUT, bounded_call
from app.providers.payments.port import Page, Reason

PAGE: Final = 100
"""The longest that Stripe answers."""

_RETRIES: Final = 0  # the SDK would sleep up to a minute in our request; our callers repeat with the same key
_RETRYABLE: Final = KEY_REFUSED | {409, 424, 429}
_WORDS: Final = re.compile(r"[A-Za-z0-9_\[\]]{1,100}")
_END_OF_TIME: Final = 253_402_300_799  # the last second that datetime knows
_CLOCKS_APART: Final = timedelta(minutes=5)

_LEFT: Final = "account_invalid"
_REASONS: Final = {
    _LEFT: Reason.ACCOUNT_GONE,
    "balance_insufficient": Reason.INSUFFICIENT_BALANCE,
    "insufficient_funds": Reason.INSUFFICIENT_BALANCE,
    "insufficient_capabilities_for_transfer": Reason.ACCOUNT_NOT_ENABLED,
    "country_unsupported": Reason.COUNTRY,
    "country_code_invalid": Reason.COUNTRY,
    "charge_already_refunded": Reason.ALREADY_REFUNDED,
    "charge_disputed": Reason.DISPUTED,
    "amount_too_large": Reason.TOO_MUCH,
}


def _id_of(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


Id = Annotated[str, BeforeValidator(_id_of)]
"""Of an expandable field: the id, whether it came alone or with its object."""

Instant = Annotated[int, Field(ge=0, le=_END_OF_TIME)]


class Resource(BaseModel):
    """What all objects have that PeerLoop reads."""

    id: str


class Referenced(Resource):
    """An object that may be ours: then it has the reference it was made with."""

    metadata: dict[str, str] | None = None

    @property
    def reference(self) -> str:
        return (self.metadata or {}).get("reference", "")


class MovedFacts(TypedDict):
    """What the port calls these."""

    id: str
    reference: str
    amount_cents: int
    currency: str
    balance_transaction_id: str | None
    created_at: datetime


class Moved(Referenced):
    """Money that was moved at our wish: a refund, a transfer, a reversal."""

    amount: int
    currency: str
    balance_transaction: Id | None = None
    created: Instant

    @property
    def facts(self) -> MovedFacts:
        return {
            "id": self.id,
            "reference": self.reference,
            "amount_cents": self.amount,
            "currency": self.currency,
            "balance_transaction_id": self.balance_transaction,
            "created_at": moment(self.created),
        }


class HasReference(Protocol):
    @property
    def reference(self) -> str: ...


class _Answered(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


R = TypeVar("R", bound=BaseModel)
N = TypeVar("N", bound=Resource)
T = TypeVar("T")
F = TypeVar("F", bound=HasReference)


class Listing(BaseModel, Generic[N]):
    """A page of a list, newest first."""

    data: list[N]
    has_more: bool


class Caller:
    """Speaks for one Stripe account; `url` is for the twin, None means Stripe. The caller owns `http`."""

    def __init__(self, key: str, url: str | None, http: httpx.AsyncClient) -> None:
        client = stripe.StripeClient(
            key,
            http_client=_Transport(http),
            base_addresses={"api": url} if url else None,
            max_network_retries=_RETRIES,
        )
        self._v1 = client.v1


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


async def answer(call: Awaitable[_Answered], model: type[R], *, refusal: Reason = Reason.OTHER) -> R:
    """What Stripe says, as far as the model reads it. `refusal` is what a no without a telling code means here.

    Stripe's errors are not chained: their texts may quote the buyer's address."""
    try:
        return model.model_validate((await call).to_dict())
    except stripe.StripeError as error:
        raise _judged(error, refusal) from None
    except (ValidationError, AttributeError, TypeError):
        # Not an answer of Stripe's, perhaps a proxy's, on which the SDK trips: what happened is unknown.
        raise ProviderUnavailable from None


async def page(call: Awaitable[_Answered], model: type[Listing[N]], read: Callable[[N], T]) -> Page[T]:
    """One page of a list."""
    found = await answer(call, model)
    more = found.data[-1].id if found.has_more and found.data else None
    return Page(tuple(read(item) for item in found.data), more)


async def search(reference: str, turn: Callable[[str | None], Awaitable[Page[F]]]) -> F | None:
    """The item with our reference, through all pages that `turn` gets for a cursor."""
    cursor: str | None = None
    while True:
        found = await turn(cursor)
        for item in found.items:
            if item.reference == reference:
                return item
        if found.next is None:
            return None
        cursor = found.next


def window(since: datetime | None, cursor: str | None) -> dict[str, Any]:
    """The parameters that all lists have. Stripe's clock may be behind ours by minutes."""
    started = {"created": {"gte": int((since - _CLOCKS_APART).timestamp())}} if since else {}
    return {"limit": PAGE} | started | ({"starting_after": cursor} if cursor else {})


def given(**values: object) -> dict[str, Any]:
    """Those that are not None: the SDK would send an empty text, which unsets."""
    return {name: value for name, value in values.items() if value is not None}


def once(reference: str, act: str) -> stripe.RequestOptions:
    """The idempotency key of an act for a row of ours."""
    return {"idempotency_key": f"{reference}:{act}"}


def acting_for(account_id: str | None) -> stripe.RequestOptions:
    return {"stripe_account": account_id} if account_id else {}


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _judged(error: stripe.StripeError, refusal: Reason) -> ProviderUnavailable | ProviderRejected:
    status = error.http_status or 0
    code = _code(error)
    has_left = code == _LEFT  # with the status of a wrong key
    is_refusal = 300 <= status < 500 and (status not in _RETRYABLE or has_left)  # noqa: PLR2004 - below are unreadable
    if not is_refusal or isinstance(error, stripe.RateLimitError):
        return ProviderUnavailable()
    words = (code, getattr(error, "param", None))
    told = " ".join([str(status), *(word for word in words if word and _WORDS.fullmatch(word))])
    return ProviderRejected(f"The payment service refused the request ({told}).", _reason(error, refusal))


def _reason(error: stripe.StripeError, refusal: Reason) -> Reason:
    code, param = _code(error), getattr(error, "param", None)
    if isinstance(error, stripe.IdempotencyError):
        return Reason.REFERENCE_REUSED
    if code == "resource_missing":
        return Reason.ACCOUNT_GONE if param == "destination" else Reason.NOT_FOUND
    if param == "country":
        return Reason.COUNTRY
    if code is None and param == "amount":
        return Reason.TOO_MUCH
    return _REASONS.get(code or "", refusal)


def _code(error: stripe.StripeError) -> str | None:
    """The SDK keeps it of some kinds of errors only."""
    details = error.json_body.get("error") if isinstance(error.json_body, dict) else None
    code = details.get("code") if isinstance(details, dict) else None
    return code if isinstance(code, str) else None
