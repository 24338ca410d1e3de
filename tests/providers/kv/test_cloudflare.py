"""Workers KV's adapter against the published description: what it sends and what it accepts is held to it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import jsonschema
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.kv.cloudflare import MOST_PAIRS, CloudflareReadModels
from app.providers.kv.port import ReadModelStore

SPEC = json.loads((Path(__file__).parent / "specs" / "cloudflare-kv.json").read_text(encoding="utf-8"))
URL = SPEC["servers"][0]["url"]
ACCOUNT, NAMESPACE, TOKEN = "023e105f4ecef8ad9ca31a8372d0c353", "0f2ac74b498b48028cb68387c421e279", "token_1"


def check(value: object, schema: Mapping[str, Any]) -> None:
    """The keyword `nullable` of OpenAPI 3.0 is the one that JSON Schema lacks."""
    whole = _with_null({**schema, "components": SPEC["components"]})
    jsonschema.Draft4Validator(whole).validate(value)


def _with_null(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _with_null(value) for name, value in schema.items()}
    return {**inner, "type": [inner["type"], "null"]} if schema.get("nullable") is True else inner


class StandIn:
    """Keeps values as Workers KV does, and refuses whatever its description does not allow."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.lives: dict[str, str | None] = {}
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = scope["raw_path"].decode().removeprefix("/client/v4")
        template, names = _match(path)
        operation = SPEC["paths"][template][request.method.lower()]
        self.asked.append((request.method, path))
        _check_parameters(operation, names, dict(parse_qsl(request.url.query)))
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        body = await request.body()
        _check_body(operation, request.headers.get("content-type"), body)
        answer = self._answer(request, names, body)
        _check_answer(operation, answer)
        await answer(scope, receive, send)

    def _answer(self, request: Request, names: Mapping[str, str], body: bytes) -> Response:
        if "key_name" not in names:
            for pair in json.loads(body):
                self.values[pair["key"]] = pair["value"].encode()
                self.lives[pair["key"]] = str(pair["expiration_ttl"]) if "expiration_ttl" in pair else None
            return _envelope(200)
        key = names["key_name"]
        if request.method == "PUT":
            self.values[key], self.lives[key] = body, request.query_params.get("expiration_ttl")
        if request.method == "GET":
            found = self.values.get(key)
            return _envelope(404, 10009) if found is None else Response(found, media_type="application/octet-stream")
        if request.method == "DELETE":
            self.values.pop(key, None)
        return _envelope(200)


def _match(path: str) -> tuple[str, dict[str, str]]:
    for template in SPEC["paths"]:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
        if found:
            return template, {name: unquote(text) for name, text in found.groupdict().items()}
    raise AssertionError(f"no operation has the path {path}")


def _check_parameters(operation: Mapping[str, Any], names: Mapping[str, str], query: Mapping[str, str]) -> None:
    known = {(item["in"], item["name"]): item["schema"] for item in operation["parameters"]}
    for name, text in names.items():
        check(text, known["path", name])
    for name, text in query.items():
        check(json.loads(text), known["query", name])


def _check_body(operation: Mapping[str, Any], media_type: str | None, body: bytes) -> None:
    if "requestBody" not in operation:
        assert body == b""
        return
    content = operation["requestBody"]["content"]
    assert media_type in content
    if media_type == "application/json":
        check(json.loads(body), content[media_type]["schema"])
        for pair in json.loads(body):
            assert {"key", "value"} <= pair.keys()


def _check_answer(operation: Mapping[str, Any], answer: Response) -> None:
    described = operation["responses"]["200" if answer.status_code == 200 else "4XX"]["content"]
    media_type = answer.headers["content-type"]
    if media_type == "application/json":
        check(json.loads(bytes(answer.body)), described[media_type]["schema"])
    assert media_type in described


def _envelope(status: int, code: int | None = None) -> Response:
    errors = [] if code is None else [{"code": code, "message": "get: 'secret key' not found"}]
    body = {"success": code is None, "errors": errors, "messages": [], "result": None}
    return Response(json.dumps(body), status, media_type="application/json")


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
async def store(stand_in: StandIn) -> AsyncIterator[ReadModelStore]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stand_in)) as http:
        yield CloudflareReadModels(ACCOUNT, NAMESPACE, TOKEN, http, url=URL)


KEYS = [
    "course:1",
    "a/b",
    "..%2F..",
    "a?b=c#d",
    "100%",
    "%41",
    "+",
    "a&b",
    "\\",
    "~",
    "...",
    "a" * 512,
    "[]{}|^`\"'<>;,@=$!*()",
]


@pytest.mark.parametrize("key", KEYS)
async def test_a_key_is_one_percent_encoded_step(store: ReadModelStore, stand_in: StandIn, key: str) -> None:
    assert await store.get(key) is None
    await store.put(key, "one")
    assert stand_in.values == {key: b"one"}
    assert await store.get(key) == "one"
    await store.delete(key)
    assert stand_in.values == {}


