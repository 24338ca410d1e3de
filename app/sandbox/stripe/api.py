"""How calls under /v1 come and go: bearer key, form in, JSON out, replays, and what goes wrong on demand."""

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.stripe.accounts import Accounts
from app.sandbox.stripe.description import API_VERSION
from app.sandbox.stripe.expansion import expanded
from app.sandbox.stripe.faults import Fault, Faults
from app.sandbox.stripe.objects import new_id
from app.sandbox.stripe.parameters import checked
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.replays import Answer, Replays
from app.sandbox.stripe.store import Store

Call = Callable[[str, Record, str | None], Record]
"""Takes the id in the path, if there is one, the checked parameters, and the connected account that is acted for."""

_FORM = "application/x-www-form-urlencoded"


class _Unheard(Exception):
    """The call never arrived."""


class Api:
    def __init__(self, store: Store, accounts: Accounts, replays: Replays, faults: Faults, key: str) -> None:
        self._store = store
        self._accounts = accounts
        self._replays = replays
        self._faults = faults
        self._key = key

    def get(self, path: str, call: Call, *, schema: str = "RetrieveQuery") -> Route:
        """A call that only looks."""

        def answer(request: Request, _: bytes, fault: Fault | None) -> Answer:
            query = checked(schema, request.url.query.encode())
            return _broken() if fault is Fault.ERROR else self._execute(request, call, query)

        return Route(path, self._guarded(answer), methods=["GET"])

    def post(self, path: str, schema: str, call: Call) -> Route:
        """A call that changes something, once for each key."""

        def answer(request: Request, body: bytes, fault: Fault | None) -> Answer:
            order = checked(schema, body)
            whole = {"path": request.url.path, "order": order}
            key = request.headers.get("Idempotency-Key")
            return self._replays.once(
                key, whole, lambda: _broken() if fault is Fault.ERROR else self._execute(request, call, order)
            )

        return Route(path, self._guarded(answer), methods=["POST"])

    def nothing(self) -> Route:
        """All other paths."""
        return Route("/v1/{rest:path}", self._guarded(_unrecognized), methods=["GET", "POST", "DELETE"])

    def _execute(self, request: Request, call: Call, parameters: Record) -> Answer:
        account = request.headers.get("Stripe-Account")
        if account:
            self._accounts.find(account)
        try:
            record = call(request.path_params.get("id", ""), parameters, account)
        except Refusal as refusal:
            if not refusal.is_kept:
                raise
            return Answer(refusal.body, refusal.status)
        return Answer(expanded(self._store.get, record, parameters.get("expand", ())))

    def _guarded(
        self, answer: Callable[[Request, bytes, Fault | None], Answer]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            fault: Fault | None = None
            try:
                self._check_key(request.headers.get("Authorization"))
                fault = self._faults.call_fault(_call_name(request))
                _check_type(request, body)
                response = _said(answer(request, body, _met(fault)))
            except _Unheard:
                response = _silence()
            except Refusal as refusal:
                response = JSONResponse(refusal.body, refusal.status)
            response = _silence() if fault is Fault.LOST_AFTER else response
            response.headers["Request-Id"] = new_id("req", 14)
            response.headers["Stripe-Version"] = API_VERSION
            return response

        return endpoint

    def _check_key(self, given: str | None) -> None:
        if not given:
            raise Refusal("You did not provide an API key.", status=401)
        if not hmac.compare_digest(given.encode(), f"Bearer {self._key}".encode()):
            raise Refusal("Invalid API Key provided.", status=401)


def _met(fault: Fault | None) -> Fault | None:
    """Raises what keeps a call from being carried out at all."""
    match fault:
        case Fault.RATE_LIMIT:
            raise Refusal("Request rate limit exceeded.", status=429, code="rate_limit")
        case Fault.LOCK:
            raise Refusal("This object cannot be accessed right now.", status=409, code="lock_timeout")
        case Fault.REFUSE:
            raise Refusal("This request was refused.")
        case Fault.LOST_BEFORE:
            raise _Unheard
    return fault


def _check_type(request: Request, body: bytes) -> None:
    if body and request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _FORM:
        raise Refusal(f"Invalid request (check that your POST content type is {_FORM}).")


def _said(answer: Answer) -> Response:
    headers = {"Idempotent-Replayed": "true"} if answer.is_replayed else {}
    return JSONResponse(answer.body, answer.status, headers=headers)


def _silence() -> Response:
    """What a proxy says when the service behind it says nothing."""
    return Response(status_code=504)


def _broken() -> Answer:
    error = Refusal("An unknown error occurred.", status=500, kind="api_error")
    return Answer(error.body, error.status)


def _call_name(request: Request) -> str:
    return f"{request.method} /v1/{request.url.path.partition('/v1/')[2]}"


def _unrecognized(request: Request, *_: object) -> Answer:
    raise Refusal(f"Unrecognized request URL ({request.method}: /v1/{request.path_params['rest']}).", status=404)
