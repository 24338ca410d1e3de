"""How often one client may ask, what it is told, and that a flood reaches nothing."""

import re
from typing import Any

import httpx
import pytest

from app.core.config import Settings
from tests.conftest import REAL_LIMITS
from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code
from tests.support.world import PASSWORD, World
from tests.support.writes import Writes

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SPA = "http://127.0.0.1:8000"
FREE = "/api/errors"
WRONG = "an entirely wrong password"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The real limits, but for that of failed log-ins, which has tests of its own."""
    return settings.model_copy(update=REAL_LIMITS | {"failed_logins_per_quarter_hour": 1_000_000})


async def ask(world: World, client: str, path: str = FREE, method: str = "GET", **options: Any) -> httpx.Response:
    """A request that the tunnel carries for this client."""
    headers = {"CF-Connecting-IP": client, **options.pop("headers", {})}
    return await world.http.request(method, path, headers=headers, **options)


async def log_in(world: World, client: str, email: str = EMAIL, password: str = WRONG) -> httpx.Response:
    return await ask(world, client, "/api/auth/login", "POST", json={"email": email, "password": password})


def state(answer: httpx.Response) -> tuple[str, str]:
    return answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]


@on_sqlite
async def test_the_general_limit_is_a_hundred_a_minute_for_each_client(world: World) -> None:
    answers = [await ask(world, "203.0.113.9") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert state(answers[0]) == ('"default";q=100;w=60', '"default";r=99;t=1')
    assert state(answers[99]) == ('"default";q=100;w=60', '"default";r=0;t=60')
    assert "Retry-After" not in answers[99].headers
    assert (await ask(world, "203.0.113.10")).status_code == 200


@on_sqlite
async def test_sending_files_is_limited_apart(world: World) -> None:
    answers = [await ask(world, "203.0.113.9", "/files/a/up", "PUT") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [403] * 100 + [429]
    assert state(answers[0]) == ('"files";q=100;w=60', '"files";r=99;t=1')
    assert (await ask(world, "203.0.113.9", "/files/a/up")).status_code == 403
    assert (await ask(world, "203.0.113.9")).status_code == 200


@on_sqlite
async def test_a_refusal_is_a_problem_that_says_how_long_to_wait(world: World) -> None:
    for _ in range(100):
        await ask(world, "203.0.113.9")
    refused = await ask(world, "203.0.113.9", "/api/users/me", headers={"Origin": SPA})
    body = refused.json()
    assert code(refused) == (429, "too_many_requests")
    assert (refused.headers["Retry-After"], body["retry_after"]) == ("1", 1)  # 0.6 s, rounded up
    assert state(refused) == ('"default";q=100;w=60', '"default";r=0;t=60')
    assert (body["retryable"], body["request_id"]) == (True, refused.headers["X-Request-Id"])
    assert body["hint"]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Access-Control-Allow-Origin"] == SPA
    assert {"ratelimit", "ratelimit-policy", "retry-after"} <= set(
        refused.headers["Access-Control-Expose-Headers"].split(", ")
    )


@on_sqlite
async def test_requests_come_back_evenly(world: World) -> None:
    for _ in range(101):
        await ask(world, "203.0.113.9")
    world.clock.advance(milliseconds=599)
    assert (await ask(world, "203.0.113.9")).status_code == 429
    world.clock.advance(milliseconds=1)
    assert [(await ask(world, "203.0.113.9")).status_code for _ in range(2)] == [200, 429]
    world.clock.advance(minutes=1)
    assert state(await ask(world, "203.0.113.9"))[1] == '"default";r=99;t=1'


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", FREE, {}, 200),
        ("HEAD", FREE, {}, 405),
        ("GET", "/api/nowhere", {}, 404),
        ("GET", "/api/users/me", {}, 401),
        ("GET", f"{FREE}?a=1", {}, 422),
        ("POST", "/api/auth/confirm-email", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", "/api/auth/confirm-email", {"content": b"a"}, 415),
        ("POST", "/api/auth/confirm-email", {"content": b"a" * 1_100_000}, 413),
        ("GET", FREE, {"headers": {"Host": "evil.example"}}, 400),
        ("GET", "/api/health/", {}, 404),
    ],
)
async def test_every_answer_of_the_api_tells(
    world: World, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = await ask(world, "203.0.113.9", path, method, **options)
    assert answer.status_code == status
    assert state(answer) == ('"default";q=100;w=60', '"default";r=99;t=1')


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/health", 200),
        ("GET", "/api/ready", 200),
        ("POST", "/api/webhooks/stripe", 400),
        ("GET", "/.well-known/jwks.json", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/sandbox/inbox/messages", 200),
    ],
)
async def test_what_operators_and_providers_ask_is_not_counted(
    world: World, method: str, path: str, status: int
) -> None:
    for _ in range(100):
        await ask(world, "203.0.113.9")
    for _ in range(3):
        answer = await ask(world, "203.0.113.9", path, method)
        assert answer.status_code == status
        assert not {"ratelimit", "ratelimit-policy"} & set(answer.headers)


@on_sqlite
async def test_a_preflight_is_not_counted(world: World) -> None:
    headers = {"Origin": SPA, "Access-Control-Request-Method": "POST"}
    for _ in range(150):
        assert (await ask(world, "203.0.113.9", FREE, "OPTIONS", headers=headers)).status_code == 200
    assert (await ask(world, "203.0.113.9")).status_code == 200


@on_sqlite
async def test_whoever_pretends_to_be_many_is_counted_as_one(world: World) -> None:
    """Not through the tunnel: what it says about addresses is not believed."""
    transport = httpx.ASGITransport(world.app, client=("198.51.100.7", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=str(world.http.base_url)) as http:
        for number in range(101):
            told = f"203.0.113.{number}"
            last = await http.get(FREE, headers={"CF-Connecting-IP": told, "X-Forwarded-For": told, "X-Real-IP": told})
    assert last.status_code == 429


@on_sqlite
async def test_an_ipv6_client_is_its_64(world: World) -> None:
    for number in range(100):
        await ask(world, f"2001:db8:1:2::{number:x}:1")
    assert (await ask(world, "2001:db8:1:2:ffff::")).status_code == 429
    assert (await ask(world, "2001:db8:1:3::1")).status_code == 200


NEW_BODY = {"email": "new@peerloop.example", "password": PASSWORD, "name": "Nora"}
LOGIN_BODY = {"email": EMAIL, "password": PASSWORD}


@on_sqlite
@pytest.mark.parametrize(
    ("path", "options", "status", "policy", "limit", "wait"),
    [
        ("/api/auth/login", {"json": {"email": EMAIL, "password": WRONG}}, 401, '"login";q=10;w=60', 10, "6"),
        ("/api/auth/login", {"json": {"email": EMAIL}}, 422, '"login";q=10;w=60', 10, "6"),
        ("/api/auth/login", {"content": b"{"}, 415, '"login";q=10;w=60', 10, "6"),
        ("/api/auth/login?a=1", {"json": LOGIN_BODY}, 422, '"login";q=10;w=60', 10, "6"),
        ("/api/auth/token", {"data": {"username": EMAIL, "password": WRONG}}, 401, '"login";q=10;w=60', 10, "6"),
        ("/api/auth/signup", {"json": LOGIN_BODY | {"name": "Sam"}}, 202, '"signup";q=5;w=60', 5, "12"),
        ("/api/auth/signup", {"json": {}}, 422, '"signup";q=5;w=60', 5, "12"),
        ("/api/auth/resend-verification", {"json": {"email": EMAIL}}, 202, '"mail";q=3;w=3600', 3, "1200"),
    ],
)
async def test_a_route_has_its_limit_whatever_it_answers(
    world: World, path: str, options: dict[str, Any], status: int, policy: str, limit: int, wait: str
) -> None:
    answers = [await ask(world, "203.0.113.9", path, "POST", **options) for _ in range(limit + 1)]
    assert [answer.status_code for answer in answers] == [status] * limit + [429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"default";q=100;w=60, {policy}'}
    left = [re.findall(r";r=(\d+)", answer.headers["RateLimit"])[1] for answer in answers]
    assert left == [str(max(0, limit - 1 - number)) for number in range(limit + 1)]
    assert answers[-1].headers["Retry-After"] == wait
    assert (await ask(world, "203.0.113.10", path, "POST", **options)).status_code == status


@on_sqlite
async def test_all_ways_to_log_in_count_together(world: World) -> None:
    for number in range(10):
        await log_in(world, "203.0.113.9", f"nobody{number}@peerloop.example")
    form = {"username": EMAIL, "password": PASSWORD}
    assert (await ask(world, "203.0.113.9", "/api/auth/token", "POST", data=form)).status_code == 429
    assert (await ask(world, "203.0.113.9", "/api/auth/signup", "POST", json={})).status_code == 422


async def test_a_flood_of_requests_writes_nothing(world: World) -> None:
    await accounts.sign_up(world)
    await world.settle()
    for _ in range(100):
        await ask(world, "203.0.113.9")
    writes = Writes(world.db)
    for number in range(300):
        path = (FREE, "/api/auth/login", "/api/auth/signup")[number % 3]
        answer = await ask(world, "203.0.113.9", path, "GET" if path == FREE else "POST", json=LOGIN_BODY)
        assert answer.status_code == 429
    assert writes.statements == []
    world.clock.advance(minutes=1)
    assert (await ask(world, "203.0.113.9", "/api/auth/signup", "POST", json=NEW_BODY)).status_code == 202
    assert writes.statements  # they would have been seen


@on_sqlite
async def test_the_document_lists_the_limits(world: World, openapi_document: dict[str, Any]) -> None:
    headers = openapi_document["components"]["headers"]
    refusal = openapi_document["components"]["responses"]["too_many_requests"]
    assert set(refusal["headers"]) == set(headers) == {"RateLimit", "RateLimit-Policy", "Retry-After"}
    for path, item in openapi_document["paths"].items():
        is_free = path in {"/api/health", "/api/ready"} or not path.startswith("/api/") or "/webhooks/" in path
        for operation in item.values():
            assert ("429" in operation["responses"]) != is_free, path
            assert ("x-rate-limits" in operation) != is_free, path
            done = next(answer for status, answer in operation["responses"].items() if status < "400")
            assert ("RateLimit" in done.get("headers", {})) != is_free, path
    login = openapi_document["paths"]["/api/auth/login"]["post"]
    assert login["x-rate-limits"] == ["default", "login"]
    assert login["responses"]["429"] == {"$ref": "#/components/responses/too_many_requests"}


@on_sqlite
async def test_every_limit_that_is_documented_is_enforced(world: World, openapi_document: dict[str, Any]) -> None:
    """And none that is not: whatever a request is answered, its headers name the limits of the document."""
    for number, (path, item) in enumerate(openapi_document["paths"].items()):
        for method, operation in item.items():
            client = f"2001:db8:{number:x}:1::1"
            answer = await ask(world, client, re.sub(r"\{\w+\}", "x", path), method.upper(), content=b"")
            named = re.findall(r'"([a-z]+)";q=', answer.headers.get("RateLimit-Policy", ""))
            assert named == operation.get("x-rate-limits", []), path


async def test_pictures_of_foreign_pages_do_not_use_up_log_ins(world: World) -> None:
    """Any page can send a browser to a GET."""
    for path in ("/api/auth/google", "/api/auth/github", "/api/auth/google/callback", "/api/auth/github/callback"):
        answer = await ask(world, "203.0.113.9", path, "GET")
        assert "oauth" in answer.headers["RateLimit-Policy"]
        assert "login" not in answer.headers["RateLimit-Policy"]
