"""Linking an account elsewhere to one's own, and taking it off: never the last way in, never somebody else's."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from app.db.session import WriteSession
from app.domains.users.events import SecurityChanged
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.oauth.browser import (
    PROVIDERS,
    Browser,
    auth_sessions,
    identities,
    is_logged_in,
    logged_in,
    outcome,
)
from tests.support.world import BASE_URL, World

GOOGLE = f"{BASE_URL}/sandbox/identity/google"


@pytest.fixture
def told(world: World) -> list[str]:
    """The changes that the owners of accounts hear of."""
    heard: list[str] = []

    def hear(_session: WriteSession, event: SecurityChanged) -> None:
        heard.append(f"{event.user_id} {event.change}")

    world.db._events.subscribe(SecurityChanged, hear)
    return heard


async def unlink(world: World, browser: Browser, provider: str = "google") -> tuple[int, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Cookie": cookies, "Origin": BASE_URL}
    answer = await world.http.delete(f"/api/auth/identities/{provider}", headers=headers)
    return (answer.status_code, "") if answer.is_success else code(answer)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_linked_account_logs_its_owner_in(world: World, told: list[str], provider: str) -> None:
    browser, lea = await logged_in(world)
    assert outcome(await browser.link(provider, email=lea.email, number="5")) == "/settings"
    listed = (await browser.get("/api/auth/identities")).json()["items"]
    assert [each["provider"] for each in listed] == [provider]
    assert told == [f"{lea.user_id} identity_linked"]

    other = Browser(world)
    assert outcome(await other.sign_in(provider, email="whatever@peerloop.example", number="5")) == "/"
    assert (await other.me()).json()["id"] == lea.user_id


async def test_the_address_there_need_not_be_verified_nor_the_same(world: World) -> None:
    browser, _ = await logged_in(world)
    assert outcome(await browser.link(email="other@peerloop.example", is_verified="no", number="5")) == "/settings"


async def test_linking_twice_is_linking_once(world: World, told: list[str]) -> None:
    browser, _ = await logged_in(world)
    for _ in range(2):
        assert outcome(await browser.link(number="5")) == "/settings"
    assert len(told) == len(await world.db.read(identities)) == 1


async def test_an_account_that_is_somebody_else_s_is_not_linked(world: World, told: list[str]) -> None:
    owner, first = await logged_in(world)
    await owner.link(number="5")
    browser, _ = await logged_in(world, "Eve Example")
    answer = await browser.link(number="5")
    assert answer.headers["location"].endswith("/settings?error=identity_taken")
    assert await world.db.read(identities) == {(GOOGLE, "5"): first.user_id}
    assert len(told) == 1


async def test_there_is_one_account_of_each_provider(world: World) -> None:
    browser, _ = await logged_in(world)
    await browser.link(number="5")
    assert outcome(await browser.link(number="6")) == "already_linked"
    assert outcome(await browser.link("github", number="6")) == "/settings"
    assert len((await browser.get("/api/auth/identities")).json()["items"]) == 2


async def test_linking_asks_for_a_recent_proof_and_a_confirmed_address(world: World) -> None:
    browser, _ = await logged_in(world, "Nia Newcomer", is_verified=False)
    path, body = "/api/auth/identities/google/link", {"return_to": "/settings"}
    assert code(await browser.post(path, body)) == (403, "email_not_verified")
    verified, lea = await logged_in(world)
    world.clock.advance(minutes=14, seconds=59)
    assert (await verified.post(path, body)).status_code == 200
    world.clock.advance(seconds=2)
    fresh = world.app.state.access_tokens.issue(
        user_id=lea.user_id, auth_session_id=await _session_of(world, lea.user_id), now=world.clock.now()
    )
    headers = {"Authorization": f"Bearer {fresh}"}
    assert code(await world.http.post(path, json=body, headers=headers)) == (401, "step_up_needed")
    answer = await world.http.delete("/api/auth/identities/google", headers=headers)
    assert code(answer) == (401, "step_up_needed")


async def _session_of(world: World, user_id: str) -> str:
    return next(each.id for each in await world.db.read(auth_sessions) if each.user_id == user_id)


async def test_a_foreign_page_cannot_begin_to_link(world: World) -> None:
    browser, _ = await logged_in(world)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Cookie": cookies, "Origin": "https://evil.test"}
    for method, path in (("POST", "google/link"), ("DELETE", "google")):
        answer = await world.http.request(
            method,
            f"/api/auth/identities/{path}",
            json={"return_to": "/"} if method == "POST" else None,
            headers=headers,
        )
        assert code(answer) == (403, "foreign_origin")


async def test_a_link_that_another_browser_began_does_nothing(world: World) -> None:
    """The attacker hands a victim the way that would link the victim's Google account to the attacker's."""
    attacker, _ = await logged_in(world, "Eve Example")
    address = await attacker.begin_link()
    victim, _ = await logged_in(world)
    assert outcome(await victim.get(await victim.choose(address, number="5"))) == "state_invalid"
    assert await world.db.read(identities) == {}


async def test_who_was_logged_out_meanwhile_leaves_no_way_in(world: World, told: list[str]) -> None:
    browser, lea = await logged_in(world)
    address = await browser.choose(await browser.begin_link(), number="5")
    assert (await lea.post("/api/auth/logout")).status_code == 204
    assert outcome(await browser.get(address)) == "not_logged_in"
    browser, sam = await logged_in(world, "Sam Sample")
    address = await browser.choose(await browser.begin_link(), number="5")
    await world.write(accounts.change_user, sam.email, suspended_at=world.clock.now())
    assert outcome(await browser.get(address)) == "not_logged_in"
    assert (await world.db.read(identities), told) == ({}, [])


async def test_linking_logs_nobody_in(world: World) -> None:
    browser, _ = await logged_in(world)
    before = dict(browser.cookies)
    await browser.link(number="5")
    assert {name: browser.cookies[name] for name in before} == before


async def test_what_is_linked_can_be_taken_off(world: World, told: list[str]) -> None:
    browser, lea = await logged_in(world)
    await browser.link(number="5")
    assert await unlink(world, browser) == (204, "")
    assert told[1:] == [f"{lea.user_id} identity_unlinked"]
    assert (await browser.get("/api/auth/identities")).json() == {"items": []}
    other = Browser(world)
    assert outcome(await other.sign_in(email=lea.email, number="5")) == "account_exists"
    assert not is_logged_in(other)
    assert await unlink(world, browser) == (404, "identity_not_linked")


async def test_the_only_way_in_stays(world: World) -> None:
    browser = Browser(world)
    await browser.sign_in()
    assert await unlink(world, browser) == (409, "only_way_in")
    assert await unlink(world, browser, "github") == (404, "identity_not_linked")
    await browser.link("github", number="6")
    assert await unlink(world, browser) == (204, "")
    assert await unlink(world, browser, "github") == (409, "only_way_in")


async def test_of_two_ways_in_one_stays_when_both_are_taken_off_at_once(world: World) -> None:
    browser = Browser(world)
    await browser.sign_in()
    await browser.link("github", number="6")
    answers = await asyncio.gather(*(unlink(world, browser, provider) for provider in PROVIDERS))
    assert sorted(answers) == [(204, ""), (409, "only_way_in")]
    assert len(await world.db.read(identities)) == 1


@pytest.mark.parametrize("provider", ["facebook", "0"])
async def test_an_unknown_provider_is_404_or_malformed(world: World, provider: str) -> None:
    browser, _ = await logged_in(world)
    assert (await unlink(world, browser, provider))[0] in {404, 422}
    answer = await browser.post(f"/api/auth/identities/{provider}/link", {"return_to": "/"})
    assert answer.status_code in {404, 422}


async def test_of_twenty_callbacks_with_one_state_one_counts(world: World) -> None:
    browser = Browser(world)
    address = await browser.choose(await browser.leave())
    cookies = dict(browser.cookies)
    answers = await asyncio.gather(*(Browser(world, dict(cookies)).get(address) for _ in range(20)))
    assert Counter(map(outcome, answers)) == {"/": 1, "state_invalid": 19}
    assert len(await world.db.read(accounts.users)) == len(await world.db.read(identities)) == 1


async def test_ten_tabs_of_a_newcomer_are_one_member(world: World) -> None:
    """Different states, one person who was never here: in all tabs at once."""
    browsers = [Browser(world) for _ in range(10)]
    addresses = [await each.choose(await each.leave(), number="5") for each in browsers]
    answers = await asyncio.gather(*(each.get(at) for each, at in zip(browsers, addresses, strict=True)))
    assert Counter(map(outcome, answers)) == {"/": 10}
    assert len(await world.db.read(accounts.users)) == len(await world.db.read(identities)) == 1


async def test_ten_tabs_of_the_owner_of_an_unproven_account_are_one_member(world: World) -> None:
    await accounts.sign_up(world)
    browsers = [Browser(world) for _ in range(10)]
    addresses = [await each.choose(await each.leave(), number="5") for each in browsers]
    answers = await asyncio.gather(*(each.get(at) for each, at in zip(browsers, addresses, strict=True)))
    assert Counter(map(outcome, answers)) == {"/": 10}
    assert [each.is_email_verified for each in await world.db.read(accounts.users)] == [True]


async def test_a_mailed_link_and_google_at_once_are_one_proof(world: World) -> None:
    """Whichever is first; the other one is told so, and the account is never left half of each."""
    await accounts.sign_up(world)
    link = await accounts.mailed_token(world)
    browser = Browser(world)
    address = await browser.choose(await browser.leave(), number="5")
    came, verified = await asyncio.gather(browser.get(address), accounts.verify(world, link))
    assert (outcome(came), verified.status_code) in {("/", 400), ("account_exists", 204)}
    has_password = (await world.db.read(accounts.user)).password_hash is not None
    assert has_password == (verified.status_code == 204) == (await world.db.read(identities) == {})


async def test_two_people_who_link_one_account_at_once_do_not_both_get_it(world: World) -> None:
    browsers = [(await logged_in(world, f"Member {letter}"))[0] for letter in "abcd"]
    addresses = [await each.choose(await each.begin_link(), number="5") for each in browsers]
    answers = await asyncio.gather(*(each.get(at) for each, at in zip(browsers, addresses, strict=True)))
    assert Counter(map(outcome, answers)) == {"/settings": 1, "identity_taken": 3}
    assert len(await world.db.read(identities)) == 1


async def test_one_person_who_links_two_accounts_of_a_provider_at_once_gets_one(world: World) -> None:
    browser, _ = await logged_in(world)
    addresses = [await browser.choose(await browser.begin_link(), number=str(number)) for number in (5, 6, 7)]
    answers = await asyncio.gather(*(browser.get(address) for address in addresses))
    assert Counter(map(outcome, answers)) == {"/settings": 1, "already_linked": 2}


async def test_an_identity_is_linked_or_signed_in_first_but_not_both(world: World) -> None:
    """The same new Google account, linked in one browser while it signs in, with an address of its own, in another."""
    linker, lea = await logged_in(world)
    link = await linker.choose(await linker.begin_link(), number="5", email="own@peerloop.example")
    other = Browser(world)
    enter = await other.choose(await other.leave(), number="5", email="own@peerloop.example")
    outcomes = [outcome(each) for each in await asyncio.gather(linker.get(link), other.get(enter))]
    assert outcomes in (["/settings", "/"], ["identity_taken", "/"], ["/settings", "try_again"])
    (owner,) = (await world.db.read(identities)).values()
    assert (owner == lea.user_id) == (outcomes[0] == "/settings")


async def test_the_link_of_a_way_ends_with_it(world: World) -> None:
    browser, _ = await logged_in(world)
    address = await browser.begin_link()
    world.clock.advance(seconds=timedelta(minutes=10).total_seconds())
    assert outcome(await browser.get(await browser.choose(address, number="5"))) == "state_invalid"
