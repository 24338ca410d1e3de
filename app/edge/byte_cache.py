"""Public answers kept as bytes in front of the router: one that is asked for again costs neither routing nor database.

An answer is kept for a second or two and given to visitors only: requests without a token or cookie. What this process
itself commits drops every answer that shows it before the response to the change leaves; what another process commits
shows when the answer has aged. Each request is counted, logged and given an id all the same.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.clock import Clock
from app.edge.caching import is_held
from app.edge.guard import MAX_HEADER_BYTES
from app.edge.headers import Header
from app.edge.limits import Limiter, policies_of

_MOST_BYTES: Final = 4 * 1024 * 1024  # a process cannot make much more of them before they are too old
_LARGEST: Final = 256 * 1024
_OVERHEAD: Final = 2048  # of one kept answer: its headers as objects, its place in the dictionary
_MOST_TAGS: Final = 10_000
_PREFIX: Final = "/api/"
_PRIVATE: Final = "/api/calendar/"
_EACH_HAS_ITS_OWN: Final = frozenset({b"ratelimit", b"ratelimit-policy"})
_CALLER: Final = frozenset({b"authorization", b"cookie"})
_VARIES: Final = _CALLER | {b"origin"}
_NOT_FOR_ALL: Final = _CALLER | {b"range", b"content-length", b"transfer-encoding"}
_CONDITION: Final = b"if-none-match"
_LEFT_OUT_OF_304: Final = frozenset({b"content-type", b"content-length"})

_Key = tuple[bytes, bytes, bytes, bytes]


class Changes:
    """What changed in this process and when, counted in commits that changed anything public."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}
        self._forgotten = 0

    def note(self, tags: Iterable[str]) -> None:
        """What these name has just been changed by a commit."""
        self.count += 1
        self._last.update(dict.fromkeys(tags, self.count))
        if len(self._last) > _MOST_TAGS:
            self._last.clear()
            self._forgotten = self.count

    def since(self, count: int, tags: Iterable[str]) -> bool:
        """Whether one of them changed, or may have, after the count was `count`."""
        return count < self._forgotten or any(self._last.get(tag, 0) > count for tag in tags)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer. `count` is that of the changes before it was read from the database."""

    key: _Key
    headers: list[Header]
    body: bytes
    etag: str
    tags: tuple[str, ...]
    route: Any
    count: int
    at: datetime

    @property
    def size(self) -> int:
        """Of the key too: whoever asks chooses how long it is."""
        return len(self.body) + sum(map(len, chain(*self.headers, self.key))) + _OVERHEAD


class ByteCache:
    """Pure ASGI middleware around all that add to an answer what is the same each time. With an `age` of nothing it
    keeps nothing."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Clock,
        limiter: Limiter,
        changes: Changes,
        age: timedelta,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._clock = clock
        self._changes = changes
        self._age = age
        self._most_bytes = most_bytes
        self._kept: dict[_Key, _Kept] = {}  # the one that was not asked for the longest comes first
        self._bytes = 0
        self._renewals: dict[_Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key_of(scope) if self._age else None
        if key is None:
            await self._app(scope, receive, send)
            return
        is_known = key in self._kept
        kept = self._find(key)
        if kept is None and key in self._renewals:  # one request asks, those that come meanwhile wait for it
            await self._renewals[key].wait()
            kept = self._find(key)
        counted = await self._limiter.admit(scope) if kept is not None else None
        if kept is None or counted is None:  # who asks too often is told so by the layer for that
            await (self._renew if is_known else self._ask)(key, scope, receive, send)
            return
        scope["route"] = kept.route
        await _answer(kept, _conditions(scope["headers"]), counted, send)

    def _find(self, key: _Key) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        # Either way, for a development clock can be put back.
        if abs(self._clock.now() - kept.at) > self._age or self._changes.since(kept.count, kept.tags):
            self._drop(key)
            return None
        self._kept[key] = self._kept.pop(key)
        return kept

    async def _renew(self, key: _Key, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for what was kept before, which hundreds may want at the moment it ends."""
        done = self._renewals[key] = asyncio.Event()
        try:
            await self._ask(key, scope, receive, send)
        finally:
            done.set()
            if self._renewals.get(key) is done:
                del self._renewals[key]

    async def _ask(self, key: _Key, scope: Scope, receive: Receive, send: Send) -> None:
        """The condition is kept back, so that there is a whole answer to keep; then it is applied here."""
        given = scope["headers"]
        conditions = _conditions(given)
        scope["headers"] = [header for header in given if header[0] != _CONDITION]
        recording = _Recording(send, key, scope, self._changes.count, self._clock.now())
        await self._app(scope, receive, recording.send)
        if (kept := recording.kept) is not None:
            self._keep(kept)
            await _answer(kept, conditions, recording.counted, send)

    def _keep(self, kept: _Kept) -> None:
        if kept.size > _LARGEST or self._changes.since(kept.count, kept.tags):
            return
        self._drop(kept.key)
        self._kept[kept.key] = kept
        self._bytes += kept.size
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._bytes -= kept.size


def _key_of(scope: Scope) -> _Key | None:
    """Host, origin, path and query as they were sent, so that a request with a kept answer is one that the guard has
    let through; None when it might not be, or when the request is not just any visitor's. No route reads another header
    on a GET, but for feeds: their address is the token, and they judge conditions themselves, which is cheaper."""
    path = scope.get("path", "")
    if scope["type"] != "http" or scope["method"] != "GET" or not path.startswith(_PREFIX) or path.startswith(_PRIVATE):
        return None
    named, size = {b"host": b"", b"origin": b""}, 0
    for name, value in scope["headers"]:
        if name in _NOT_FOR_ALL or named.get(name):
            return None
        if name in named:
            named[name] = value
        size += len(name) + len(value)
    if size > MAX_HEADER_BYTES or "raw_path" not in scope:
        return None
    return named[b"host"], named[b"origin"], scope["raw_path"], scope["query_string"]


def _conditions(headers: Iterable[Header]) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name == _CONDITION]


async def _answer(kept: _Kept, conditions: list[str], counted: list[Header], send: Send) -> None:
    if conditions and is_held(conditions, kept.etag):
        headers = [header for header in kept.headers if header[0] not in _LEFT_OUT_OF_304] + counted
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": kept.headers + counted})
    await send({"type": "http.response.body", "body": kept.body})


class _Recording:
    """Holds back an answer that may be kept, until it is whole; any other passes."""

    def __init__(self, send: Send, key: _Key, scope: Scope, count: int, at: datetime) -> None:
        self._send = send
        self._key = key
        self._scope = scope
        self._count = count
        self._at = at
        self._headers: list[Header] | None = None
        self.counted: list[Header] = []
        self._parts: list[bytes] = []
        self.kept: _Kept | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._may_be_kept(message):
            self._headers = [header for header in message["headers"] if header[0] not in _EACH_HAS_ITS_OWN]
            self.counted = [header for header in message["headers"] if header[0] in _EACH_HAS_ITS_OWN]
        elif self._headers is None:
            await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.kept = self._whole(self._headers)

    def _may_be_kept(self, message: Message) -> bool:
        """Only what says so itself, and nothing that a limit of its route would have counted."""
        headers = dict(message["headers"])
        is_public = headers.get(b"cache-control", b"").startswith(b"public") and b"set-cookie" not in headers
        is_tagged = b"cache-tag" in headers and b"etag" in headers
        varies_by = {name.strip() for name in headers.get(b"vary", b"").lower().split(b",") if name.strip()}
        limits = policies_of(getattr(self._scope.get("route"), "openapi_extra", None))
        is_fit = is_public and is_tagged and varies_by <= _VARIES and not limits
        return is_fit and message["status"] == 200  # noqa: PLR2004 - OK

    def _whole(self, headers: list[Header]) -> _Kept:
        found = dict(headers)
        return _Kept(
            key=self._key,
            headers=headers,
            body=b"".join(self._parts),
            etag=found[b"etag"].decode("latin-1"),
            tags=tuple(found[b"cache-tag"].decode("latin-1").split(",")),
            route=self._scope.get("route"),
            count=self._count,
            at=self._at,
        )
