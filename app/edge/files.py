"""Serves the files of a store that has no server of its own: what its signed addresses allow, and public images.

No operation of the API: clients know these addresses from its answers only. The app's CORS rules hold here too.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.core.errors import MethodNotAllowed, NotFound, Problem, RequestTimedOut
from app.edge.etags import listed_tags
from app.edge.problems import render
from app.providers.storage.port import (
    PUBLIC_CACHE,
    PUBLIC_PREFIX,
    Grant,
    ObjectMissing,
    OpenObject,
    ServedStore,
    UploadDiffers,
    attachment,
    checked_key,
)

STALL_S: Final = 30.0
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))", re.ASCII)
_SAFE: Final = {
    "Accept-Ranges": "bytes",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}


class RangeNotSatisfiable(Problem):
    """The file has no such bytes."""

    status, code = 416, "range_not_satisfiable"
    title = "The file is shorter than that."
    hint = "`Content-Range` says how long it is."


class FileRoutes:
    """An ASGI application, mounted at the path that the store's addresses have."""

    def __init__(self, store: ServedStore, path: str, *, stall_s: float = STALL_S) -> None:
        self._store = store
        self._path = f"{path}/".encode()
        self._stall_s = stall_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            key = self._key(scope)
            match request.method:
                case "PUT":
                    await (await self._upload(request, key))(scope, receive, send)
                case "GET" | "HEAD":
                    await self._send(request, key, send)
                case _:
                    await render(MethodNotAllowed(), headers={"Allow": "GET, HEAD, PUT"})(scope, receive, send)
        except ObjectMissing:
            raise NotFound from None

    def _key(self, scope: Scope) -> str:
        """As it was sent: a key has one spelling."""
        try:
            return checked_key(scope["raw_path"].removeprefix(self._path).decode("ascii"))
        except ValueError:
            raise NotFound from None

    async def _upload(self, request: Request, key: str) -> Response:
        grant = self._store.check("PUT", key, _query(request))
        headers = request.headers
        is_typed = not grant.content_type or headers.getlist("content-type") == [grant.content_type]
        if not is_typed or headers.get("content-length") != str(grant.size_bytes):
            raise UploadDiffers
        etag = await self._store.receive(key, grant, _Arriving(request.receive, self._stall_s).pieces())
        return Response(headers={"ETag": f'"{etag}"'})

    async def _send(self, request: Request, key: str, send: Send) -> None:
        query = _query(request)
        grant = None if key.startswith(PUBLIC_PREFIX) and not query else self._store.check(request.method, key, query)
        async with aclosing(await self._store.open(key)) as found:
            await _answer(request, found, grant)(request.scope, request.receive, send)


class _Arriving:
    """A body that may take long as long as it moves."""

    def __init__(self, receive: Receive, stall_s: float) -> None:
        self._receive = receive
        self._stall_s = stall_s

    async def pieces(self) -> AsyncIterator[bytes]:
        """Raises `RequestTimedOut` when nothing comes, and when nobody is there any more."""
        message: Message = {"more_body": True}
        while message.get("more_body", False):
            try:
                async with asyncio.timeout(self._stall_s):
                    message = await self._receive()
            except TimeoutError:
                raise RequestTimedOut from None
            if message["type"] == "http.disconnect":
                raise RequestTimedOut
            yield message.get("body", b"")


def _query(request: Request) -> str:
    """As it was sent."""
    return str(request.scope["query_string"].decode("latin-1"))


def _answer(request: Request, found: OpenObject, grant: Grant | None) -> Response:
    """The file or the part of it that is asked for; without a grant it is public."""
    facts = found.facts
    headers = _headers(found, grant)
    if grant is None and not listed_tags(request.headers.get("if-none-match", "")).isdisjoint({"*", headers["ETag"]}):
        return Response(status_code=304, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        return _content(request, found, headers, range(facts.size_bytes))
    wanted = _wanted(asked, facts.size_bytes)
    if not wanted:
        return render(RangeNotSatisfiable(), headers={"Content-Range": f"bytes */{facts.size_bytes}"})
    headers["Content-Range"] = f"bytes {wanted[0]}-{wanted[-1]}/{facts.size_bytes}"
    return _content(request, found, headers, wanted, status=206)


def _headers(found: OpenObject, grant: Grant | None) -> dict[str, str]:
    facts = found.facts
    headers = _SAFE | {"Content-Type": facts.content_type, "ETag": f'"{facts.etag}"'}
    if grant is None:
        shared = {"Cache-Control": facts.cache_control or PUBLIC_CACHE, "Cross-Origin-Resource-Policy": "cross-origin"}
        return headers | shared
    saved = {"Content-Disposition": attachment(grant.download_name)} if grant.download_name else {}
    return headers | {"Cache-Control": "private, no-store"} | saved


def _wanted(asked: re.Match[str], size_bytes: int) -> range:
    """Positions of bytes; empty when there are none (RFC 9110, 14.1.2)."""
    first, last, length = asked.groups()
    if length is not None:
        return range(max(0, size_bytes - int(length)), size_bytes)
    return range(int(first), min(int(last) + 1, size_bytes) if last else size_bytes)


def _content(
    request: Request, found: OpenObject, headers: dict[str, str], wanted: range, *, status: int = 200
) -> Response:
    all_headers = headers | {"Content-Length": str(len(wanted))}
    if request.method == "HEAD":
        return Response(status_code=status, headers=all_headers)
    return StreamingResponse(found.pieces(wanted.start, len(wanted)), status, all_headers)
