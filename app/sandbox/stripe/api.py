"""The calls under /v1: bearer key, form in, JSON out."""

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.sandbox.books import Books, Record
from app.sandbox.stripe.checkouts import Checkouts
from app.sandbox.stripe.description import API_VERSION
from app.sandbox.stripe.events import Events
from app.sandbox.stripe.expansion import expanded
from app.sandbox.stripe.objects import new_id
from app.sandbox.stripe.parameters import checked
from app.sandbox.stripe.refusals import Refusal, no_such
from app.sandbox.stripe.replays import Answer, Replays

_Call = Callable[[str, Record], Record]
"""Takes the id in the path, if there is one, and the checked parameters."""

_FORM = "application/x-www-form-urlencoded"


class Api:
    def __init__(self, books: Books, checkouts: Checkouts, events: Events, replays: Replays, key: str) -> None:
        self._books = books
        self._checkouts = checkouts
        self._events = events
        self._replays = replays
        self._key = key

    def routes(self) -> list[Route]:
        checkouts, events = self._checkouts, self._events
        return [
            self._post("/v1/checkout/sessions", "CheckoutSessionCreate", lambda _, order: checkouts.create(order)),
            self._get("/v1/checkout/sessions/{id}", lambda object_id, _: checkouts.find(object_id)),
            self._post(
                "/v1/checkout/sessions/{id}/expire",
                "CheckoutSessionExpire",
                lambda object_id, _: checkouts.expire(object_id),
            ),
            self._get("/v1/payment_intents/{id}", lambda object_id, _: self._find("payment_intent", object_id)),
            self._get("/v1/charges/{id}", lambda object_id, _: self._find("charge", object_id)),
            self._get("/v1/events", lambda _, query: events.listing(query), schema="EventListQuery"),
            self._get("/v1/events/{id}", lambda object_id, _: events.find(object_id)),
            Route("/v1/{rest:path}", self._guarded(_unrecognized), methods=["GET", "POST", "DELETE"]),
        ]

    def _get(self, path: str, call: _Call, *, schema: str = "RetrieveQuery") -> Route:
        def answer(request: Request, _: bytes) -> Answer:
            query = checked(schema, request.url.query.encode())
            return Answer(self._execute(request, call, query), is_replayed=False)

        return Route(path, self._guarded(answer), methods=["GET"])

    def _post(self, path: str, schema: str, call: _Call) -> Route:
        def answer(request: Request, body: bytes) -> Answer:
            order = checked(schema, body)
            whole = {"path": request.url.path, "order": order}
            key = request.headers.get("Idempotency-Key")
            return self._replays.once(key, whole, lambda: self._execute(request, call, order))

        return Route(path, self._guarded(answer), methods=["POST"])

    def _execute(self, request: Request, call: _Call, parameters: Record) -> Record:
        record = call(request.path_params.get("id", ""), parameters)
        return expanded(self._books, record, parameters.get("expand", ()))

    def _guarded(self, answer: Callable[[Request, bytes], Answer]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            try:
                self._check_key(request.headers.get("Authorization"))
                _check_type(request, body)
                response = _accepted(answer(request, body))
            except Refusal as refusal:
                response = JSONResponse(refusal.body, refusal.status)
            response.headers["Request-Id"] = new_id("req", 14)
            response.headers["Stripe-Version"] = API_VERSION
            return response

        return endpoint

    def _check_key(self, given: str | None) -> None:
        if not given:
            raise Refusal("You did not provide an API key.", status=401)
        if not hmac.compare_digest(given.encode(), f"Bearer {self._key}".encode()):
            raise Refusal("Invalid API Key provided.", status=401)

    def _find(self, resource: str, object_id: str) -> Record:
        record = self._books.get(f"stripe.{resource}", object_id)
        if record is None:
            raise no_such(resource, object_id)
        return record


def _check_type(request: Request, body: bytes) -> None:
    if body and request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != _FORM:
        raise Refusal(f"Invalid request (check that your POST content type is {_FORM}).")


def _accepted(answer: Answer) -> Response:
    headers = {"Idempotent-Replayed": "true"} if answer.is_replayed else {}
    return JSONResponse(answer.body, headers=headers)


def _unrecognized(request: Request, _: bytes) -> Answer:
    raise Refusal(f"Unrecognized request URL ({request.method}: /v1/{request.path_params['rest']}).", status=404)
