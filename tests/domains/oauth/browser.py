"""A browser that leaves for a provider and comes back, step by step, so that a test can interfere in between."""

import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from sqlalchemy import select

from app.db.session import ReadSession, WriteSession
from app.domains.auth.models import AuthSession
from app.domains.oauth.models import ExternalIdentity
from app.domains.users.types import UserId
from tests.support.world import BASE_URL, World

APP = f"{BASE_URL}/sandbox/app"
COOKIE = "__Host-peerloop_oauth"
ACCESS, REFRESH = "__Host-peerloop_access", "__Host-peerloop_refresh"
EMAIL = "sam.sample@peerloop.example"
PROVIDERS = ("google", "github")


@dataclass
class Browser:
    """It keeps cookies as one would; the client of the tests keeps no Secure ones, as it speaks http."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, address: str) -> httpx.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        return self._keep(await self.world.http.get(address, headers=headers if self.cookies else None))

    async def post(self, path: str, json: Any) -> httpx.Response:
        """From a page of ours."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Origin": BASE_URL}
        return self._keep(await self.world.http.post(path, json=json, headers=headers))

    async def leave(self, provider: str = "google", **query: str) -> str:
        """Press the button; answers where the browser was sent."""
        path = f"/api/auth/{provider}"
        answer = await self.get(str(httpx.URL(path, params=query)))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def choose(self, address: str, **person: str) -> str:
        """Be somebody on the provider's page; answers where that sends the browser."""
        page = await self.get(address)
        assert page.status_code == 200, page.text
        hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
        form = {name: unescape(value) for name, value in hidden}
        chosen = {"email": EMAIL, "name": "Sam Sample", "is_verified": "yes"} | person
        answer = await self.world.http.post(address.partition("?")[0], data=form | chosen)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def sign_in(self, provider: str = "google", **person: str) -> httpx.Response:
        """The whole way; answers what the callback answered."""
        return await self.get(await self.choose(await self.leave(provider), **person))

    async def begin_link(self, provider: str = "google") -> str:
        answer = await self.post(f"/api/auth/identities/{provider}/link", {"return_to": "/settings"})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["authorization_url"])

    async def link(self, provider: str = "google", **person: str) -> httpx.Response:
        return await self.get(await self.choose(await self.begin_link(provider), **person))

    async def me(self) -> httpx.Response:
        return await self.get("/api/users/me")

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        for header in answer.headers.get_list("set-cookie"):
            parsed: SimpleCookie = SimpleCookie()
            parsed.load(header)
            self.cookies |= {name: morsel.value for name, morsel in parsed.items()}
        return answer


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def outcome(answer: httpx.Response) -> str:
    """`error` of a redirect into the app, or the path it leads to."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{APP}/")
    is_in = any(header.startswith(ACCESS) for header in answer.headers.get_list("set-cookie"))
    error = query_of(location).get("error")
    assert not (is_in and error)
    return error or location.removeprefix(APP)


def is_logged_in(browser: Browser) -> bool:
    return ACCESS in browser.cookies


def identities(session: ReadSession) -> dict[tuple[str, str], str]:
    return {(each.issuer, each.subject): each.user_id for each in session.scalars(select(ExternalIdentity))}


def auth_sessions(session: ReadSession) -> list[AuthSession]:
    return list(session.scalars(select(AuthSession)))


def add_identity(session: WriteSession, issuer: str, subject: str, user_id: UserId) -> None:
    row = ExternalIdentity(
        issuer=issuer, subject=subject, user_id=user_id, last_used_at=session.now, created_at=session.now
    )
    session.add(row)


async def logged_in(world: World, name: str = "Lea Linker", *, is_verified: bool = True) -> tuple[Browser, Any]:
    """A member and the browser in which they are logged in."""
    actor = await world.member(name, is_verified=is_verified)
    return Browser(world, {ACCESS: actor.token}), actor
