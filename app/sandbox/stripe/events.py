"""The events: kept for the list, and sent as signed webhooks."""

import hmac
import json
from fnmatch import fnmatchcase
from operator import ge, gt, le, lt

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.objects import new_event
from app.sandbox.stripe.refusals import Refusal, no_such

SIGNER = "stripe"

_KIND = "stripe.event"
_DEFAULT_PAGE, _LONGEST_PAGE = 10, 100
_COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


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
    def __init__(self, books: Books, deliveries: Deliveries, webhook_url: str) -> None:
        self._books = books
        self._deliveries = deliveries
        self._url = webhook_url

    def announce(self, kind: str, subject: Record, now: int) -> None:
        """Keep an event with the object as it is now and queue its webhook, in the caller's transaction."""
        event = new_event(kind, subject, now=now)
        self._books.put(_KIND, event["id"], event)
        body = json.dumps(event, indent=2).encode()
        self._deliveries.queue(SIGNER, self._url, "application/json; charset=utf-8", body)

    def find(self, event_id: str) -> Record:
        event = self._books.get(_KIND, event_id)
        if event is None:
            raise no_such("event", event_id)
        return event

    def listing(self, query: Record) -> Record:
        """A page of the events that the query wants, newest first."""
        limit = _limit(query)
        events = [event for event in reversed(self._books.all(_KIND)) if _is_wanted(event, query)]
        if "starting_after" in query:
            events = _after(events, self.find(query["starting_after"])["id"])
        return {"object": "list", "data": events[:limit], "has_more": len(events) > limit, "url": "/v1/events"}


def _limit(query: Record) -> int:
    limit: int = query.get("limit", _DEFAULT_PAGE)
    if not 1 <= limit <= _LONGEST_PAGE:
        raise Refusal("Invalid integer: must be 1 to 100", code="parameter_invalid_integer", param="limit")
    return limit


def _is_wanted(event: Record, query: Record) -> bool:
    is_of_type = fnmatchcase(event["type"], query.get("type", "*"))
    is_of_types = event["type"] in query.get("types", [event["type"]])
    return is_of_type and is_of_types and _is_in_time(event["created"], query.get("created", {}))


def _is_in_time(created: int, wanted: int | dict[str, int]) -> bool:
    if isinstance(wanted, int):
        return created == wanted
    return all(_COMPARISONS[name](created, bound) for name, bound in wanted.items())


def _after(events: list[Record], event_id: str) -> list[Record]:
    ids = [event["id"] for event in events]
    return events[ids.index(event_id) + 1 :] if event_id in ids else []
