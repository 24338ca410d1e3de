"""Whose account a proven person gets: issuer and subject decide, the address only the first time."""

from collections.abc import AsyncIterator

import pytest

from app.core.config import Settings
from app.domains.users.types import UserId
from app.main import create_app
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.mfa import factors
from tests.domains.oauth.browser import (
    ACCESS,
    EMAIL,
    PROVIDERS,
    REFRESH,
    Browser,
    add_identity,
    auth_sessions,
    identities,
    is_logged_in,
    outcome,
)
from tests.support.clock import ManualClock
from tests.support.world import PASSWORD, World


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_first_time_makes_a_verified_member_without_a_password(
    world: World, browser: Browser, provider: str
) -> None:
    address = await browser.choose(await browser.leave(provider, return_to="/courses/vibe-coding-101?tab=teachers"))
    answer = await browser.get(address)
    assert outcome(answer) == "/courses/vibe-coding-101?tab=teachers"
    for header in (each for each in answer.headers.get_list("set-cookie") if each.startswith((ACCESS, REFRESH))):
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(header.split("; "))
    me = (await browser.me()).json()
    assert (me["email"], me["name"], me["is_email_verified"], me["roles"]) == (EMAIL, "Sam Sample", True, ["student"])
    assert (await world.db.read(accounts.user)).password_hash is None
    assert [each.method for each in await world.db.read(auth_sessions)] == [provider]
    assert code(await accounts.log_in(world)) == (401, "login_failed")


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_second_time_is_the_same_member_whatever_became_of_the_address(
    world: World, browser: Browser, provider: str
) -> None:
    await browser.sign_in(provider, number="77")
    first = (await browser.me()).json()
    changes = ({"email": "new@peerloop.example"}, {"is_verified": "no"}, {"name": "Samantha"})
    for change in changes:
        again = Browser(world)
        assert outcome(await again.sign_in(provider, number="77", **change)) == "/"
        assert (await again.me()).json() == first
    assert len(await world.db.read(accounts.users)) == 1


async def test_another_subject_with_the_same_address_is_somebody_else(world: World, browser: Browser) -> None:
    await browser.sign_in(number="77")
    stranger = Browser(world)
    assert outcome(await stranger.sign_in(number="78")) == "account_exists"
    assert not is_logged_in(stranger)


async def test_the_same_subject_at_another_issuer_is_somebody_else(world: World, browser: Browser) -> None:
    await browser.sign_in("google", number="77")
    other = Browser(world)
    assert outcome(await other.sign_in("github", number="77", email="other@peerloop.example")) == "/"
    assert (await other.me()).json()["id"] != (await browser.me()).json()["id"]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_address_that_the_provider_did_not_verify_opens_and_makes_nothing(
    world: World, browser: Browser, provider: str
) -> None:
    assert outcome(await browser.sign_in(provider, is_verified="no")) == "email_unverified"
    assert await world.db.read(accounts.users) == []
    await accounts.sign_up(world)
    assert outcome(await browser.sign_in(provider, is_verified="no")) == "email_unverified"
    assert not (await world.db.read(accounts.user)).is_email_verified
    assert await world.db.read(identities) == {}


@pytest.mark.parametrize("email", ["", "no address", "sam@localhost", "sam@peerloop.example, eve@peerloop.example"])
async def test_what_is_no_address_makes_nothing(world: World, browser: Browser, email: str) -> None:
    assert outcome(await browser.sign_in(email=email, member="x", number="5")) == "email_unverified"
    assert await world.db.read(accounts.users) == []


async def test_the_address_is_found_in_any_spelling(world: World, browser: Browser) -> None:
    member = await world.member("Sam Sample")
    assert outcome(await browser.sign_in(email=member.email.upper(), number="5")) == "account_exists"


async def test_a_verified_account_is_not_opened_by_its_address(world: World, browser: Browser) -> None:
    member = await world.member("Sam Sample")
    for provider in PROVIDERS:
        assert outcome(await browser.sign_in(provider, email=member.email)) == "account_exists"
    assert await world.db.read(identities) == {}
    assert not is_logged_in(browser)


