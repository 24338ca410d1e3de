"""Cloudflare's cache behind the port: the adapter against the twin, both held to the published description."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.routing import Mount, Router

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.edge.cloudflare import CloudflareEdge
from app.providers.edge.port import MOST_AT_ONCE, EdgeCache
from app.sandbox.books import Books
from app.sandbox.cloudflare import PURGES, create_cloudflare_twin
from tests.sandbox.doubles import MovableClock, Watch

URL, ZONE, TOKEN = "http://twin/cloudflare", "023e105f4ecef8ad9ca31a8372d0c353", "token_1"
TAGS = [f"course-{number}" for number in range(MOST_AT_ONCE + 1)]


class Twin:
    """The adapter, and the zone behind it."""

    def __init__(self, token: str = TOKEN, zone: str = ZONE) -> None:
        self.books, self.clock = Books(None), MovableClock()
        zone_twin = create_cloudflare_twin(self.books, self.clock, zone_id=ZONE, token=TOKEN)
        transport = httpx.ASGITransport(Router([Mount("/cloudflare", zone_twin)]))
        self.watch = Watch("cloudflare", URL)
        self.http = httpx.AsyncClient(transport=transport, event_hooks=self.watch.hooks)
        self.tools = httpx.AsyncClient(transport=transport, base_url=URL)
        self.edge: EdgeCache = CloudflareEdge(zone, token, self.http, url=URL)

    def purged(self) -> list[list[str]]:
        return [record["tags"] for record in self.books.all(PURGES)]

    async def close(self) -> None:
        await self.http.aclose()
        await self.tools.aclose()
        self.books.close()


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    made = Twin()
    yield made
    await made.close()


async def test_up_to_a_hundred_tags_go_in_one_call(twin: Twin) -> None:
    await twin.edge.purge(["courses"])
    await twin.edge.purge(TAGS[:MOST_AT_ONCE])
    assert twin.purged() == [["courses"], TAGS[:MOST_AT_ONCE]]
    assert twin.watch.seen == ["/zones/{zone_id}/purge_cache"] * 2
    assert (await twin.tools.get("/purges")).json()[0] == {
        "tags": ["courses"],
        "prefixes": [],
        "at": "2026-11-22T10:00:00+00:00",
    }


async def test_what_is_below_an_address_is_named_without_its_scheme(twin: Twin) -> None:
    await twin.edge.purge_below(["https://files.example/files/public/avatars/1", "http://localhost:8000/x"])
    (told,) = twin.books.all(PURGES)
    assert (told["tags"], told["prefixes"]) == ([], ["files.example/files/public/avatars/1", "localhost:8000/x"])
    with pytest.raises(ValueError, match="1 to 100 prefixes"):
        await twin.edge.purge_below([])


@pytest.mark.parametrize("tags", [[], TAGS])
async def test_what_it_would_not_take_is_not_sent(twin: Twin, tags: list[str]) -> None:
    with pytest.raises(ValueError, match="1 to 100 tags"):
        await twin.edge.purge(tags)
    assert twin.watch.seen == []


async def test_a_wrong_token_is_ours_to_repair_and_a_wrong_zone_is_not() -> None:
    for given, kind in (({"token": "other"}, ProviderUnavailable), ({"zone": "../zones"}, ProviderRejected)):
        wrong = Twin(**given)
        with pytest.raises(kind) as caught:
            await wrong.edge.purge(["secret"])
        assert "secret" not in str(caught.value)
        assert wrong.purged() == []
        await wrong.close()


async def test_the_free_plan_is_25_calls_and_one_more_each_12_seconds(twin: Twin) -> None:
    for _ in range(25):
        await twin.edge.purge(["a"])
    with pytest.raises(ProviderUnavailable) as caught:
        await twin.edge.purge(["a"])
    assert caught.value.retry_after.total_seconds() == 12
    twin.clock.move(caught.value.retry_after)
    await twin.edge.purge(["a"])
    with pytest.raises(ProviderUnavailable):
        await twin.edge.purge(["a"])


async def test_a_failure_that_was_ordered_comes_as_often_as_ordered(twin: Twin) -> None:
    await twin.tools.post("/faults", json={"status": 503, "times": 2, "is_done": True})
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await twin.edge.purge(["a"])
    await twin.edge.purge(["a"])
    assert twin.purged() == [["a"]] * 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"tags": []},
        {"tags": TAGS},
        {"tags": [1]},
        {"tags": "a"},
        {"tags": ["a"], "hosts": ["b"]},
        {"purge_everything": False},
        {"tags": ["a"], "more": 1},
        {"prefixes": ["https://files.example/a"]},
        {"prefixes": TAGS},
    ],
)
async def test_the_twin_takes_only_what_the_description_allows(twin: Twin, body: object) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = await twin.tools.post(f"/zones/{ZONE}/purge_cache", json=body, headers=headers)
    assert (answer.status_code, answer.json()["success"], answer.json()["errors"][0]["code"]) == (400, False, 1012)
    broken = await twin.tools.post(f"/zones/{ZONE}/purge_cache", content=b"{", headers=headers)
    assert broken.status_code == 400
    assert twin.purged() == []


def _envelope(*, success: bool) -> str:
    return json.dumps({"success": success, "errors": [], "messages": [], "result": None})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(429), ProviderUnavailable),
        (httpx.Response(502, text="<html>"), ProviderUnavailable),
        (httpx.Response(200, text="OK"), ProviderUnavailable),
        (httpx.Response(200, text=_envelope(success=False)), ProviderRejected),
        (httpx.Response(302, headers={"location": "https://evil.example"}), ProviderRejected),
        (httpx.Response(404), ProviderRejected),
        (httpx.ReadTimeout("slow"), ProviderUnavailable),
    ],
)
async def test_whose_fault_a_failure_is(answer: httpx.Response | Exception, kind: type[Exception]) -> None:
    def respond(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http:
        with pytest.raises(kind):
            await CloudflareEdge(ZONE, TOKEN, http).purge(["a"])
