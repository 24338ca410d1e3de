"""Both adapters against their twins, and against providers that fail."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.identity.github import GITHUB, GitHubIdentity
from app.providers.identity.google import GOOGLE, GoogleIdentity
from app.providers.identity.grant import Registration
from app.providers.identity.port import ExternalPerson, IdentityProvider
from app.providers.kv.memory import MemoryKeyValueStore
from app.sandbox.books import Books
from app.sandbox.identity import Registered, create_identity_twin
from app.sandbox.identity.codes import s256
from tests.sandbox.doubles import MovableClock

BASE = "http://twin/sandbox/identity"
VERIFIER, NONCE = "v" * 43, "n" * 43
BACK = "https://api.peerloop.example/api/auth/x/callback"
SAM = {"email": "sam@peerloop.example", "name": "Sam Sample", "number": "7", "is_verified": "yes"}
NAMES = ("google", "github")

Answer = Callable[[httpx.Request], httpx.Response]


def answers(status: int = 200, **body: Any) -> Answer:
    """The same answer to everything; `json` or `content`."""
    return lambda _: httpx.Response(status, **body)


class Line:
    """The way to the providers: to the twins, unless a test answers itself."""

    def __init__(self) -> None:
        self.clock, self.books = MovableClock(), Books(None)
        client = Registered("id", "secret", BACK)
        twin = create_identity_twin(self.books, self.clock, google=client, github=client, base_url=BASE)
        self._twin = httpx.ASGITransport(Starlette(routes=[Mount("/sandbox/identity", twin)]))
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._send))
        self.kv = MemoryKeyValueStore(self.clock)
        self.instead: dict[str, Answer] = {}
        self.seen: list[str] = []

    async def _send(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.url.path.rpartition("/")[2])
        for ending, answer in self.instead.items():
            if request.url.path.endswith(ending):
                return answer(request)
        return await self._twin.handle_async_request(request)

    def adapter(self, name: str, client_id: str = "id") -> IdentityProvider:
        ours = Registration(client_id, "secret", BACK)
        if name == "google":
            return GoogleIdentity(ours, f"{BASE}/google", self.http, self.kv, self.clock)
        return GitHubIdentity(ours, f"{BASE}/github", self.http)

    async def code(self, name: str, **person: str) -> str:
        """What the provider gives somebody who agrees."""
        address = self.adapter(name).authorization_url(state="s", nonce=NONCE, code_challenge=s256(VERIFIER))
        asked = dict(parse_qsl(urlsplit(address).query))
        answer = await self.http.post(address.partition("?")[0], data=asked | SAM | person)
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]

    async def identify(self, name: str, code: str, **changes: str) -> ExternalPerson:
        proof = {"code": code, "code_verifier": VERIFIER, "nonce": NONCE} | changes
        return await self.adapter(name).identify(**proof)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.books.close()


@pytest.mark.parametrize("name", NAMES)
async def test_a_code_stands_for_a_person(line: Line, name: str) -> None:
    person = await line.identify(name, await line.code(name))
    assert person == ExternalPerson("7", "sam@peerloop.example", is_email_verified=True, name="Sam Sample")
    person = await line.identify(name, await line.code(name, is_verified="no", email="x@y.example"))
    assert (person.subject, person.email, person.is_email_verified) == ("7", "x@y.example", False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_code_needs_its_verifier_and_works_once(line: Line, name: str) -> None:
    for changes in ({"code_verifier": "w" * 43}, {"code_verifier": ""}, {"code": "unknown"}):
        with pytest.raises(ProviderRejected):
            await line.identify(name, **{"code": await line.code(name)} | changes)
    code = await line.code(name)
    await line.identify(name, code)
    with pytest.raises(ProviderRejected):
        await line.identify(name, code)
    old = await line.code(name)
    line.clock.move(timedelta(minutes=1))
    with pytest.raises(ProviderRejected):
        await line.identify(name, old)


@pytest.mark.parametrize("name", NAMES)
async def test_a_wrong_registration_of_ours_is_ours_to_repair(line: Line, name: str) -> None:
    adapter = line.adapter(name, client_id="wrong")
    with pytest.raises(ProviderUnavailable):
        await adapter.identify(code=await line.code(name), code_verifier=VERIFIER, nonce=NONCE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_ill_provider_is_asked_again_later(line: Line, name: str, status: int) -> None:
    places = ("/token", "/jwks") if name == "google" else ("/access_token", "/user", "/emails")
    for place in places:
        code = await line.code(name)
        line.instead = {place: answers(status)}
        with pytest.raises(ProviderUnavailable):
            await line.identify(name, code)
        line.instead = {}


def _breaks(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


@pytest.mark.parametrize(
    ("name", "place"), [("google", "/token"), ("google", "/jwks"), ("github", "/access_token"), ("github", "/user")]
)
async def test_silence_is_absence(line: Line, name: str, place: str) -> None:
    code = await line.code(name)
    line.instead = {place: _breaks}
    with pytest.raises(ProviderUnavailable):
        await line.identify(name, code)


SCRAP: list[Any] = [[], "text", None, 1, {}, {"id_token": 1}, {"id_token": None}, {"access_token": []}, {"error": "x"}]


@pytest.mark.parametrize("name", NAMES)
async def test_a_token_answer_of_another_shape_is_refused(line: Line, name: str) -> None:
    bodies = [json.dumps(each).encode() for each in SCRAP] + [b"", b"<html>", b"\xff", b"[" * 5000]
    for body in bodies:
        line.instead = {"token": answers(content=body)}
        with pytest.raises(ProviderRejected):
            await line.identify(name, "c")
    line.instead = {"token": answers(302, headers={"Location": "https://evil.test"}, json={})}
    with pytest.raises(ProviderRejected):
        await line.identify(name, "c")


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("/user", {"id": "7", "login": []}),
        ("/user", {"login": "sam"}),
        ("/user", {"id": 0, "login": "sam"}),
        ("/user", []),
        ("/emails", {}),
        ("/emails", [{"email": "a@b.example"}]),
    ],
)
async def test_a_github_person_of_another_shape_is_refused(line: Line, place: str, body: object) -> None:
    code = await line.code("github")
    line.instead = {place: answers(json=body)}
    with pytest.raises(ProviderRejected):
        await line.identify("github", code)


async def test_only_the_primary_address_of_github_counts(line: Line) -> None:
    """Another verified one, which the person may have added to look like somebody, does not."""
    other = {"email": "victim@peerloop.example", "primary": False, "verified": True}
    for emails, wanted in (
        ([other, {"email": "a@b.example", "primary": True, "verified": False}], ("a@b.example", False)),
        ([other], (None, False)),
        ([], (None, False)),
    ):
        code = await line.code("github")
        line.instead = {"/emails": answers(json=emails)}
        person = await line.identify("github", code)
        assert (person.email, person.is_email_verified) == wanted
        line.instead = {}


async def test_keys_are_kept_for_an_hour_and_an_unknown_one_is_asked_for_once(line: Line) -> None:
    async def asked(**person: str) -> int:
        line.seen.clear()
        try:
            await line.identify("google", await line.code("google", **person))
        except ProviderRejected:
            return -line.seen.count("jwks")
        return line.seen.count("jwks")

    assert [await asked(), await asked()] == [1, 0]
    await line.http.post(f"{BASE}/google/rotate-key")
    assert [await asked(), await asked()] == [1, 0]
    assert await asked(fault="unknown key") == -1
    line.clock.move(timedelta(hours=1))
    assert [await asked(), await asked()] == [1, 0]


async def test_keys_of_other_kinds_are_passed_over(line: Line) -> None:
    own = (await line.http.get(f"{BASE}/google/jwks")).json()["keys"][0]
    others = [
        {"kty": "EC", "kid": own["kid"], "crv": "P-256", "x": "a", "y": "b"},
        {"kty": "oct", "kid": own["kid"], "k": "secret"},
        own | {"use": "enc"},
        own | {"alg": "RS512"},
        own | {"n": own["n"][:170]},
        "text",
        None,
    ]
    line.instead = {"/jwks": answers(json={"keys": others})}
    with pytest.raises(ProviderRejected):
        await line.identify("google", await line.code("google"))
    line.instead = {"/jwks": answers(json={"keys": [*others, own]})}
    assert (await line.identify("google", await line.code("google"))).subject == "7"
    scraps: list[object] = [{"keys": {}}, {}, {"keys": "x"}]
    for scrap in scraps:
        line.kv = MemoryKeyValueStore(line.clock)
        line.instead = {"/jwks": answers(json=scrap)}
        with pytest.raises(ProviderUnavailable):
            await line.identify("google", await line.code("google"))


@pytest.mark.parametrize(
    "fault", ["wrong nonce", "wrong audience", "other issuer", "expired", "unsigned", "unknown key"]
)
async def test_a_faulty_id_token_is_refused(line: Line, fault: str) -> None:
    with pytest.raises(ProviderRejected):
        await line.identify("google", await line.code("google", fault=fault))


async def test_the_nonce_of_another_way_is_refused(line: Line) -> None:
    with pytest.raises(ProviderRejected):
        await line.identify("google", await line.code("google"), nonce="m" * 43)


async def test_the_real_addresses_are_the_documented_ones() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        raise httpx.ConnectError("not in tests")

    seen: list[str] = []
    clock, http = MovableClock(), httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    ours = Registration("id", "secret", BACK)
    google: IdentityProvider = GoogleIdentity(ours, GOOGLE, http, MemoryKeyValueStore(clock), clock)
    github: IdentityProvider = GitHubIdentity(ours, GITHUB, http)
    asked = {"state": "s", "nonce": NONCE, "code_challenge": s256(VERIFIER)}
    assert google.authorization_url(**asked).startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert github.authorization_url(**asked).startswith("https://github.com/login/oauth/authorize?")
    assert (google.issuer, github.issuer) == ("https://accounts.google.com", "https://github.com/login/oauth")
    for provider in (google, github):
        with pytest.raises(ProviderUnavailable):
            await provider.identify(code="c", code_verifier=VERIFIER, nonce=NONCE)
    assert seen == ["https://oauth2.googleapis.com/token", "https://github.com/login/oauth/access_token"]
