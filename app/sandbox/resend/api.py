"""POST /emails and GET /emails/{id}, with Resend's errors and its idempotency keys.

Beside Resend's calls, `POST /faults` makes the next sendings fail on purpose: `{"status": 429, "name":
"rate_limit_exceeded", "retry_after": "7", "times": 2}` (`retry_after` and `times` may be left out).
"""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.deliveries import Deliveries
from app.sandbox.resend.events import SIGNER, Events, Seals, outcome
from app.sandbox.resend.rules import Refusal, recipients, refusal

EMAILS = "resend.email"
"""The kind of the records that the inbox shows: Resend's `Email` with `attachments` and `tags` beside it."""

_FAULT, _NEXT = "resend.fault", "next"
_KEYS = "resend.idempotency_key"
_KEY_LIFE = timedelta(hours=24)
_LONGEST_KEY = 256


def create_resend_twin(
    books: Books,
    deliveries: Deliveries,
    clock: Clock,
    *,
    key: str,
    webhook_secret: str,
    webhook_url: str,
    base_url: str,
) -> Starlette:
    """A Resend account with one API key, reachable at `base_url`. Mails to a local part that starts with `bounced` come
    back, and those to one with `complained` are called spam, of which `webhook_url` is told; every other mail is
    delivered at once. All are in the inbox.

    It answers the calls that `app/sandbox/specs/resend.json` describes.
    """
    deliveries.sign_with(SIGNER, Seals(webhook_secret, clock).headers)
    api = _Api(books, Events(deliveries, clock, webhook_url), clock, key, urlsplit(base_url).hostname or "localhost")
    return Starlette(
        routes=[
            Route("/emails", api.send, methods=["POST"]),
            Route("/emails/{email_id}", api.show, methods=["GET"]),
            Route("/faults", api.fail, methods=["POST"]),
        ]
    )


class _Api:
    def __init__(self, books: Books, events: Events, clock: Clock, key: str, host: str) -> None:
        self._books = books
        self._events = events
        self._clock = clock
        self._key = key
        self._host = host

    async def fail(self, request: Request) -> Response:
        fault = {"retry_after": None, "times": 1} | json.loads(await request.body())
        self._books.put(_FAULT, _NEXT, fault)
        return JSONResponse(fault)

    async def send(self, request: Request) -> Response:
        found = self._unauthorized(request) or _unusable_key(request.headers.get("Idempotency-Key"))
        if found:
            return _refused(found)
        try:
            order = json.loads(await request.body())
        except ValueError:
            return _refused(Refusal(400, "validation_error", "The body is not JSON."))
        found = refusal(order)
        if found:
            return _refused(found)
        return self._fault() or self._send_once(order, request.headers.get("Idempotency-Key"))

    async def show(self, request: Request) -> Response:
        found = self._unauthorized(request)
        if found:
            return _refused(found)
        email = self._books.get(EMAILS, request.path_params["email_id"])
        if email is None:
            return _refused(Refusal(404, "not_found", "Email not found"))
        return JSONResponse({name: value for name, value in email.items() if name not in ("attachments", "tags")})

    def _fault(self) -> Response | None:
        """The failure that was ordered, as often as it was ordered."""
        with self._books.transaction():
            fault = self._books.get(_FAULT, _NEXT)
            if fault is None:
                return None
            self._books.delete(_FAULT, _NEXT)
            if fault["times"] > 1:
                self._books.put(_FAULT, _NEXT, fault | {"times": fault["times"] - 1})
        answer = _refused(Refusal(fault["status"], fault["name"], "Failed on purpose."))
        if fault["retry_after"] is not None:
            answer.headers["retry-after"] = fault["retry_after"]
        return answer

    def _unauthorized(self, request: Request) -> Refusal | None:
        given = request.headers.get("Authorization")
        if not given:
            return Refusal(401, "missing_api_key", "Missing API key in the authorization header.")
        return None if given == f"Bearer {self._key}" else Refusal(403, "invalid_api_key", "API key is invalid.")

    def _send_once(self, order: Record, key: str | None) -> Response:
        fingerprint = hashlib.sha256(json.dumps(order, sort_keys=True).encode()).hexdigest()
        with self._books.transaction():
            earlier = self._use_of(key) if key else None
            if earlier is None:
                earlier = {"fingerprint": fingerprint, "id": self._deliver(order), "at": self._clock.now().isoformat()}
                if key:
                    self._books.put(_KEYS, key, earlier)
        if earlier["fingerprint"] != fingerprint:
            return _refused(Refusal(409, "invalid_idempotent_request", "This key was used with another body."))
        return JSONResponse({"id": earlier["id"]})

    def _use_of(self, key: str) -> Record | None:
        use = self._books.get(_KEYS, key)
        is_fresh = use and self._clock.now() - datetime.fromisoformat(use["at"]) < _KEY_LIFE
        return use if is_fresh else None

    def _deliver(self, order: Record) -> str:
        email_id = str(uuid.uuid4())
        texts = {name: order[name] for name in ("html", "text") if order.get(name)}
        email = {
            "object": "email",
            "id": email_id,
            "message_id": f"<{email_id}@{self._host}>",
            "to": recipients(order),
            "from": order["from"],
            "created_at": self._clock.now().isoformat(),
            "subject": order["subject"],
            "last_event": outcome(recipients(order)[0]),
            "attachments": order.get("attachments", []),
            "tags": order.get("tags", []),
        }
        self._books.put(EMAILS, email_id, email | texts)
        self._events.announce(email)
        return email_id


def _unusable_key(key: str | None) -> Refusal | None:
    if key is None or 1 <= len(key) <= _LONGEST_KEY:
        return None
    return Refusal(400, "invalid_idempotency_key", "The key must have 1 to 256 characters.")


def _refused(found: Refusal) -> Response:
    body = {"statusCode": found.status, "name": found.name, "message": found.message}
    return JSONResponse(body, found.status)
