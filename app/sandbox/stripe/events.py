"""The events: kept for the list, and sent as signed webhooks, those of connected accounts to an endpoint of their
own."""

import hmac
import json

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.faults import Fault, Faults
from app.sandbox.stripe.objects import new_event

SIGNER = "stripe"
CONNECT_SIGNER = "stripe-connect"

_KIND = "stripe.event"
_HELD = "stripe.held_delivery"
_JSON = "application/json; charset=utf-8"


class Signature:
    """Stripe's scheme `v1` over a body at the moment of sending."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret.encode()
        self._clock = clock

    def headers(self, body: bytes) -> dict[str, str]:
        moment = int(self._clock.now().timestamp())
        mac = hmac.digest(self._secret, f"{moment}.".encode() + body, "sha256").hex()
        return {"Stripe-Signature": f"t={moment},v1={mac}"}


class Events:
    def __init__(
        self, books: Books, deliveries: Deliveries, faults: Faults, *, webhook_url: str, connect_url: str
    ) -> None:
        self._books = books
        self._deliveries = deliveries
        self._faults = faults
        self._urls = {SIGNER: webhook_url, CONNECT_SIGNER: connect_url}

    def announce(self, kind: str, subject: Record, now: int, account: str | None = None) -> None:
        """Keep an event with the object as it is now and queue its webhook, in the caller's transaction."""
        event = new_event(kind, subject, now=now) | ({"account": account} if account else {})
        self._books.put(f"{_KIND}@{account}" if account else _KIND, event["id"], event)
        signer, body = CONNECT_SIGNER if account else SIGNER, json.dumps(event, indent=2)
        match self._faults.webhook_fault(kind):
            case Fault.DROP:
                return
            case Fault.REORDER:
                self._books.put(_HELD, event["id"], {"signer": signer, "body": body})
                return
            case Fault.DUPLICATE:
                self._queue(signer, body)
        self._queue(signer, body)
        self.release()

    def release(self) -> None:
        """Queue what was held back to arrive after a later one."""
        with self._books.transaction():
            for held in self._books.all(_HELD):
                self._queue(held["signer"], held["body"])
                self._books.delete(_HELD, json.loads(held["body"])["id"])

    def _queue(self, signer: str, body: str) -> None:
        self._deliveries.queue(signer, self._urls[signer], _JSON, body.encode())
