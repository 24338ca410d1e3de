"""How often one client may ask: a general limit on the whole API, and stricter ones that routes declare.

A route declares its limit in its documentation, `openapi_extra=audience("public") | limited(LOGIN)`, and `StrictRoute`
enforces what is documented there, before the body is read. Counts are kept in this process or, with several of them,
in Redis; never in the database, which a flood must not reach. Every answer tells the state of its limits in the
headers of draft-ietf-httpapi-ratelimit-headers-10.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.config import FILES_PATH, Settings
from app.core.errors import TooManyRequests
from app.edge.buckets import Buckets
from app.edge.client import client_address, counted_as
from app.edge.headers import Header, add
from app.edge.problems import render
from app.providers.kv.port import Rate, Verdict

DECLARED: Final = "x-rate-limits"
"""The field of an operation that names its limits."""

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_COUNTS = "peerloop.counts"
_PREFIX = "/api/"
_UNCOUNTED_PATHS = frozenset({"/api/health", "/api/ready"})
_UNCOUNTED_PREFIX = "/api/webhooks/"  # all deliveries of a provider come from a few addresses


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit for each client address: its name in the headers, and how often it allows what."""

    name: str
    rate: Callable[[Settings], Rate]


GENERAL: Final = Policy("default", lambda settings: Rate(settings.general_limit, _MINUTE))
"""Every request under /api, but for health checks and webhooks."""

LOGIN: Final = Policy("login", lambda settings: Rate(settings.logins_per_minute, _MINUTE))
"""Whatever can end in a new log-in."""

OAUTH: Final = Policy("oauth", lambda settings: Rate(settings.logins_per_minute, _MINUTE))
"""The ways to other providers and back: any page can send a browser there, which must not use up its log-ins."""

SIGNUP: Final = Policy("signup", lambda settings: Rate(settings.signups_per_minute, _MINUTE))
"""Making accounts."""

MAIL: Final = Policy("mail", lambda settings: Rate(settings.mails_per_hour, _HOUR))
"""Having a mail sent to an address that anybody may name."""

UPLOAD: Final = Policy("upload", lambda settings: Rate(settings.uploads_per_minute, _MINUTE))
"""Beginning an upload, and having one checked."""

HOLD: Final = Policy("hold", lambda settings: Rate(settings.holds_per_minute, _MINUTE))
"""Keeping other people's time without having paid for it."""

SENDING: Final = Policy("files", lambda settings: Rate(settings.general_limit, _MINUTE))
"""Sending a file, or a part of one, to an address of ours: apart, for a film must not use up what its page asks."""

_POLICIES = {policy.name: policy for policy in (GENERAL, LOGIN, OAUTH, SIGNUP, MAIL, UPLOAD, HOLD, SENDING)}


def limited(*policies: Policy) -> dict[str, Any]:
    """`openapi_extra` of a route that is limited beyond the general limit. Goes after `audience`."""
    return {DECLARED: [policy.name for policy in policies]}


def policies_of(openapi_extra: Mapping[str, Any] | None) -> tuple[Policy, ...]:
    """What `limited` declared."""
    return tuple(_POLICIES[name] for name in (openapi_extra or {}).get(DECLARED, ()))


def is_counted(path: str) -> bool:
    """Whether requests for this path count for the general limit."""
    is_exempt = path in _UNCOUNTED_PATHS or path.startswith(_UNCOUNTED_PREFIX)
    return path.startswith(_PREFIX) and not is_exempt


def _policy_of(scope: Scope) -> Policy | None:
    """What a request counts for, whatever it asks for."""
    if is_counted(scope["path"]):
        return GENERAL
    is_sending = scope["method"] == "PUT" and scope["path"].startswith(f"{FILES_PATH}/")
    return SENDING if is_sending else None


class Limiter:
    """Counts requests by client address."""

    def __init__(self, settings: Settings, buckets: Buckets) -> None:
        self._tunnel = settings.tunnel
        self._rates = {policy: policy.rate(settings) for policy in _POLICIES.values()}
        self._buckets = buckets

    async def count(self, scope: Scope, policy: Policy) -> None:
        """Count this request, for `RateLimits` to report. Raises `TooManyRequests`."""
        rate = self._rates[policy]
        client = counted_as(client_address(scope, self._tunnel))
        verdict = await self._buckets.hit(f"limit:{policy.name}:{client}", rate)
        scope.setdefault(_COUNTS, []).append(_Count(policy.name, rate, verdict))
        if not verdict.is_allowed:
            raise TooManyRequests(verdict.retry_after)

    async def admit(self, scope: Scope) -> list[Header] | None:
        """Count a request that is answered without `RateLimits`: the headers about it, or None when it is refused, of
        which nothing is left."""
        try:
            await self.count(scope, GENERAL)
        except TooManyRequests:
            del scope[_COUNTS]
            return None
        return _report(scope[_COUNTS])


@dataclass(frozen=True, slots=True)
class _Count:
    """What a request was told by one limit."""

    policy: str
    rate: Rate
    verdict: Verdict

    @property
    def described(self) -> str:
        return f'"{self.policy}";q={self.rate.limit};w={_seconds(self.rate.period)}'

    @property
    def left(self) -> str:
        return f'"{self.policy}";r={self.verdict.remaining};t={_seconds(self.verdict.reset_after)}'


def _seconds(duration: timedelta) -> int:
    return math.ceil(duration.total_seconds())


class RateLimits:
    """Pure ASGI middleware: the general limit and that of files, and the headers about them and those that routes
    add."""

    def __init__(self, app: ASGIApp, *, limiter: Limiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        policy = _policy_of(scope) if scope["type"] == "http" else None
        if policy is None:
            await self._app(scope, receive, send)
            return

        async def send_with_counts(message: Message) -> None:
            if message["type"] == "http.response.start":
                add(message, _report(scope[_COUNTS]))
            await send(message)

        try:
            await self._limiter.count(scope, policy)
        except TooManyRequests as refusal:
            await render(refusal)(scope, receive, send_with_counts)
            return
        await self._app(scope, receive, send_with_counts)


def _report(counts: Collection[_Count]) -> list[Header]:
    policies, left = ", ".join(count.described for count in counts), ", ".join(count.left for count in counts)
    return [(b"ratelimit-policy", policies.encode("ascii")), (b"ratelimit", left.encode("ascii"))]


HEADERS: Final[dict[str, dict[str, Any]]] = {
    "RateLimit-Policy": {
        "description": "The limits that count here: `q` requests in `w` seconds for each client address.",
        "schema": {"type": "string"},
        "example": '"default";q=100;w=60, "login";q=10;w=60',
    },
    "RateLimit": {
        "description": "For each of them how many requests are left (`r`), and in how many seconds all are (`t`).",
        "schema": {"type": "string"},
        "example": '"default";r=97;t=2, "login";r=7;t=18',
    },
    "Retry-After": {
        "description": "After how many seconds the request may be sent again.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 6,
    },
}
"""The Header Objects of the OpenAPI document. The last one comes with a refusal only."""
