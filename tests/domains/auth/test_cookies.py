"""Cookie mode: scripts cannot read the tokens, and foreign pages cannot use them."""

import asyncio
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from app.core.config import Settings
from tests.domains.auth import accounts
from tests.domains.auth.accounts import SPA, code
from tests.support.world import BASE_URL, PASSWORD, Actor, World

ACCESS, REFRESH = "__Host-peerloop_access", "__Host-peerloop_refresh"
FOREIGN = ["https://evil.test", "null", f"{SPA}.evil.test", SPA.replace("https", "http"), f"{SPA}:444", f"{SPA}/", None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_origins": SPA})


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


def cookies_of(answer: httpx.Response) -> dict[str, "Morsel[str]"]:
    parsed: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        parsed.load(header)
    return dict(parsed)


def as_header(answer: httpx.Response) -> dict[str, str]:
    """What a browser would send after this answer. (The client here keeps no Secure cookies, as it speaks http.)"""
    return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies_of(answer).items())}


async def browser(world: World, actor: Actor) -> dict[str, str]:
    return as_header(await accounts.log_in(world, actor.email, mode="cookie"))


def with_origin(headers: dict[str, str], origin: str | None) -> dict[str, str]:
    return headers | ({"Origin": origin} if origin else {})


async def test_the_cookies_are_locked_up(world: World, sam: Actor) -> None:
    answer = await accounts.log_in(world, sam.email, mode="cookie")
    assert (answer.json()["access_token"], answer.json()["refresh_token"]) == (None, None)
    found = cookies_of(answer)
    assert set(found) == {ACCESS, REFRESH}
    for cookie in found.values():
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")  # what `__Host-` demands
        assert cookie.value not in answer.text
    assert (found[ACCESS]["max-age"], found[REFRESH]["max-age"]) == ("900", "604800")


async def test_token_mode_sets_no_cookie(world: World, sam: Actor) -> None:
    assert "set-cookie" not in (await accounts.log_in(world, sam.email)).headers


async def test_a_cookie_reads_from_anywhere_but_only_our_own_pages_see_the_answer(world: World, sam: Actor) -> None:
    headers = await browser(world, sam)
    for origin in (SPA, *FOREIGN):
        answer = await world.http.get("/api/users/me", headers=with_origin(headers, origin))
        assert answer.status_code == 200
        assert answer.headers.get("access-control-allow-origin") == (SPA if origin == SPA else None)


async def test_a_cookie_changes_things_only_from_our_own_pages(world: World, sam: Actor) -> None:
    headers = await browser(world, sam)
    for origin in FOREIGN:
        foreign = with_origin(headers, origin)
        assert code(await world.http.patch("/api/users/me", json={"name": "Eve"}, headers=foreign)) == (
            403,
            "foreign_origin",
        )
        assert code(await world.http.post("/api/auth/logout", headers=foreign)) == (403, "foreign_origin")
        assert code(await world.http.post("/api/auth/refresh", json={}, headers=foreign)) == (403, "foreign_origin")
    assert (await world.db.read(accounts.user, sam.email)).name == "Sam Sample"
    for number, origin in enumerate((SPA, BASE_URL)):
        own = with_origin(headers, origin)
        answer = await world.http.patch("/api/users/me", json={"name": f"Sam {number}"}, headers=own)
        assert answer.json()["name"] == f"Sam {number}"


