"""A small cache in front of the API, as Cloudflare's is when its cache rule follows docs/operations.md."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.clock import ManualClock

VISITOR = "203.0.113.7"
_OURS = {"cache-tag", "age", "content-length"}
_Key = tuple[str, str]


@dataclass(slots=True)
class _Entry:
    """An answer that was kept."""

    headers: httpx.Headers
    body: bytes
    at: datetime

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(self.headers.get("cache-tag", "").split(","))

    @property
    def fresh_for(self) -> timedelta:
        return self.seconds("s-maxage") or self.seconds("max-age")

    def seconds(self, directive: str) -> timedelta:
        found = re.search(rf"\b{directive}=([0-9]+)", self.headers["cache-control"])
        return timedelta(seconds=int(found[1]) if found else 0)


class Edge(httpx.AsyncBaseTransport):
    """Obeys `s-maxage`, else `max-age`, `stale-while-revalidate`, `stale-if-error`, and purges; revalidates by ETag. It
    looks at no `Vary`, as Cloudflare does not, but keeps away from requests with a token or a cookie. `asked` holds
    what reached the origin; `is_origin_up` can be turned off."""

    def __init__(
        self, origin: httpx.AsyncBaseTransport, clock: ManualClock, purges: Callable[[], Sequence[dict[str, Any]]]
    ) -> None:
        self._origin = origin
        self._clock = clock
        self._purges = purges
        self._purges_done = 0
        self._kept: dict[_Key, _Entry] = {}
        self.asked: list[httpx.Request] = []
        self.is_origin_up = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._obey_purges()
        is_plain = not {"authorization", "cookie"} & request.headers.keys()
        if request.method != "GET" or not is_plain:
            return await self._pass(request)
        key = str(request.url), request.headers.get("origin", "")
        entry = self._kept.get(key)
        if entry is None:
            return await self._fetch(key, request)
        return await self._serve(key, entry, request)

    def holds(self, path: str) -> bool:
        """Whether an answer at this address is kept, after all purges."""
        self._obey_purges()
        return any(httpx.URL(url).raw_path.decode() == path for url, _ in self._kept)

    async def _serve(self, key: _Key, entry: _Entry, request: httpx.Request) -> httpx.Response:
        age, fresh_for = self._clock.now() - entry.at, entry.fresh_for
        if age <= fresh_for:
            return self._answer(entry, "HIT", request)
        if age <= fresh_for + entry.seconds("stale-while-revalidate"):
            answer = self._answer(entry, "UPDATING", request)
            await self._revalidate(key, entry, request)
            return answer
        answer = await self._revalidate(key, entry, request)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return self._answer(entry, "REVALIDATED", request)
        if answer.is_server_error and age <= fresh_for + entry.seconds("stale-if-error"):
            return self._answer(entry, "STALE", request)
        if not answer.is_success or key not in self._kept:
            return _labelled(answer.status_code, answer.headers, answer.content, "BYPASS")
        return self._answer(self._kept[key], "EXPIRED", request)

    async def _revalidate(self, key: _Key, entry: _Entry, request: httpx.Request) -> httpx.Response:
        """Ask for what has changed, and keep it."""
        headers = {**request.headers, "If-None-Match": entry.headers["etag"]}
        answer = await self._ask(httpx.Request("GET", request.url, headers=headers))
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            entry.at = self._clock.now()
            entry.headers.update(answer.headers)
        elif not answer.is_server_error:
            self._kept.pop(key, None)
            self._keep(key, answer)
        return answer

    async def _fetch(self, key: _Key, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers(request.headers)
        headers.pop("if-none-match", None)
        answer = await self._ask(httpx.Request("GET", request.url, headers=headers))
        if self._keep(key, answer):
            return self._answer(self._kept[key], "MISS", request)
        return _labelled(answer.status_code, answer.headers, answer.content, "BYPASS")

    async def _pass(self, request: httpx.Request) -> httpx.Response:
        answer = await self._ask(request)
        return _labelled(answer.status_code, answer.headers, answer.content, "DYNAMIC")

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        """The origin's answer; 521 is Cloudflare's own for a web server that is down."""
        if not self.is_origin_up:
            return httpx.Response(521, text="web server is down")
        request.headers["CF-Connecting-IP"] = VISITOR
        request.headers["CF-Ray"] = f"{secrets.token_hex(8)}-FRA"
        self.asked.append(request)
        answer = await self._origin.handle_async_request(request)
        await answer.aread()
        return answer

    def _keep(self, key: _Key, answer: httpx.Response) -> bool:
        entry = _Entry(httpx.Headers(answer.headers), answer.content, self._clock.now())
        policy = answer.headers.get("cache-control", "")
        is_cacheable = "public" in policy and not re.search("no-store|private", policy) and "etag" in answer.headers
        if answer.status_code != httpx.codes.OK or not is_cacheable or "set-cookie" in answer.headers:
            return False
        if not entry.fresh_for:
            return False
        self._kept[key] = entry
        return True

    def _answer(self, entry: _Entry, label: str, request: httpx.Request) -> httpx.Response:
        is_held = request.headers.get("if-none-match") == entry.headers["etag"]
        status, body = (304, b"") if is_held else (200, entry.body)
        age = (self._clock.now() - entry.at) // timedelta(seconds=1)
        return _labelled(status, entry.headers, body, label, age=str(age))

    def _obey_purges(self) -> None:
        told = self._purges()
        for purge in told[self._purges_done :]:
            self._kept = {
                key: entry
                for key, entry in self._kept.items()
                if entry.tags.isdisjoint(purge["tags"]) and not _is_below(key[0], purge["prefixes"])
            }
        self._purges_done = len(told)


def _is_below(url: str, prefixes: Sequence[str]) -> bool:
    """Piece by piece of the path, and whatever the query."""
    address = url.partition("://")[2].partition("?")[0]
    return any(f"{address}/".startswith(f"{prefix}/") for prefix in prefixes)


def _labelled(status: int, headers: httpx.Headers, body: bytes, label: str, **more: str) -> httpx.Response:
    """Tags are for the edge and stay there."""
    shown = [(name, value) for name, value in headers.multi_items() if name not in _OURS]
    return httpx.Response(status, headers=[*shown, ("CF-Cache-Status", label), *more.items()], content=body)