async def test_a_stranger_who_registered_the_address_first_keeps_nothing(world: World, browser: Browser) -> None:
    """The stranger has a password, a log-in and a mailed link; the owner comes with Google."""
    await accounts.sign_up(world, password="the stranger's own password", name="Mallory", timezone="Asia/Tokyo")
    link = await accounts.mailed_token(world)
    pair = (await accounts.log_in(world, password="the stranger's own password")).json()
    user_id = (await world.db.read(accounts.user)).id

    assert outcome(await browser.sign_in(name="Sam Owner")) == "/"
    me = (await browser.me()).json()
    assert (me["id"], me["name"], me["timezone"]) == (user_id, "Sam Owner", "UTC")
    assert me["is_email_verified"]
    assert (await world.db.read(accounts.user)).password_hash is None
    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (401, "refresh_token_invalid")
    assert code(await accounts.log_in(world, password="the stranger's own password")) == (401, "login_failed")
    assert code(await accounts.verify(world, link)) == (400, "mail_token_invalid")
    tokens = await world.db.read(accounts.mail_tokens)
    assert tokens
    assert all(each.used_at is not None and each.signup is None for each in tokens)
    assert (await browser.me()).status_code == 200


async def test_an_identity_that_a_stranger_left_on_the_unproven_account_goes_too(
    world: World, browser: Browser
) -> None:
    await accounts.sign_up(world, password=PASSWORD)
    user_id = (await world.db.read(accounts.user)).id
    await world.write(add_identity, "https://issuer.example", "1", UserId(user_id))
    await browser.sign_in(number="9")
    assert list(await world.db.read(identities)) == [("http://127.0.0.1:8000/sandbox/identity/google", "9")]


async def test_the_suspended_stay_out(world: World, browser: Browser) -> None:
    await browser.sign_in()
    await world.write(accounts.change_user, EMAIL, suspended_at=world.clock.now())
    other = Browser(world)
    assert outcome(await other.sign_in()) == "account_suspended"
    assert not is_logged_in(other)


async def test_a_second_factor_is_asked_for_on_the_app_s_page(world: World, browser: Browser) -> None:
    owner = await factors.owner(world, "Ada Admin")
    await Browser(world, {ACCESS: owner.actor.token}).link()
    other = Browser(world)
    page, _, challenge = outcome(await other.sign_in()).partition("#challenge=")
    assert page == "/sign-in?return_to=%2F"
    assert not is_logged_in(other)
    assert code(await owner.answer(challenge, factors.WRONG)) == (401, "second_factor_refused")
    answer = await other.post(
        "/api/auth/login/second-factor", {"challenge": challenge, "code": owner.code(), "mode": "cookie"}
    )
    assert answer.status_code == 200
    assert (await other.me()).json()["id"] == owner.actor.user_id


@pytest.mark.parametrize("name", ["", "x", "\u202eevil", "a" * 101, "..."])
async def test_a_name_that_cannot_be_shown_is_not_taken(world: World, browser: Browser, name: str) -> None:
    await browser.sign_in(name=name, email="nobody@else.example", number="3")
    assert (await browser.me()).json()["name"] == "New member"


async def test_who_cancels_is_back_on_the_sign_in_page(world: World, browser: Browser) -> None:
    answer = await browser.sign_in(decision="cancel")
    assert answer.headers["location"].endswith("/sign-in?error=cancelled")
    assert await world.db.read(accounts.users) == []


async def test_signing_in_again_is_noted(world: World, browser: Browser) -> None:
    await browser.sign_in()
    made_at = world.clock.now()
    world.clock.advance(hours=2)
    await browser.sign_in()
    (found,) = (await browser.get("/api/auth/identities")).json()["items"]
    assert (found["provider"], found["linked_at"]) == ("google", f"{made_at:%FT%TZ}")
    assert found["last_used_at"] == f"{world.clock.now():%FT%TZ}"


@pytest.fixture
async def closed(settings: Settings, clock: ManualClock) -> AsyncIterator[World]:
    """The product while sign-up is by invitation."""
    app = create_app(settings.model_copy(update={"invitation_only": True}), clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, clock) as world:
        yield world
    app.state.twins.books.close()


async def test_while_sign_up_is_closed_newcomers_need_an_invitation(closed: World) -> None:
    admin = await closed.member("Ada Admin", is_admin=True)
    assert outcome(await Browser(closed).sign_in()) == "invitation_needed"
    invited = await admin.post("/api/admin/invitations", {"email": EMAIL, "kind": "member"})
    assert invited.status_code == 201, invited.text
    browser = Browser(closed)
    assert outcome(await browser.sign_in()) == "/"
    assert (await browser.me()).json()["email"] == EMAIL
    assert outcome(await Browser(closed).sign_in()) == "/"  # known by now
