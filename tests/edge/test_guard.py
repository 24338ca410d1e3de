"""The guard: sizes, deadlines, hosts, and heads that no honest client sends."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import Message, Receive, Scope, Send

from app.edge.guard import MAX_BODY_BYTES, MAX_HEADER_BYTES, Guard, RequestIds, SecurityHeaders
from app.edge.problems import MEDIA_TYPE, install_error_handlers

JSON = {"Content-Type": "application/json"}
PATIENCE_S = 20


async def chunks(total: int) -> AsyncIterator[bytes]:
    yield b'{"name": "'
    for _ in range(total // 65_536):
        yield b"a" * 65_536
    yield b'"}'


def padded(size: int) -> bytes:
    return b'{"name": "a"' + b" " * (size - 13) + b"}"


async def test_the_largest_body_is_taken(http: httpx.AsyncClient) -> None:
    answer = await http.post("/probe/order", content=padded(MAX_BODY_BYTES), headers=JSON)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/probe/order", "/probe/any", "/api/auth/login", "/nowhere"])
async def test_a_larger_body_is_413_at_once(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(path, content=padded(MAX_BODY_BYTES + 1), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/probe/order", "/probe/any", "/api/auth/login"])
async def test_a_streamed_body_is_413_when_it_grows_too_large(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(path, content=chunks(MAX_BODY_BYTES * 2), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "1e3", "+5", "0x10", "²", "1,1", " ", ""])
async def test_a_length_that_is_no_number_is_400(http: httpx.AsyncClient, length: str) -> None:
    headers = JSON | {"Content-Length": length}
    request = http.build_request(
        "POST", "/probe/order", headers={key.encode(): value.encode() for key, value in headers.items()}
    )
    assert (await http.send(request)).status_code == 400


async def test_a_huge_length_is_413(http: httpx.AsyncClient) -> None:
    answer = await http.post("/probe/order", headers=JSON | {"Content-Length": "9" * 5000})
    assert answer.status_code == 413


@pytest.mark.parametrize("headers", [{"X-Lamp": "a" * MAX_HEADER_BYTES}, {f"X-{n}": "a" * 100 for n in range(400)}])
async def test_headers_that_are_too_large_are_431(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.get("/api/health", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (431, "headers_too_large")


async def test_an_address_that_is_too_long_is_431(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/health?" + "a" * 17_000)).status_code == 431


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "evil.test@127.0.0.1", "127.0.0.1@evil.test", "", "evil.test:8000"]
)
async def test_another_host_is_400(http: httpx.AsyncClient, host: str) -> None:
    answer = await http.get("/api/health", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:9", "LOCALHOST"])
async def test_our_own_hosts_are_served(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/api/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("repeated", ["Host", "Authorization"])
async def test_a_header_that_decides_may_come_once(http: httpx.AsyncClient, repeated: str) -> None:
    values = [("Host", "127.0.0.1"), (repeated, "127.0.0.1"), (repeated, "localhost")]
    values = values[1:] if repeated == "Host" else values
    assert (await http.get("/api/health", headers=values)).status_code == 400


@pytest.mark.parametrize("path", ["/api/health%00", "/api/%00/health", "/probe/filters?topic=a%00b", "/a%00?b"])
async def test_nul_in_an_address_is_400(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 400


# Deadlines, on a small app of their own that does not wait long.


def guarded(**deadlines: Any) -> RequestIds:
    app = FastAPI(openapi_url=None)
    install_error_handlers(app)

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.post("/parse")
    async def parse(body: dict[str, Any]) -> int:
        return len(body)

    @app.get("/hang")
    async def hang() -> None:
        await asyncio.Event().wait()

    return RequestIds(SecurityHeaders(Guard(app, hosts=frozenset({"here"}), **deadlines)))


async def ask(app: RequestIds, method: str, path: str, body: Iterable[bytes], *, ends: bool) -> tuple[int, Any]:
    """Send a request as a server would; when `ends` is false the rest of the body never arrives."""
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    if ends:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(app(_scope(method, path), receive, send), PATIENCE_S)
    assert (b"content-type", MEDIA_TYPE.encode()) in sent[0]["headers"] or sent[0]["status"] == 200
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


def _scope(method: str, path: str) -> Scope:
    headers = [(b"host", b"here"), (b"content-type", b"application/json")]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "root_path": "",
    }


@pytest.mark.parametrize("path", ["/read", "/parse"])
@pytest.mark.parametrize("body", [[], [b"{"], [b"", b"", b""]])
async def test_a_body_that_does_not_arrive_is_408(path: str, body: list[bytes]) -> None:
    status, problem = await ask(guarded(body_deadline_s=0.02), "POST", path, body, ends=False)
    assert (status, problem["code"], problem["retryable"]) == (408, "request_timed_out", True)


async def test_a_body_in_many_pieces_is_read(http: httpx.AsyncClient) -> None:
    assert await ask(guarded(), "POST", "/read", [b"a"] * 1000, ends=True) == (200, 1000)


async def test_an_operation_that_hangs_is_504() -> None:
    status, problem = await ask(guarded(request_deadline_s=0.02), "GET", "/hang", [], ends=True)
    assert (status, problem["code"], problem["retryable"]) == (504, "deadline_exceeded", True)


Stream = Callable[[Scope, Receive, Send], Awaitable[None]]


@pytest.mark.parametrize("error", [RuntimeError("broken"), None])
async def test_an_answer_that_has_begun_is_cut_off_not_continued_with_a_problem(error: Exception | None) -> None:
    async def begin(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if error:
            raise error
        await asyncio.Event().wait()

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    guard = Guard(begin, hosts=frozenset({"here"}), request_deadline_s=0.02)
    with pytest.raises((RuntimeError, TimeoutError)):
        await guard(_scope("GET", "/"), receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
