"""Every error is a problem of RFC 9457, with the request's id and the security headers, and without our insides."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from app.core.errors import Problem, ProviderUnavailable, TooManyRequests
from app.edge.problems import MEDIA_TYPE, invalid_request, render

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-site",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
ANSWERS = [
    ("GET", "/api/health", 200),
    ("GET", "/api/errors", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/api/health/", 404),
    ("GET", "//api/health", 404),
    ("DELETE", "/api/health", 405),
    ("TRACE", "/api/health", 405),
    ("FOO", "/api/health", 405),
    ("GET", "/api/users/me", 401),
    ("GET", "/api/health?a=1", 422),
    ("GET", "/probe/fails/conflict", 409),
    ("GET", "/probe/fails/unexpected", 500),
    ("GET", "/probe/fails/timeout", 500),
    ("GET", "/probe/fails/nameless", 500),
    ("GET", "/probe/fails/unavailable", 503),
]


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def log() -> Iterator[Kept]:
    handler, logger = Kept(), logging.getLogger("app.edge.problems")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_answer_carries_its_headers(http: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await http.request(method, path, headers={"X-Request-Id": "my-request-1"})
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    assert answer.headers["X-Request-Id"] == "my-request-1"
    assert "Server" not in answer.headers
    assert "Cache-Control" in answer.headers


@pytest.mark.parametrize(("method", "path", "status"), [item for item in ANSWERS if item[2] >= 400])
async def test_every_error_is_a_problem(http: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await http.request(method, path)
    body = answer.json()
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"type", "title", "status", "detail", "code", "request_id", "retryable"} <= set(body)
    assert body["status"] == status
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert len(answer.content) < 1024


async def test_a_problem_brings_its_context(http: httpx.AsyncClient) -> None:
    body = (await http.get("/probe/fails/conflict")).json()
    assert (body["code"], body["type"]) == ("lamp_broken", "/api/errors#lamp_broken")
    assert (body["title"], body["detail"]) == ("The lamp is broken.", "It fell down.")
    assert body["alternatives"] == ["attic"]


@pytest.mark.parametrize("how", ["unexpected", "timeout"])
async def test_the_unforeseen_tells_nothing_and_is_logged_once(http: httpx.AsyncClient, log: Kept, how: str) -> None:
    answer = await http.get(f"/probe/fails/{how}")
    assert answer.json()["code"] == "internal_error"
    assert not {"SELECT", "secret", "Traceback", "inside", "Error("} & set(answer.text.replace('"', " ").split())
    (record,) = log.records
    assert record.getMessage() == "http.unexpected_error"
    assert record.exc_info


async def test_unauthorized_names_the_scheme_and_unavailable_the_pause(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/users/me")).headers["WWW-Authenticate"] == "Bearer"
    assert int((await http.get("/probe/fails/unavailable")).headers["Retry-After"]) > 0


def test_a_service_that_says_when_to_come_back_is_quoted() -> None:
    assert render(ProviderUnavailable("It rests.", retry_after=timedelta(seconds=30))).headers["Retry-After"] == "30"
    assert render(TooManyRequests(timedelta(milliseconds=1))).headers["Retry-After"] == "1"
    assert render(TooManyRequests(timedelta(seconds=60.2))).headers["Retry-After"] == "61"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/users/me/settings", "GET, PATCH"),
        ("/probe/two", "GET, PUT"),
        ("/api/auth/login", "POST"),
        ("/docs", "GET, HEAD"),
    ],
)
async def test_a_wrong_method_learns_the_right_ones(http: httpx.AsyncClient, path: str, allowed: str) -> None:
    answer = await http.delete(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("given", ["short", "a" * 65, "a b c d e f", "<script>alert", "zoë-zoë-zoë", ""])
async def test_a_request_id_that_is_not_plain_is_replaced(http: httpx.AsyncClient, given: str) -> None:
    answer = await http.get("/api/health", headers={b"X-Request-Id": given.encode()})
    assert answer.headers["X-Request-Id"].startswith("req_")


async def test_request_ids_differ(http: httpx.AsyncClient) -> None:
    assert len({(await http.get("/api/health")).headers["X-Request-Id"] for _ in range(20)}) == 20


async def test_the_catalogue_lists_every_problem(http: httpx.AsyncClient) -> None:
    items = (await http.get("/api/errors")).json()["items"]
    assert [item["code"] for item in items] == list(Problem.catalogue())
    assert {"slug", "status", "title", "hint", "retryable"} & set(items[0]) == {"status", "title", "hint", "retryable"}


class _Said(BaseModel):
    comment: Annotated[str, AfterValidator(str.strip), Field(min_length=10, max_length=20)]
    tags: Annotated[list[str], Field(min_length=1)]


@pytest.mark.parametrize(
    ("comment", "code", "detail"),
    [
        (" short ", "string_too_short", "String should have at least 10 characters"),
        ("much " * 9, "string_too_long", "String should have at most 20 characters"),
    ],
)
def test_texts_are_counted_in_characters_and_lists_in_items(comment: str, code: str, detail: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _Said.model_validate({"comment": comment, "tags": []})
    found: Any = invalid_request(list(caught.value.errors())).context["errors"]
    text, tags = found
    assert text == {"pointer": "/comment", "code": code, "detail": detail}
    assert tags["code"] == "too_short"
    assert "item" in tags["detail"]
