"""CORS: our own pages on other origins may call and read; to all others the API answers as if they had not asked."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from tests.conftest import make_settings
from tests.edge.test_problems import SECURITY
from tests.support.clock import ManualClock
from tests.support.world import BASE_URL

SPA = "https://app.peerloop.example"
FOREIGN = [
    "https://evil.example",
    "null",
    "*",
    f"{SPA}.evil.example",
    f"{SPA}:8443",
    "http://app.peerloop.example",
    "https://notapp.peerloop.example",
    "HTTPS://APP.PEERLOOP.EXAMPLE",
]
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
HEADERS = {"authorization", "content-type", "idempotency-key", "if-none-match", "if-match", "x-request-id"}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An API whose operator wrote origins as people do."""
    settings = make_settings(tmp_path, app_url=f"{SPA}/welcome", allowed_origins="HTTPS://Staging.Example:443/")
    app = create_app(settings, clock=ManualClock(), in_process=True)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client
    app.state.twins.books.close()


async def preflight(http: httpx.AsyncClient, origin: str, method: str = "POST", headers: str = "") -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return await http.options("/api/sessions", headers=asked | {"X-Request-Id": "my-request-1"})


def words(answer: httpx.Response, name: str) -> set[str]:
    return {word.strip() for word in answer.headers[name].split(",")}


@pytest.mark.parametrize("origin", [SPA, BASE_URL, "https://staging.example"])
@pytest.mark.parametrize("method", sorted(METHODS))
async def test_our_pages_may_send_what_the_api_reads(http: httpx.AsyncClient, origin: str, method: str) -> None:
    answer = await preflight(http, origin, method, ", ".join(sorted(HEADERS)))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-max-age"] == "600"
    assert words(answer, "access-control-allow-methods") == METHODS
    assert {word.lower() for word in words(answer, "access-control-allow-headers")} >= HEADERS
    assert "Origin" in words(answer, "vary")


@pytest.mark.parametrize("path", ["/api/health", "/api/users/me", "/nowhere"])
async def test_our_pages_may_read_every_answer_refusals_included(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path, headers={"Origin": SPA})
    assert answer.headers["access-control-allow-origin"] == SPA
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert words(answer, "access-control-expose-headers") == {
        "x-request-id",
        "idempotent-replayed",
        "retry-after",
        "ratelimit",
        "ratelimit-policy",
        "etag",
    }
    assert "Origin" in words(answer, "vary")


async def test_what_the_guard_refuses_can_be_read_too(http: httpx.AsyncClient) -> None:
    headers = {"Origin": SPA, "Content-Length": "99999999"}
    request = http.build_request("POST", "/api/sessions", headers=headers)
    answer = await http.send(request)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (413, SPA)


@pytest.mark.parametrize("origin", FOREIGN)
async def test_other_pages_get_no_leave(http: httpx.AsyncClient, origin: str) -> None:
    for answer in (await preflight(http, origin), await http.get("/api/health", headers={"Origin": origin})):
        assert "access-control-allow-origin" not in answer.headers
    assert (await preflight(http, origin)).status_code == 400


@pytest.mark.parametrize(("method", "headers"), [("TRACE", ""), ("POST", "x-http-method-override")])
async def test_what_the_api_does_not_read_may_not_be_sent(http: httpx.AsyncClient, method: str, headers: str) -> None:
    assert (await preflight(http, SPA, method, headers)).status_code == 400


@pytest.mark.parametrize("origin", [SPA, *FOREIGN])
async def test_a_preflight_carries_the_usual_headers_and_never_a_star(http: httpx.AsyncClient, origin: str) -> None:
    answer = await preflight(http, origin)
    assert answer.headers["X-Request-Id"] == "my-request-1"
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    assert not {"*", "null"} & set(answer.headers.get("access-control-allow-origin", "").split())


@pytest.mark.parametrize("origin", [None, SPA, "https://evil.example"])
@pytest.mark.parametrize("path", ["/api/errors", "/docs", "/.well-known/jwks.json"])
async def test_a_kept_answer_serves_one_origin_only(http: httpx.AsyncClient, path: str, origin: str | None) -> None:
    """Else a browser gives the page what it kept of a request without an origin, and CORS forbids to read it."""
    answer = await http.get(path, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 200
    assert [word for word in words(answer, "vary") if word.lower() == "origin"] == ["Origin"]
