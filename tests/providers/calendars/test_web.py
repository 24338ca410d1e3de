"""Where calendars are read from, and from where they never are."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_address

import httpx
import pytest

from app.providers.calendars.port import CalendarUnread, Copy, Known, Unread
from app.providers.calendars.web import MOST_BYTES, WebCalendars, is_public

URL = "https://calendar.example.com/secret/basic.ics"
TWIN = "http://127.0.0.1:8000/sandbox/calendars/"
Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


def _body(content: bytes, **headers: str) -> httpx.Response:
    """As it comes over a wire: to be read piece by piece, once."""
    return httpx.Response(200, stream=httpx.ByteStream(content), headers=headers)


async def _calendar(_request: httpx.Request) -> httpx.Response:
    return _body(b"BEGIN:VCALENDAR", ETag='"1"')


class Web:
    """An internet in which every name has the addresses given, and that remembers who was connected to."""

    def __init__(self, answer: httpx.Response | Answer | None = None, **names: list[list[str]]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer or _calendar
        self._names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.source = WebCalendars(
            httpx.AsyncClient(transport=httpx.MockTransport(self._serve)),
            twin=TWIN,
            look_up=self._look_up,
            transport=lambda: httpx.MockTransport(self._serve),
        )

    async def _look_up(self, host: str) -> list[str]:
        answers = self._names.get(host, [["93.184.215.14"]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer if isinstance(self._answer, httpx.Response) else await self._answer(request)

    async def read(self, url: str = URL, known: Known | None = None) -> Copy | None:
        return await self.source.read(url, known or Known())

    async def refusal(self, url: str = URL) -> Unread:
        with pytest.raises(CalendarUnread) as refused:
            await self.read(url)
        return refused.value.reason


async def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    web = Web()
    assert await web.read() == Copy(b"BEGIN:VCALENDAR", Known('"1"'))
    [request] = web.asked
    assert (request.url.host, request.url.path, request.headers["host"]) == (
        "93.184.215.14",
        "/secret/basic.ics",
        "calendar.example.com",
    )
    assert request.extensions["sni_hostname"] == "calendar.example.com", "the certificate is the name's"


async def test_what_is_known_is_not_sent_again() -> None:
    web = Web(httpx.Response(304))
    assert await web.read(known=Known('"1"', "Tue, 01 Dec 2026 09:00:00 GMT")) is None
    headers = web.asked[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"1"', "Tue, 01 Dec 2026 09:00:00 GMT")


@pytest.mark.parametrize(
    "url",
    [
        "http://calendar.example.com/a.ics",
        "ftp://calendar.example.com/a.ics",
        "file:/calendar.ics",
        "//calendar.example.com/a.ics",
        "calendar.example.com/a.ics",
        "https://user:secret@calendar.example.com/a.ics",
        "https://calendar.example.com:8443/a.ics",
        "https://calendar.example.com:99999/a.ics",
        "https:///a.ics",
        "https://localhost/a.ics",
        "https://intranet/a.ics",
        "https://printer.local/a.ics",
        "https://api.internal./a.ics",
        "https://127.0.0.1/a.ics",
        "https://127.1/a.ics",
        "https://2130706433/a.ics",
        "https://0x7f.0.0.1/a.ics",
        "https://0177.0.0.1/a.ics",
        "https://10.1.2.3/a.ics",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.ics",
        "https://[::ffff:127.0.0.1]/a.ics",
        "https://[fe80::1]/a.ics",
        "https://[fd00::1]/a.ics",
        "https://[64:ff9b::7f00:1]/a.ics",
        "https://[2002:7f00:1::]/a.ics",
        "https://[::1/a.ics",
        "https://calendar.example.com/a.ics\r\nHost: inside",
        "https://calen\tdar.example.com/a.ics",
        "https://calendar.example.com\\@127.0.0.1/a.ics",
        "http://127.0.0.1:8000/sandbox/inbox/messages",
        "http://127.0.0.1:8000/sandbox/calendars/../inbox/messages",
    ],
)
async def test_addresses_that_are_never_read(url: str) -> None:
    web = Web()
    with pytest.raises(CalendarUnread) as refused:
        web.source.accept(url)
    assert refused.value.reason is Unread.ADDRESS
    assert await web.refusal(url) is Unread.ADDRESS
    assert web.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        [["127.0.0.1"]],
        [["93.184.215.14", "10.0.0.1"]],
        [["fe80::1%eth0"]],
        [["100.64.0.1"]],
        [["0.0.0.0"]],  # noqa: S104 - it is refused
        [["224.0.0.1"]],
        [[]],
    ],
)
async def test_names_that_lead_inside(answers: list[list[str]]) -> None:
    web = Web(calendar_example_com=answers)
    assert await web.refusal() is Unread.ADDRESS
    assert web.asked == []


async def test_a_name_that_answers_otherwise_the_second_time() -> None:
    web = Web(calendar_example_com=[["93.184.215.14"], ["127.0.0.1"]])
    await web.read()
    assert [request.url.host for request in web.asked] == ["93.184.215.14"]
    assert await web.refusal() is Unread.ADDRESS


@pytest.mark.parametrize(
    "to", ["https://127.0.0.1/a.ics", "http://calendar.example.com/a.ics", "https://inside.example.com/a.ics"]
)
async def test_redirects_are_held_to_the_same_rules(to: str) -> None:
    web = Web(httpx.Response(302, headers={"Location": to}), inside_example_com=[["192.168.1.1"]])
    assert await web.refusal() is Unread.ADDRESS
    assert len(web.asked) == 1


async def test_redirects_are_followed_but_not_for_ever() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/moved.ics":
            return _body(b"found")
        return httpx.Response(301, headers={"Location": "/moved.ics"})

    web = Web(answer)
    assert await web.read() == Copy(b"found", Known())
    assert await Web(httpx.Response(302, headers={"Location": URL})).refusal() is Unread.REFUSED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), Unread.REFUSED),
        (httpx.Response(401), Unread.REFUSED),
        (httpx.Response(204), Unread.REFUSED),
        (httpx.Response(503), Unread.UNREACHABLE),
        (httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"x")), Unread.NOT_A_CALENDAR),
    ],
)  # fmt: skip
async def test_what_servers_say(answer: httpx.Response, reason: Unread) -> None:
    assert await Web(answer).refusal() is reason


async def test_how_long_a_server_wants_to_be_left_alone() -> None:
    with pytest.raises(CalendarUnread) as refused:
        await Web(httpx.Response(429, headers={"Retry-After": "600"})).read()
    assert refused.value.pause == timedelta(minutes=10)


async def test_a_body_without_an_end_is_left_at_two_mebibytes() -> None:
    sent = 0

    async def for_ever() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield b"x" * 65_536

    async def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=for_ever())

    assert await Web(answer).refusal() is Unread.TOO_LARGE
    assert sent <= MOST_BYTES + 2 * 65_536


async def test_a_server_that_cannot_be_reached_or_hangs() -> None:
    async def broken(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async def hanging(_request: httpx.Request) -> httpx.Response:
        raise TimeoutError

    assert await Web(broken).refusal() is Unread.UNREACHABLE
    assert await Web(hanging).refusal() is Unread.TOO_SLOW
    await asyncio.sleep(0)


def test_webcal_is_https_and_what_follows_a_number_sign_is_not_kept() -> None:
    assert (
        Web().source.accept("webcal://calendar.example.com/a.ics?key=1#part")
        == "https://calendar.example.com/a.ics?key=1"
    )


async def test_the_twin_is_read_where_it_is_and_nothing_beside_it() -> None:
    web = Web()
    await web.read(f"{TWIN}tara.ics")
    assert str(web.asked[0].url) == f"{TWIN}tara.ics"
    production = WebCalendars(httpx.AsyncClient())
    with pytest.raises(CalendarUnread):
        production.accept(f"{TWIN}tara.ics")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))
