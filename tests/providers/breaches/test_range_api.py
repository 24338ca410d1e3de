"""The range API's adapter: little leaves, and a directory that is away keeps nobody out."""

import hashlib

import httpx
import pytest

from app.providers.breaches.range_api import RangeApi
from app.sandbox.breaches import BREACHED, create_breaches_twin


async def test_it_finds_what_the_twin_holds() -> None:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(create_breaches_twin()))
    directory = RangeApi("http://twin", http)
    assert [await directory.holds(password) for password in BREACHED] == [True] * len(BREACHED)
    assert not await directory.holds(f"{BREACHED[0]}!")
    assert (await http.get("http://twin/range/xyz")).status_code == 400


async def test_five_digits_leave_and_padding_is_asked_for() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text=f"{digest[5:]}:0\r\n")

    digest = hashlib.sha1(b"a long password", usedforsecurity=False).hexdigest().upper()
    directory = RangeApi("http://directory.test", httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    assert not await directory.holds("a long password")  # a count of nought is padding
    (request,) = seen
    assert str(request.url) == f"http://directory.test/range/{digest[:5]}"
    assert request.headers["Add-Padding"] == "true"
    assert request.content == b""


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.ConnectError("away"), httpx.ReadTimeout("slow")])
async def test_a_directory_that_is_away_knows_nothing(answer: httpx.Response | Exception) -> None:
    def respond(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    directory = RangeApi("http://directory.test", httpx.AsyncClient(transport=httpx.MockTransport(respond)))
    assert not await directory.holds(BREACHED[0])
