"""Pure ASGI middleware: the limits and headers that every request and answer gets.

Order, outermost first: request id and access line, kept answers (`byte_cache`), security headers, CORS, rate limits,
guard (headers, body size, deadlines). No `BaseHTTPMiddleware`: one of those takes more than half of the throughput.
"""

import asyncio
import logging
import re
import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import (
    BodyTooLarge,
    DeadlineExceeded,
    HeadersTooLarge,
    MalformedRequest,
    Problem,
    RequestTimedOut,
)
from app.core.ids import new_id
from app.core.logging import log_event, request_id_var
from app.edge.headers import add, first, vary_by
from app.edge.problems import render, unexpected

MAX_BODY_BYTES = 1_048_576
MAX_HEADER_BYTES = 32_768
MAX_URL_BYTES = 16_384
BODY_DEADLINE_S = 10.0
REQUEST_DEADLINE_S = 30.0  # well below the 100 s after which Cloudflare gives up
FILE_DEADLINE_S = 1800.0

_GIVEN_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")

logger = logging.getLogger("peerloop.access")


class RequestIds:
    """Gives every request an id (the caller's, when it is a plain one) and logs one line for each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = (first(scope["headers"], b"x-request-id") or b"").decode("latin-1")
        request_id = given if _GIVEN_ID.match(given) else new_id("req")
        token = request_id_var.set(request_id)
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                add(message, [(b"x-request-id", request_id.encode("ascii"))])
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _log_answer(scope, status, time.perf_counter() - started)
            request_id_var.reset(token)


def _log_answer(scope: Scope, status: int, seconds: float) -> None:
    """The route's template, not the address: a path or query may hold a token or a name."""
    template = getattr(scope.get("route"), "path", "-")
    log_event(logger, "http.answer", method=scope["method"], route=template, status=status, ms=round(seconds * 1e3, 1))


class SecurityHeaders:
    """Headers on every answer, errors included. An answer that sets its own policy of content, caching or sharing keeps
    it."""

    _ALWAYS = (
        (b"x-content-type-options", b"nosniff"),
        (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
        (b"x-frame-options", b"DENY"),
    )
    _UNLESS_SET = (
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"cache-control", b"private, no-store"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-site"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_to(message)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add_to(self, message: Message) -> None:
        always = dict(self._ALWAYS)
        kept = [header for header in message.get("headers", ()) if header[0] not in always]
        names = {name for name, _ in kept}
        message["headers"] = kept
        add(message, [*self._ALWAYS, *(header for header in self._UNLESS_SET if header[0] not in names)])
        vary_by(message, b"Origin")  # a cache must not give a page an answer that CORS forbids it to read


class Guard:
    """Refuses what is too large, malformed or meant for another host before any work is done, and ends what takes
    too long."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        body_deadline_s: float = BODY_DEADLINE_S,
        request_deadline_s: float = REQUEST_DEADLINE_S,
        files: str | None = None,
    ) -> None:
        """Below the path `files` bodies are streamed: how long they may be and how slowly they may arrive is known to
        its routes."""
        self._app = app
        self._hosts = hosts
        self._files = None if files is None else f"{files}/"
        self._body_deadline_s = body_deadline_s
        self._request_deadline_s = request_deadline_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_streamed = self._files is not None and scope["path"].startswith(self._files)
        refusal = _refuse_head(scope, self._hosts) or (None if is_streamed else _refuse_length(scope))
        if refusal is not None:
            await render(refusal)(scope, receive, send)
        elif is_streamed:
            await self._run(scope, receive, _Answer(send), FILE_DEADLINE_S)
        else:
            body = _BoundedBody(receive, self._body_deadline_s)
            await self._run(scope, body.receive, _Answer(send), self._request_deadline_s)

    async def _run(self, scope: Scope, receive: Receive, answer: "_Answer", deadline_s: float) -> None:
        deadline = asyncio.timeout(deadline_s)
        try:
            async with deadline:
                await self._app(scope, receive, answer.send)
        except Exception as error:
            # Here and not in Starlette's outermost layer, which is outside of the request id and the headers.
            if answer.has_started:
                raise
            problem = DeadlineExceeded() if deadline.expired() else unexpected(error)
            await render(problem)(scope, receive, answer.send)


class _Answer:
    """Remembers whether the answer has begun: after that no problem can be sent any more."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_started = False

    async def send(self, message: Message) -> None:
        self.has_started = True
        await self._send(message)


class _BoundedBody:
    """Counts what arrives and how long it takes. Starlette's HTTPException is the one that FastAPI lets through."""

    def __init__(self, receive: Receive, deadline_s: float) -> None:
        self._receive = receive
        self._left = MAX_BODY_BYTES
        self._deadline = time.monotonic() + deadline_s
        self._is_complete = False

    async def receive(self) -> Message:
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(RequestTimedOut.status) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(BodyTooLarge.status)
        self._is_complete = not message.get("more_body", False)
        return message


def _refuse_head(scope: Scope, hosts: frozenset[str]) -> Problem | None:
    headers = Headers(scope=scope)
    url = scope.get("raw_path", b"") + scope.get("query_string", b"")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES or len(url) > MAX_URL_BYTES:
        return HeadersTooLarge()
    named = [host.partition(":")[0].lower() for host in headers.getlist("host")]
    if len(named) != 1 or named[0] not in hosts or b"%00" in url or len(headers.getlist("authorization")) > 1:
        return MalformedRequest()
    return None


def _refuse_length(scope: Scope) -> Problem | None:
    declared = Headers(scope=scope).get("content-length", "0")
    if not declared.isascii() or not declared.isdigit():
        return MalformedRequest()
    return BodyTooLarge() if int(declared[:20]) > MAX_BODY_BYTES else None