async def test_a_foreign_page_neither_logs_in_nor_uses_up_attempts(world: World, sam: Actor) -> None:
    body, form = {"email": sam.email, "password": PASSWORD}, {"username": sam.email, "password": PASSWORD}
    challenge, url = {"challenge": "A" * 43, "code": "000000"}, "/api/auth/login"
    for origin, status in (("https://evil.test", 403), ("null", 403), (SPA, 200), (BASE_URL, 200)):
        headers = {"Origin": origin}
        answers = [
            await world.http.post("/api/auth/token", data=form, headers=headers),
            await world.http.post(url, json=body | {"mode": "cookie"}, headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [status] * 2
        second = await world.http.post(f"{url}/second-factor", json=challenge | {"mode": "cookie"}, headers=headers)
        expected = (403, "foreign_origin") if status == 403 else (401, "log_in_challenge_ended")
        assert code(second) == expected
    assert (await world.http.post(url, json=body, headers={"Origin": "https://evil.test"})).status_code == 200


async def test_refreshing_and_logging_out_everywhere_need_no_body(world: World, sam: Actor) -> None:
    headers = await browser(world, sam)
    foreign, own = with_origin(headers, "https://evil.test"), with_origin(headers, SPA)
    for path in ("/api/auth/refresh", "/api/auth/logout-all"):
        assert code(await world.http.post(path, headers=foreign)) == (403, "foreign_origin")
    fresh = await world.http.post("/api/auth/refresh", headers=own)
    assert fresh.status_code == 200
    own = with_origin(as_header(fresh), SPA)
    assert (await world.http.post("/api/auth/logout-all", headers=own)).status_code == 204


async def test_a_bearer_token_needs_no_origin(world: World, sam: Actor) -> None:
    assert (await sam.patch("/api/users/me", {"name": "Sam S"})).status_code == 200


async def test_the_authorization_header_goes_before_the_cookie(world: World, sam: Actor) -> None:
    headers = await browser(world, sam) | {"Authorization": "Bearer wrong"}
    assert (await world.http.get("/api/users/me", headers=headers)).status_code == 401


async def test_the_refresh_cookie_is_exchanged_for_new_cookies(world: World, sam: Actor) -> None:
    headers = with_origin(await browser(world, sam), SPA)
    answer = await world.http.post("/api/auth/refresh", json={}, headers=headers)
    assert (answer.json()["access_token"], answer.json()["refresh_token"]) == (None, None)
    assert set(cookies_of(answer)) == {ACCESS, REFRESH}
    assert (await world.http.get("/api/users/me", headers=as_header(answer))).status_code == 200
    again = await world.http.post("/api/auth/refresh", json={}, headers=headers)
    assert code(again) == (409, "refresh_in_progress")


async def test_two_tabs_that_refresh_at_once_stay_logged_in(world: World, sam: Actor) -> None:
    headers = with_origin(await browser(world, sam), SPA)
    answers = await asyncio.gather(*(world.http.post("/api/auth/refresh", json={}, headers=headers) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await world.http.get("/api/users/me", headers=headers)).status_code == 200


async def test_the_refresh_cookie_alone_logs_out(world: World, sam: Actor) -> None:
    """After 15 idle minutes a browser holds nothing else."""
    cookies = await browser(world, sam)
    alone = {"Cookie": next(part for part in cookies["Cookie"].split("; ") if part.startswith(f"{REFRESH}="))}
    url, foreign = "/api/auth/logout", with_origin(alone, "https://evil.test")
    assert code(await world.http.post(url)) == (401, "not_authenticated")
    assert code(await world.http.post(url, headers=foreign)) == (403, "foreign_origin")
    assert (await world.http.get("/api/users/me", headers=cookies)).status_code == 200
    for _ in range(2):  # a second time there is nothing to end, and the cookies go all the same
        answer = await world.http.post(url, headers=with_origin(alone, SPA))
        assert answer.status_code == 204
        assert set(cookies_of(answer)) == {ACCESS, REFRESH}
    assert (await world.http.get("/api/users/me", headers=cookies)).status_code == 401
    answer = await world.http.post("/api/auth/refresh", headers=with_origin(alone, SPA))
    assert code(answer) == (401, "refresh_token_invalid")


async def test_logging_out_clears_the_cookies(world: World, sam: Actor) -> None:
    headers = with_origin(await browser(world, sam), SPA)
    answer = await world.http.post("/api/auth/logout", headers=headers)
    assert answer.status_code == 204
    cleared = cookies_of(answer)
    assert {(name, cookie.value, cookie["max-age"], cookie["secure"]) for name, cookie in cleared.items()} == {
        (ACCESS, "", "0", True),
        (REFRESH, "", "0", True),
    }
    assert (await world.http.get("/api/users/me", headers=headers)).status_code == 401


async def test_a_form_of_a_foreign_page_does_nothing(world: World, sam: Actor) -> None:
    """A page can send forms and plain text without asking first; neither is read where a body changes something."""
    headers = with_origin(await browser(world, sam), SPA)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        sent = headers | {"Content-Type": kind}
        answer = await world.http.post("/api/auth/refresh", content=b'{"refresh_token": null}', headers=sent)
        assert answer.status_code == 415


@pytest.mark.parametrize("value", ["", "a.b.c", "é", "\x01"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_broken_cookie_is_nobody(world: World, value: str) -> None:
    cookie = {b"Cookie": f"{ACCESS}={value}; {REFRESH}={value}".encode("latin-1"), b"Origin": SPA.encode()}
    assert (await world.http.get("/api/users/me", headers=cookie)).status_code == 401
    json = {b"Content-Type": b"application/json"}
    assert (await world.http.post("/api/auth/refresh", content=b"{}", headers=cookie | json)).status_code == 401
