"""The Turnstile twin: it gives tokens as the widget in a browser would, and checks each of them once.

With one of Cloudflare's test secrets it says always the same, whatever the token is.
"""

import json
import secrets
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.core.clock import Clock
from app.sandbox.books import Books, Record

ALWAYS_PASSES = "1x0000000000000000000000000000000AA"
ALWAYS_FAILS = "2x0000000000000000000000000000000AA"
ALWAYS_SPENT = "3x0000000000000000000000000000000AA"

_TOKENS = "turnstile.token"
_LIFE = timedelta(seconds=300)
_TESTS = {ALWAYS_PASSES: [], ALWAYS_FAILS: ["invalid-input-response"], ALWAYS_SPENT: ["timeout-or-duplicate"]}


def create_turnstile_twin(books: Books, clock: Clock, *, secret: str, hostname: str) -> Starlette:
    """A site with one secret whose widget is shown on `hostname`."""
    api = _Api(books, clock, secret, hostname)
    return Starlette(
        routes=[
            Route("/tokens", api.give, methods=["POST"]),
            Route("/siteverify", api.verify, methods=["POST"]),
        ]
    )


class _Api:
    def __init__(self, books: Books, clock: Clock, secret: str, hostname: str) -> None:
        self._books = books
        self._clock = clock
        self._secret = secret
        self._hostname = hostname

    async def give(self, request: Request) -> Response:
        """What the widget does once it is content: `{"action": "signup"}` becomes `{"token": "…"}`."""
        order = json.loads(await request.body() or b"{}")
        token = f"0.{secrets.token_urlsafe(48)}"
        shown = {"hostname": order.get("hostname", self._hostname), "action": order.get("action", "signup")}
        self._books.put(_TOKENS, token, shown | {"challenge_ts": self._clock.now().isoformat(), "used_under": None})
        return JSONResponse({"token": token})

    async def verify(self, request: Request) -> Response:
        try:
            order = json.loads(await request.body())
        except ValueError:
            return _refused("bad-request")
        secret, token = order.get("secret"), order.get("response")
        if secret in _TESTS and secret == self._secret:
            outcome = {"success": not _TESTS[secret], "error-codes": _TESTS[secret]}
            return JSONResponse(outcome | {"hostname": self._hostname, "action": "signup"})
        if not secret or secret != self._secret:
            return _refused("invalid-input-secret" if secret else "missing-input-secret")
        return self._check(token, order.get("idempotency_key")) if token else _refused("missing-input-response")

    def _check(self, token: str, key: str | None) -> Response:
        with self._books.transaction():
            found = self._books.get(_TOKENS, token)
            if found is None:
                return _refused("invalid-input-response")
            if self._is_spent(found, key):
                return _refused("timeout-or-duplicate")
            self._books.put(_TOKENS, token, found | {"used_under": key or "no key"})
        shown = {name: found[name] for name in ("challenge_ts", "hostname", "action")}
        return JSONResponse({"success": True, "error-codes": []} | shown)

    def _is_spent(self, found: Record, key: str | None) -> bool:
        is_old = self._clock.now() - datetime.fromisoformat(found["challenge_ts"]) > _LIFE
        return is_old or (found["used_under"] is not None and found["used_under"] != key)


def _refused(code: str) -> Response:
    return JSONResponse({"success": False, "error-codes": [code]})
