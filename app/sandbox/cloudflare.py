"""The twin of Cloudflare's cache purge: it takes calls as the description says and as often as the free plan allows.

It remembers what it was told. `GET /purges` shows that, oldest first; a cache that wants to obey reads it. `POST
/faults` makes the next calls fail on purpose: `{"status": 503, "times": 2, "is_done": true}` (`times` and `is_done` may
be left out; with `is_done` the purge happens and only its answer is lost).
"""

import json
import uuid
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.descriptions import Description

PURGES = "cloudflare.purge"
"""The kind of the records of what was purged: `tags`, `prefixes` and `at`."""

_FAULT, _BUCKET, _ONLY = "cloudflare.fault", "cloudflare.bucket", "only"
_CAPACITY = 25
_REFILL = timedelta(seconds=12)  # for each call; five a minute


def create_cloudflare_twin(books: Books, clock: Clock, *, zone_id: str, token: str) -> Starlette:
    """A zone on the free plan, and a token that may purge its cache."""
    api = _Api(books, clock, zone_id, token)
    return Starlette(
        routes=[
            Route("/zones/{zone_id}/purge_cache", api.purge, methods=["POST"]),
            Route("/purges", api.show, methods=["GET"]),
            Route("/faults", api.fail, methods=["POST"]),
        ]
    )


class _Api:
    def __init__(self, books: Books, clock: Clock, zone_id: str, token: str) -> None:
        self._books = books
        self._clock = clock
        self._zone_id = zone_id
        self._token = token
        self._description = Description("cloudflare")

    async def fail(self, request: Request) -> Response:
        fault = {"times": 1, "is_done": False} | json.loads(await request.body())
        self._books.put(_FAULT, _ONLY, fault)
        return JSONResponse(fault)

    async def show(self, _request: Request) -> Response:
        return JSONResponse(self._books.all(PURGES))

    async def purge(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return _refused(403, 10000, "Authentication error")
        if request.path_params["zone_id"] != self._zone_id:
            return _refused(404, 7003, "Could not route to the zone, perhaps your object identifier is invalid?")
        try:
            order = json.loads(await request.body())
        except ValueError:
            return _refused(400, 6003, "Invalid request body")
        if fault := self._description.fault("zone-purge-request", order):
            return _refused(400, 1012, fault)
        if any("://" in prefix for prefix in order.get("prefixes", [])):
            return _refused(400, 1012, "a prefix begins with a host")
        return self._fault(order) or self._take(order)

    def _fault(self, order: Record) -> Response | None:
        """The failure that was ordered, as often as it was ordered."""
        with self._books.transaction():
            fault = self._books.get(_FAULT, _ONLY)
            if fault is None:
                return None
            self._books.delete(_FAULT, _ONLY)
            if fault["times"] > 1:
                self._books.put(_FAULT, _ONLY, fault | {"times": fault["times"] - 1})
        if fault["is_done"]:
            self._remember(order)
        return _refused(fault["status"], 10001, "Failed on purpose.")

    def _take(self, order: Record) -> Response:
        if wait := self._pause():
            answer = _refused(429, 10429, "Rate limited. Please wait and consider throttling your request speed")
            answer.headers["retry-after"] = str(-(-wait // timedelta(seconds=1)))
            return answer
        self._remember(order)
        return JSONResponse({"success": True, "errors": [], "messages": [], "result": {"id": self._zone_id}})

    def _pause(self) -> timedelta:
        """Take one call out of the bucket, or say how long to wait for the next one."""
        now = self._clock.now()
        kept = self._books.get(_BUCKET, _ONLY)
        empty_until = max(now, datetime.fromisoformat(kept["until"])) if kept else now
        until = empty_until + _REFILL
        wait = until - now - _CAPACITY * _REFILL
        if wait > timedelta(0):
            return wait
        self._books.put(_BUCKET, _ONLY, {"until": until.isoformat()})
        return timedelta(0)

    def _remember(self, order: Record) -> None:
        told = {"tags": order.get("tags", []), "prefixes": order.get("prefixes", [])}
        self._books.put(PURGES, uuid.uuid4().hex, told | {"at": self._clock.now().isoformat()})


def _refused(status: int, code: int, message: str) -> Response:
    errors = [{"code": code, "message": message}]
    return JSONResponse({"success": False, "errors": errors, "messages": [], "result": None}, status)
