"""Errors as values: every expected refusal is a subclass of `Problem`, declared in the domain that raises it.

A problem has a stable `code`, a sentence for a person, and what to do next (`hint`). `app.edge.problems` renders it
as RFC 9457; `GET /api/errors` lists the catalogue, which is built from the subclasses themselves.
"""

import math
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, ClassVar


def members(**values: Any) -> Mapping[str, Any]:
    """Sample values of a problem's context."""
    return MappingProxyType(values)


class Problem(Exception):
    """Base of all expected refusals. Subclasses set the class attributes; instances may sharpen `detail`.

    `context` holds typed extension members of the answer (for example `alternatives`). It must be JSON-ready and
    must never repeat what the caller sent. `context_example` shows every member that it can have.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = ""
    title: ClassVar[str] = ""
    hint: ClassVar[str | None] = None
    retryable: ClassVar[bool] = False
    context_example: ClassVar[Mapping[str, Any]] = members()

    def __init__(self, detail: str | None = None, **context: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.context = context

    @classmethod
    def catalogue(cls) -> dict[str, type["Problem"]]:
        """Every problem with a code, by code."""
        found = {cls.code: cls} if cls.code else {}
        for subclass in cls.__subclasses__():
            found |= subclass.catalogue()
        return dict(sorted(found.items()))


class InvalidRequest(Problem):
    """The request is well formed but a value is not acceptable. Raised by validation; see `errors` in the answer."""

    status, code = 422, "invalid_request"
    title = "Some values of the request are not acceptable."
    hint = "Each entry of `errors` points to the value and says what is expected."
    context_example = members(errors=[{"pointer": "/body/name", "code": "missing", "detail": "Field required"}])


class MalformedRequest(Problem):
    """The request could not be read at all."""

    status, code = 400, "malformed_request"
    title = "The request could not be read."
    hint = "Send well-formed UTF-8 JSON with `Content-Type: application/json`."


class NotAuthenticated(Problem):
    """No valid access token came with the request."""

    status, code = 401, "not_authenticated"
    title = "A valid access token is needed."
    hint = "Log in with POST /api/auth/login and send the token as `Authorization: Bearer …`."


class Forbidden(Problem):
    """The caller is known but may not do this."""

    status, code = 403, "forbidden"
    title = "You may not do this."


class NotFound(Problem):
    """The thing does not exist, or the caller may not know that it does."""

    status, code = 404, "not_found"
    title = "There is nothing here."


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    status, code = 405, "method_not_allowed"
    title = "This path does not answer to that method."
    hint = "The `Allow` header lists the methods that work."


class RequestTimedOut(Problem):
    """The request's body took too long to arrive."""

    status, code, retryable = 408, "request_timed_out", True
    title = "The request did not arrive in time."


class Conflict(Problem):
    """The state of the thing does not allow this now."""

    status, code = 409, "conflict"
    title = "This is not possible in the present state."


class BodyTooLarge(Problem):
    """The body is larger than any request of this API needs."""

    status, code = 413, "body_too_large"
    title = "The request's body is too large."
    hint = "Files are uploaded to the address that an upload operation answers, never through the API."


class UnsupportedMediaType(Problem):
    """The body is not of a type this operation reads."""

    status, code = 415, "unsupported_media_type"
    title = "The body's content type is not supported here."
    hint = "Send `Content-Type: application/json`."


class TooManyRequests(Problem):
    """The caller went over a limit. `retry_after` is in whole seconds, also as the header of that name."""

    status, code, retryable = 429, "too_many_requests", True
    title = "Too many requests."
    hint = "Wait as many seconds as `Retry-After` says, then try again."
    context_example = members(retry_after=30)

    def __init__(self, wait: timedelta) -> None:
        super().__init__(retry_after=_whole_seconds(wait))


def _whole_seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))


class HeadersTooLarge(Problem):
    """The request's headers are larger than any client of this API needs."""

    status, code = 431, "headers_too_large"
    title = "The request's headers are too large."


class InternalError(Problem):
    """Something unexpected happened on our side; the request id leads to its log line."""

    status, code = 500, "internal_error"
    title = "Something went wrong on our side."
    hint = "Nothing was changed. Try again; if it persists, tell us the request_id."


class Unavailable(Problem):
    """The service cannot answer now."""

    status, code, retryable = 503, "unavailable", True
    title = "The service is busy. Try again shortly."


class ProviderUnavailable(Problem):
    """An outside service did not answer, so the outcome is unknown or nothing happened. Retrying is safe, though not
    before `retry_after`, if the service named a time."""

    status, code, retryable = 503, "provider_unavailable", True
    title = "An outside service is not answering."
    hint = "Try again in a moment with the same Idempotency-Key."
    context_example = members(retry_after=30)

    def __init__(self, detail: str | None = None, *, retry_after: timedelta = timedelta(0)) -> None:
        super().__init__(detail, **({"retry_after": _whole_seconds(retry_after)} if retry_after else {}))
        self.retry_after = retry_after


class ProviderRejected(Problem):
    """An outside service refused what we asked. Retrying the same request will not help. `reason` is a word of the
    port that was asked, for callers who can do something about it; it is not sent."""

    status, code = 502, "provider_rejected"
    title = "An outside service refused the request."

    def __init__(self, detail: str | None = None, reason: str = "other") -> None:
        super().__init__(detail)
        self.reason = reason


class DeadlineExceeded(Problem):
    """The request took longer than the service allows."""

    status, code, retryable = 504, "deadline_exceeded", True
    title = "The request took too long."
