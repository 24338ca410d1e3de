"""Which pages of other origins may call the API from a browser, and what of the answer they may read."""

from collections.abc import Collection
from typing import Any

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_REQUEST_HEADERS = (
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "if-match",
    "x-request-id",
)
_ANSWER_HEADERS = ("x-request-id", "idempotent-replayed", "retry-after", "ratelimit", "ratelimit-policy", "etag")


def cors_options(origins: Collection[str]) -> dict[str, Any]:
    """The arguments of Starlette's `CORSMiddleware` for these origins."""
    return {
        "allow_origins": sorted(origins),
        "allow_credentials": True,
        "allow_methods": _METHODS,
        "allow_headers": _REQUEST_HEADERS,
        "expose_headers": _ANSWER_HEADERS,
        "max_age": 600,
    }
