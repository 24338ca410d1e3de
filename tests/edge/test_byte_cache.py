"""The byte cache alone, around an application that counts how often it is asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from app.core.config import Settings
from app.edge.buckets import Buckets
from app.edge.byte_cache import ByteCache, Changes
from app.edge.limits import LOGIN, Limiter, RateLimits, limited
from app.providers.kv.memory import MemoryKeyValueStore
from tests.support.clock import ManualClock

PUBLIC = {"ETag": '"1"', "Cache-Control": "public, max-age=10", "Cache-Tag": "courses,course-1"}
PATH = "/api/things"


@dataclass
class Origin:
    """Answers with these headers; `meanwhile` happens between reading and answering."""

    headers: dict[str, str] = field(default_factory=lambda: dict(PUBLIC))
    status: int = 200
    body: bytes = b"things"
    asked: int = 0
    meanwhile: Callable[[], None] = lambda: None
    gate: asyncio.Event | None = None
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, _request: Request) -> Response:
        self.asked += 1
        if self.gate is not None:
            self.is_asked.set()
            await self.gate.wait()
        self.meanwhile()
        return Response(self.body, self.status, headers=self.headers)


@dataclass
class Setting:
    origin: Origin
    changes: Changes
    clock: ManualClock
    http: httpx.AsyncClient
    routes: list[str]

    async def ask(self, path: str = PATH, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def is_kept(self, path: str = PATH, **headers: str) -> bool:
        """Whether the second of two equal requests did not reach the origin."""
        await self.ask(path, **headers)
        before = self.origin.asked
        await self.ask(path, **headers)
        return self.origin.asked == before


def make_setting(*, age_s: float = 2, most_bytes: int = 100_000, limit: int = 1_000_000) -> Setting:
    origin, changes, clock, routes = Origin(), Changes(), ManualClock(), list[str]()
    app = FastAPI()

    async def answer(request: Request) -> Response:
        return await origin.answer(request)

    app.get("/api/things", name="things")(answer)
    app.get("/api/limited", openapi_extra=limited(LOGIN))(answer)
    app.get("/other")(answer)
    limiter = Limiter(
        Settings(requests_per_minute=limit), Buckets(clock, local=MemoryKeyValueStore(clock), shared=None)
    )
    cache = ByteCache(
        RateLimits(app, limiter=limiter),
        clock=clock,
        limiter=limiter,
        changes=changes,
        age=timedelta(seconds=age_s),
        most_bytes=most_bytes,
    )

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        await cache(scope, receive, send)
        routes.append(scope["route"].path if "route" in scope else "-")

    http = httpx.AsyncClient(transport=httpx.ASGITransport(noting), base_url="http://api")
    return Setting(origin, changes, clock, http, routes)


@pytest.fixture
def setting() -> Setting:
    return make_setting()


async def test_a_public_answer_is_kept_and_told_apart_by_path_and_query(setting: Setting) -> None:
    answers = [await setting.ask() for _ in range(3)]
    assert {(answer.status_code, answer.content, answer.headers["etag"]) for answer in answers} == {
        (200, b"things", '"1"')
    }
    assert setting.origin.asked == 1
    assert setting.routes == [PATH] * 3  # the access log names the route of kept answers too
    await setting.ask(f"{PATH}?page=2")
    assert setting.origin.asked == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (PUBLIC | {"Cache-Control": "private, no-store"}, 200),
        (PUBLIC | {"Cache-Control": "no-store"}, 200),
        ({name: value for name, value in PUBLIC.items() if name != "Cache-Tag"}, 200),
        ({name: value for name, value in PUBLIC.items() if name != "ETag"}, 200),
        (PUBLIC | {"Set-Cookie": "a=b"}, 200),
        (PUBLIC | {"Vary": "Accept-Language"}, 200),
        (PUBLIC | {"Vary": "*"}, 200),
        (PUBLIC, 404),
        (PUBLIC, 500),
        (PUBLIC, 203),
    ],
)
async def test_what_does_not_say_so_is_not_kept(setting: Setting, headers: dict[str, str], status: int) -> None:
    setting.origin.headers, setting.origin.status = headers, status
    assert not await setting.is_kept()
    assert (await setting.ask()).status_code == status


async def test_each_request_is_counted_once_and_the_one_too_many_refused() -> None:
    setting = make_setting(limit=3)
    answers = [await setting.ask() for _ in range(4)]
    told = [(answer.status_code, answer.headers["ratelimit"].partition(";t")[0]) for answer in answers]
    assert told == [(200, '"default";r=2'), (200, '"default";r=1'), (200, '"default";r=0'), (429, '"default";r=0')]
    assert len({len(answer.headers.get_list("ratelimit-policy")) for answer in answers}) == 1
    assert setting.origin.asked == 1


async def test_pages_of_different_origins_and_hosts_get_different_answers(setting: Setting) -> None:
    setting.origin.headers["Vary"] = "Origin"
    await setting.ask()
    for name in ("Origin", "Host"):
        before = setting.origin.asked
        assert await setting.is_kept(**{name: "elsewhere"})
        assert setting.origin.asked == before + 1


@pytest.mark.parametrize(
    "headers",
    [[("Host", "api"), ("Host", "api")], [("Host", "api"), ("Content-Length", "0")], [("X-Long", "a" * 32_768)]],
)
async def test_what_the_guard_would_refuse_is_left_to_it(setting: Setting, headers: list[tuple[str, str]]) -> None:
    await setting.ask()
    await setting.http.get(PATH, headers=headers)
    assert setting.origin.asked == 2


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Range"])
async def test_who_shows_who_they_are_gets_an_answer_of_their_own(setting: Setting, name: str) -> None:
    await setting.ask()
    setting.origin.body = b"mine"
    assert (await setting.ask(**{name: "x"})).content == b"mine"
    assert not await setting.is_kept(**{name: "x"})
    assert (await setting.ask()).content == b"things"


async def test_an_answer_that_varies_by_caller_is_kept_for_visitors(setting: Setting) -> None:
    setting.origin.headers["Vary"] = "Authorization, Cookie"
    assert await setting.is_kept()
    assert not await setting.is_kept(Authorization="Bearer x")


async def test_only_gets_of_the_api_are_kept(setting: Setting) -> None:
    assert not await setting.is_kept("/other")
    await setting.ask()
    before = setting.origin.asked
    assert (await setting.http.post(PATH)).status_code == 405
    assert (await setting.http.head(PATH)).status_code == 405
    assert setting.origin.asked == before


async def test_a_route_with_a_limit_of_its_own_is_always_asked(setting: Setting) -> None:
    assert not await setting.is_kept("/api/limited")


async def test_a_change_drops_what_shows_it_and_nothing_else(setting: Setting) -> None:
    await setting.ask()
    setting.changes.note(["course-2"])
    assert await setting.is_kept()
    before = setting.origin.asked
    setting.changes.note(["course-1", "course-2"])
    await setting.ask()
    assert setting.origin.asked == before + 1


async def test_an_answer_that_was_overtaken_by_a_change_is_not_kept(setting: Setting) -> None:
    setting.origin.meanwhile = lambda: setting.changes.note(["courses"])
    assert (await setting.ask()).content == b"things"
    setting.origin.meanwhile = lambda: None
    assert not setting.changes.since(setting.changes.count, ["courses"])
    await setting.ask()
    assert setting.origin.asked == 2


async def test_an_answer_ages_from_before_it_was_read(setting: Setting) -> None:
    setting.origin.meanwhile = lambda: setting.clock.advance(seconds=1.5)
    await setting.ask()
    setting.clock.advance(seconds=0.5)
    assert (await setting.ask()).content == b"things"
    assert setting.origin.asked == 1
    setting.clock.advance(seconds=0.1)
    await setting.ask()
    assert setting.origin.asked == 2


async def test_a_clock_that_is_put_back_keeps_nothing_alive(setting: Setting) -> None:
    await setting.ask()
    setting.clock.advance(hours=-1)
    await setting.ask()
    assert setting.origin.asked == 2


async def test_who_has_it_is_told_so_from_the_first_time_on(setting: Setting) -> None:
    for given, status in (('"1"', 304), ('W/"1"', 304), ('"2", "1"', 304), ("*", 304), ('"2"', 200)):
        answer = await setting.ask(**{"If-None-Match": given})
        assert (answer.status_code, answer.content) == (status, b"" if status == 304 else b"things"), given
        assert (answer.headers["etag"], answer.headers["cache-tag"]) == ('"1"', "courses,course-1")
        assert ("content-length" in answer.headers) == (status == 200)
    assert setting.origin.asked == 1


@pytest.mark.parametrize(("is_overtaken", "asked"), [(False, 2), (True, 3)])
async def test_what_ends_is_asked_for_once_however_many_want_it(
    setting: Setting, is_overtaken: bool, asked: int
) -> None:
    """Unless a change made that one answer untrue: those who came after the change are not given it."""
    await setting.ask()
    setting.clock.advance(seconds=3)
    setting.origin.gate = asyncio.Event()
    waiting = [asyncio.create_task(setting.ask()) for _ in range(6)]
    await setting.origin.is_asked.wait()
    if is_overtaken:
        setting.changes.note(["courses"])
    setting.origin.gate.set()
    answers = await asyncio.gather(*waiting)
    assert [answer.content for answer in answers] == [b"things"] * 6
    assert setting.origin.asked == asked


async def test_memory_is_bounded_and_what_nobody_asks_for_goes_first() -> None:
    setting = make_setting(most_bytes=10_000)
    setting.origin.body = b"x" * 2_500
    for page in ("1", "2", "1", "3"):  # two of them fit
        await setting.ask(f"{PATH}?page={page}")
    assert setting.origin.asked == 3
    await setting.ask(f"{PATH}?page=1")
    assert setting.origin.asked == 3
    await setting.ask(f"{PATH}?page=2")
    assert setting.origin.asked == 4


@pytest.mark.parametrize("part", ["query", "Origin", "Host"])
async def test_what_whoever_asks_makes_long_counts_as_memory_too(part: str) -> None:
    setting = make_setting(most_bytes=10_000)
    for number in "121":  # one of them fits
        text = f"api:{number:0>5000}"
        if part == "query":
            await setting.ask(f"{PATH}?q={text}")
        else:
            await setting.ask(**{part: text})
    assert setting.origin.asked == 3


async def test_a_huge_answer_is_sent_and_not_kept() -> None:
    setting = make_setting(most_bytes=10_000_000)
    setting.origin.body = b"x" * 300_000
    assert len((await setting.ask()).content) == 300_000
    assert not await setting.is_kept()


async def test_without_an_age_nothing_is_kept() -> None:
    assert not await make_setting(age_s=0).is_kept()


def test_many_changes_are_forgotten_together_and_then_count_for_everything() -> None:
    changes = Changes()
    changes.note(["a"])
    count = changes.count
    assert not changes.since(count, ["a", "b"])
    for number in range(10_001):
        changes.note([f"course-{number}"])
    assert changes.since(count, ["b"])
    assert not changes.since(changes.count, ["a", "b"])
