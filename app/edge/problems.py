"""Renders every error as an RFC 9457 problem, and documents which problems an operation answers."""

import json
import logging
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.core.errors import (
    BodyTooLarge,
    DeadlineExceeded,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    RequestTimedOut,
    TooManyRequests,
    Unavailable,
    UnsupportedMediaType,
)
from app.core.logging import request_id_var

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
_TEXT_LENGTHS = {"too_short": ("least", "min_length"), "too_long": ("most", "max_length")}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_LONGEST_TEXT = 120
_MOST_ERROR_BYTES = 3000  # with the rest a problem stays below 4 KiB

_OF_EVERY_OPERATION: tuple[type[Problem], ...] = (
    InvalidRequest,
    MalformedRequest,
    BodyTooLarge,
    UnsupportedMediaType,
    HeadersTooLarge,
    InternalError,
    Unavailable,
    DeadlineExceeded,
)

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
ErrorT = TypeVar("ErrorT", bound=Exception)

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One value that is not acceptable."""

    pointer: str = Field(description="JSON pointer (RFC 6901) to the value: /body/…, /query/…, /path/… or /header/….")
    code: str = Field(description="What kind of rule it breaks.")
    detail: str = Field(description="What is expected. Never repeats the value.")


class FreeSlot(BaseModel):
    """A time that can be booked instead."""

    starts_at: Moment = Field(description="Its start (RFC 3339, UTC).")
    ends_at: Moment = Field(description="Its end (RFC 3339, UTC).")


class RefusedItem(BaseModel):
    """A session of a bundle that cannot be had."""

    item: int = Field(description="Its number in the request, from 0.")
    code: str = Field(description="What booking it alone would answer.")
    reason: str | None = Field(None, description="Why the teacher does not offer it.")
    conflicts_with_item: int | None = Field(None, description="Another item of the request at that time.")
    alternatives: list[FreeSlot] | None = Field(None, description="The next free slots, beside the other items.")


class OpenReason(BaseModel):
    """Something that stands in the way."""

    code: str = Field(description="What it is.")
    count: int = Field(description="How many there are.")
    hint: str = Field(description="What to do about it.")


class OpenCheck(BaseModel):
    """An entry of the publish checklist."""

    code: str = Field(description="What is looked at.")
    is_met: bool = Field(description="Whether it is fulfilled.")
    hint: str = Field(description="What fulfils it.")


class FreshQuote(BaseModel):
    """What a refund would do now, in short."""

    quote_id: str = Field(pattern=r"^quo_[0-9a-f]{32}$", description="Send it to have just that done.")
    amount_cents: int = Field(description="What the student would get, in minor units of `currency`.")
    currency: str = Field(description="ISO 4217 code in lower case.")


class ProblemBody(BaseModel):
    """Every 4xx and 5xx answer (RFC 9457). `code` is stable; switch on it, not on the text. The members after `errors`
    come with single codes only; GET /api/errors shows which. There may be others in the future."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Address of this kind of problem; GET /api/errors lists them all.")
    title: str = Field(description="The kind of problem in one sentence, always the same for one `code`.")
    status: int = Field(description="The HTTP status, repeated.")
    detail: str = Field(description="This occurrence in a sentence for a person.")
    code: str = Field(description="Stable machine-readable code.")
    request_id: str | None = Field(description="Quote this when asking for help; it is also in `X-Request-Id`.")
    hint: str | None = Field(None, description="What to do next.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[FieldError] | None = Field(None, description="The values that are not acceptable (422 only).")
    retry_after: int | None = Field(None, description="After how many seconds to try again; also `Retry-After`.")
    challenge: str | None = Field(None, description="What the second step of a log-in has to send.")
    methods: list[str] | None = Field(None, description="The kinds of codes that the second step takes.")
    reason: str | None = Field(None, description="Why it was refused, one word of a set that the operation names.")
    reasons: list[OpenReason] | None = Field(None, description="All that stands in the way of deleting the account.")
    allowed: list[str] | None = Field(None, description="The content types that are taken for the purpose.")
    used_bytes: int | None = Field(None, description="What the caller's files take together.")
    most_bytes: int | None = Field(None, description="How many bytes there may be at most.")
    count: int | None = Field(None, description="How many there are.")
    missing: list[str] | None = Field(None, description="What a course still lacks before it can be published.")
    checks: list[OpenCheck] | None = Field(None, description="The whole list of what a course needs to be on sale.")
    least_notice_minutes: int | None = Field(None, description="The notice that the house promises to teachers.")
    most_horizon_days: int | None = Field(None, description="How many dates ahead the house opens.")
    alternatives: list[FreeSlot] | None = Field(None, description="The next free slots.")
    available_cents: int | None = Field(None, description="How much can be paid out, in minor units of `currency`.")
    minimum_cents: int | None = Field(None, description="The least that is paid out at once.")
    most_cents: int | None = Field(None, description="The most that one payout takes now.")
    left_cents: int | None = Field(None, description="How much can still be approved today.")
    currency: str | None = Field(None, description="ISO 4217 code in lower case.")
    payout_status: str | None = Field(None, description="How the payout stands.")
    review_reason: str | None = Field(None, description="Why an administrator must look twice.")
    conflicts_with: str | None = Field(
        None, description="What of the caller's own is in the way: a session, a hold or an invite."
    )
    earliest_allowed: Moment | None = Field(None, description="From when on it is possible (RFC 3339, UTC).")
    refusals: list[RefusedItem] | None = Field(None, description="Each session of a bundle that cannot be had.")
    late_from: Moment | None = Field(None, description="Since when a reason is needed (RFC 3339, UTC).")
    ends_at: Moment | None = Field(None, description="When the session ends (RFC 3339, UTC).")
    quote: FreshQuote | None = Field(None, description="What a refund would do now.")
    opens_at: Moment | None = Field(None, description="From when on the room can be entered (RFC 3339, UTC).")
    closed_at: Moment | None = Field(None, description="Until when the room can be entered (RFC 3339, UTC).")
    text_version: str | None = Field(None, description="The text about recording that people are asked now.")


def render(problem: Problem, *, headers: dict[str, str] | None = None) -> JSONResponse:
    """The response for a problem."""
    body = ProblemBody(
        type=f"/api/errors#{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        request_id=request_id_var.get(),
        hint=problem.hint,
        retryable=problem.retryable,
    ).model_dump(exclude_none=True)
    all_headers = {"Cache-Control": "no-store", **_standard_headers(problem), **(headers or {})}
    return JSONResponse(body | problem.context, problem.status, all_headers, media_type=MEDIA_TYPE)


def _standard_headers(problem: Problem) -> dict[str, str]:
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": _challenge(problem)}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or isinstance(problem, TooManyRequests):
        return {"Retry-After": str(problem.context.get("retry_after", 2))}
    return {}


def _challenge(problem: Problem) -> str:
    """RFC 6750; with the reason of RFC 9470 when a valid token is not enough."""
    is_step_up = problem.code == "step_up_needed"
    return 'Bearer error="insufficient_user_authentication", max_age="900"' if is_step_up else "Bearer"


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: which problems it answers, besides those that every operation can answer. The
    examples are references by code; `app.edge.openapi` writes each one once."""
    codes: dict[int, list[str]] = {}
    for kind in dict.fromkeys((*kinds, *_OF_EVERY_OPERATION)):
        codes.setdefault(kind.status, []).append(kind.code)
    return {status: _response(status, *found) for status, found in codes.items()}


@cache
def _response(status: int, *codes: str) -> dict[str, Any]:
    """One for all routes that have it, which is most of them; nobody may change it."""
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}, "examples": examples}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def example(kind: type[Problem]) -> dict[str, Any]:
    """The Example Object of a kind of problem."""
    body = {
        "type": f"/api/errors#{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.title,
        "code": kind.code,
        "request_id": "req_01jd3v5q8mexr9n1z8t6w0c2ab",
        "retryable": kind.retryable,
    }
    hint = {"hint": kind.hint} if kind.hint else {}
    return {"summary": kind.title, "value": body | hint | dict(kind.context_example)}


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of the app a problem: refusals, validation, routing, the database, and the unexpected."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    return render(_expect(error, Problem))


async def _on_unexpected(_request: Request, error: Exception) -> JSONResponse:
    return render(unexpected(error))


def unexpected(error: Exception) -> Problem:
    """The problem that stands for an error nobody foresaw; what it was is in the log only."""
    logger.error("http.unexpected_error", exc_info=error)
    return InternalError()


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    exception = _expect(error, HTTPException)
    headers = dict(exception.headers or {})
    if exception.status_code == MethodNotAllowed.status:
        headers["Allow"] = ", ".join(_methods_of(request))
    return render(_from_status(exception.status_code), headers=headers)


def _methods_of(request: Request) -> list[str]:
    """The methods that the path answers to; the framework knows only those of the first route that has the path."""
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    return [
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    ]


def _from_status(status: int) -> Problem:
    known: tuple[type[Problem], ...] = (
        MalformedRequest,
        NotAuthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        RequestTimedOut,
        BodyTooLarge,
        UnsupportedMediaType,
    )
    return next((kind() for kind in known if kind.status == status), InternalError())


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    return render(invalid_request(list(_expect(error, RequestValidationError).errors()[:MOST_ERRORS])))


def invalid_request(found: list[Any]) -> Problem:
    """The problem for Pydantic's findings: where and what is expected, never what was sent."""
    if any(item["type"] == "json_invalid" for item in found):
        return MalformedRequest()
    errors = [
        {"pointer": _pointer(item["loc"]), "code": item["type"], "detail": _printable(item["msg"])}
        for item in map(_in_characters, found)
    ]
    return InvalidRequest(errors=list(_that_fit(errors)))


def _in_characters(item: Any) -> Any:
    """Pydantic counts "items" of a text whose bounds are declared after a check of ours."""
    if item["type"] not in _TEXT_LENGTHS or not isinstance(item.get("input"), str):
        return item
    bound, context = _TEXT_LENGTHS[item["type"]]
    count = item["ctx"][context]
    unit = "character" if count == 1 else "characters"
    return item | {"type": f"string_{item['type']}", "msg": f"String should have at {bound} {count} {unit}"}


def _that_fit(errors: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The first ones: long names of unknown fields, six bytes for each character, must not make a long answer."""
    left = _MOST_ERROR_BYTES
    for error in errors:
        left -= len(json.dumps(error, ensure_ascii=False).encode())
        if left < 0:
            return
        yield error


def _pointer(location: tuple[int | str, ...]) -> str:
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return _printable("/" + "/".join(escaped))


def _printable(text: str) -> str:
    """Field names can be the caller's own words: keep them short and encodable."""
    return text.encode("utf-8", "replace").decode()[:_LONGEST_TEXT]


def _expect(error: Exception, kind: type[ErrorT]) -> ErrorT:
    if not isinstance(error, kind):
        raise TypeError(type(error).__name__) from error
    return error