@pytest.mark.parametrize(
    "value", ["", "ü€😀\x00\r\n", '{"success": false, "errors": [{"code": 10009}]}', "a" * 100_000]
)
async def test_a_value_comes_back_as_it_went(store: ReadModelStore, value: str) -> None:
    await store.put("a", value)
    assert await store.get("a") == value
    await store.put_all({"b": value})
    assert await store.get("b") == value


async def test_lives_are_whole_seconds_and_a_minute_at_least(store: ReadModelStore, stand_in: StandIn) -> None:
    await store.put("minute", "one", life=timedelta(seconds=60.9))
    await store.put_all({"hour": "one"}, life=timedelta(hours=1))
    await store.put_all({"endless": "one"})
    assert stand_in.lives == {"minute": "60", "hour": "3600", "endless": None}
    for call in (store.put("a", "one", life=timedelta(seconds=59)), store.put_all({"a": "1"}, life=timedelta(0))):
        with pytest.raises(ValueError, match="a minute at least"):
            await call


async def test_many_go_in_one_call(store: ReadModelStore, stand_in: StandIn) -> None:
    await store.put_all({f"course:{number}": str(number) for number in range(MOST_PAIRS)})
    assert len(stand_in.values) == MOST_PAIRS
    assert len(stand_in.asked) == 1
    for values in ({}, {str(number): "" for number in range(MOST_PAIRS + 1)}):
        with pytest.raises(ValueError, match="pairs go into one call"):
            await store.put_all(values)


@pytest.mark.parametrize("key", ["", ".", "..", "a b", "ü", "a" * 513, "a\n"])
async def test_a_key_that_it_would_not_take_is_not_sent(store: ReadModelStore, stand_in: StandIn, key: str) -> None:
    for call in (store.get(key), store.put(key, "one"), store.delete(key), store.put_all({key: "one"})):
        with pytest.raises(ValueError, match="a key is"):
            await call
    assert stand_in.asked == []


async def test_a_value_that_is_too_long_is_not_sent(store: ReadModelStore, stand_in: StandIn) -> None:
    with pytest.raises(ValueError, match="25 MiB"):
        await store.put("a", "a" * (25 * 1024 * 1024 + 1))
    assert stand_in.asked == []


def test_it_cannot_be_taken_for_a_key_value_store() -> None:
    assert not {"add", "take", "hit", "peek", "forget"} & set(dir(CloudflareReadModels))


def _answering(answer: httpx.Response | Exception) -> CloudflareReadModels:
    def respond(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return CloudflareReadModels(ACCOUNT, NAMESPACE, TOKEN, http)


def _failure(status: int, code: int, **headers: str) -> httpx.Response:
    body = {"success": False, "errors": [{"code": code, "message": "'secret key'"}], "messages": [], "result": None}
    return httpx.Response(status, json=body, headers=headers)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_failure(429, 10058), ProviderUnavailable),
        (_failure(500, 10001), ProviderUnavailable),
        (httpx.Response(502, text="<html>secret key</html>"), ProviderUnavailable),
        (httpx.Response(524), ProviderUnavailable),
        (_failure(401, 10000), ProviderUnavailable),  # our token: ours to repair
        (_failure(403, 10000), ProviderUnavailable),
        (httpx.ConnectError("secret key"), ProviderUnavailable),
        (httpx.ReadTimeout("secret key"), ProviderUnavailable),
        (_failure(400, 10028), ProviderRejected),
        (_failure(404, 10013), ProviderRejected),  # the namespace, not the key
        (_failure(413, 10012), ProviderRejected),
        (httpx.Response(404, text="not found"), ProviderRejected),
        (httpx.Response(302, headers={"location": "https://evil.example"}), ProviderRejected),
    ],
)
async def test_whose_fault_a_failure_is(answer: httpx.Response | Exception, kind: type[Exception]) -> None:
    store = _answering(answer)
    for call in (store.get("a"), store.put("a", "one"), store.put_all({"a": "one"}), store.delete("a")):
        with pytest.raises(kind) as caught:
            await call
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("30", {"retry_after": 30}),
        ("7200", {"retry_after": 3600}),
        ("9" * 30, {}),
        ("soon", {}),
        ("-1", {}),
        ("0", {}),
        ("", {}),
    ],
)
async def test_it_hands_on_when_to_come_back(given: str, kept: dict[str, int]) -> None:
    answer = _failure(429, 10058)
    answer.headers["retry-after"] = given
    with pytest.raises(ProviderUnavailable) as caught:
        await _answering(answer).put("a", "one")
    assert caught.value.context == kept


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"success": False, "errors": [{"code": 10028}], "messages": [], "result": None}, ProviderRejected),
        ({"success": True, "errors": [], "messages": [], "result": {"unsuccessful_keys": ["a"]}}, ProviderUnavailable),
        ({"ok": True}, ProviderUnavailable),
        ("OK", ProviderUnavailable),
    ],
)
async def test_a_success_is_what_the_envelope_calls_so(body: object, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await _answering(httpx.Response(200, json=body)).put_all({"a": "one"})


async def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(ProviderRejected):
        await _answering(httpx.Response(200, content=b"\xff\xfe")).get("a")
