"""Sign-up behind a captcha, by invitation only, and without passwords that were breached elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from app.core.config import Settings
from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.invitations.models import Invitation
from app.domains.users.types import UserId
from app.main import create_app
from app.sandbox.breaches import BREACHED
from app.sandbox.turnstile import ALWAYS_FAILS, ALWAYS_PASSES, ALWAYS_SPENT
from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code, comparable
from tests.support.clock import ManualClock
from tests.support.world import World

MakeWorld = Callable[..., AbstractAsyncContextManager[World]]
SITE = {"turnstile_secret": "0x4AAAAAAAsecret", "turnstile_site_key": "0x4AAAAAAAkey"}


@pytest.fixture
def world_with(settings: Settings, clock: ManualClock) -> MakeWorld:
    """A world with other settings."""

    @asynccontextmanager
    async def make(**values: Any) -> AsyncIterator[World]:
        given = settings.model_dump() | values
        app = create_app(Settings(**given), clock=clock, in_process=True)
        async with app.router.lifespan_context(app), World.of(app, clock) as world:
            yield world
        app.state.twins.books.close()

    return make


async def token(world: World, **order: str) -> str:
    """What the widget in a browser would give."""
    answer = await world.http.post("/sandbox/turnstile/tokens", json=order)
    text: str = answer.json()["token"]
    return text


async def options(world: World) -> dict[str, Any]:
    found: dict[str, Any] = (await world.http.get("/api/auth/options")).json()
    return found


async def test_without_settings_nothing_more_is_asked(world: World) -> None:
    assert await options(world) == {
        "sign_up": "open",
        "turnstile_site_key": None,
        "providers": ["google", "github"],
    }
    assert (await accounts.sign_up(world, turnstile_token="of no use")).status_code == 202


# The captcha.


async def test_a_fresh_token_lets_one_sign_up_once(world_with: MakeWorld) -> None:
    async with world_with(**SITE) as world:
        assert (await options(world))["turnstile_site_key"] == "0x4AAAAAAAkey"
        assert code(await accounts.sign_up(world)) == (422, "captcha_needed")
        fresh = await token(world)
        assert (await accounts.sign_up(world, turnstile_token=fresh)).status_code == 202
        assert code(await accounts.sign_up(world, turnstile_token=fresh)) == (403, "captcha_failed")


async def test_many_sign_ups_with_one_token_make_one(world_with: MakeWorld) -> None:
    async with world_with(**SITE) as world:
        fresh = await token(world)
        emails = [f"sam{number}@peerloop.example" for number in range(8)]
        answers = await asyncio.gather(*(accounts.sign_up(world, email, turnstile_token=fresh) for email in emails))
        assert sorted(answer.status_code for answer in answers) == [202] + [403] * 7


async def test_a_token_that_is_old_foreign_or_made_up_is_refused(world_with: MakeWorld, clock: ManualClock) -> None:
    async with world_with(**SITE) as world:
        old = await token(world)
        clock.advance(seconds=301)
        elsewhere, other = await token(world, hostname="evil.test"), await token(world, action="comment")
        for text in (old, elsewhere, other, "made up"):
            assert code(await accounts.sign_up(world, turnstile_token=text)) == (403, "captcha_failed")
        assert await world.db.read(accounts.users) == []


@pytest.mark.parametrize(("secret", "status"), [(ALWAYS_PASSES, 202), (ALWAYS_FAILS, 403), (ALWAYS_SPENT, 403)])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_cloudflare_s_test_secrets(world_with: MakeWorld, secret: str, status: int) -> None:
    async with world_with(turnstile_secret=secret) as world:
        assert (await accounts.sign_up(world, turnstile_token="XXXX.DUMMY.TOKEN.XXXX")).status_code == status


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_while_the_captcha_is_away_nobody_signs_up(world_with: MakeWorld) -> None:
    async with world_with(**SITE) as world:
        world.app.state.http._transport = httpx.MockTransport(lambda _request: httpx.Response(500))
        assert code(await accounts.sign_up(world, turnstile_token="any")) == (503, "provider_unavailable")
        assert await world.db.read(accounts.users) == []


# Invitations.


async def test_while_sign_up_is_closed_an_invitation_opens_it_once(world_with: MakeWorld) -> None:
    async with world_with(invitation_only=True) as world:
        assert (await options(world))["sign_up"] == "invitation"
        admin = await world.member("Ada Admin", is_admin=True)
        invitation_id = await world.write(_invite, admin.user_id, EMAIL)
        text = world.app.state.mail_tokens.text(invitation_id, "invitation")
        refused = [
            await accounts.sign_up(world),
            await accounts.sign_up(world, invitation_token=text[:-1]),
            await accounts.sign_up(world, invitation_token=world.app.state.mail_tokens.text(invitation_id, "other")),
            await accounts.sign_up(world, "ada@peerloop.example", invitation_token=text),
            await accounts.sign_up(world, admin.email, invitation_token=text),
        ]
        assert code(refused[0]) == (403, "invitation_needed")
        assert all(comparable(answer) == comparable(refused[0]) for answer in refused)
        assert (await accounts.sign_up(world, invitation_token=text)).status_code == 202
        assert code(await accounts.sign_up(world, invitation_token=text)) == (403, "invitation_needed")
        assert (await accounts.verify(world, await accounts.mailed_token(world))).status_code == 204


async def test_an_invitation_that_is_over_opens_nothing(world_with: MakeWorld, clock: ManualClock) -> None:
    async with world_with(invitation_only=True) as world:
        admin = await world.member("Ada Admin", is_admin=True)
        text = world.app.state.mail_tokens.text(await world.write(_invite, admin.user_id, EMAIL), "invitation")
        clock.advance(days=7)
        assert code(await accounts.sign_up(world, invitation_token=text)) == (403, "invitation_needed")


def _invite(session: WriteSession, admin_id: UserId, email: str) -> str:
    row = {
        "id": new_id("inv"),
        "kind": "member",
        "email": email,
        "status": "pending",
        "invited_by_user_id": admin_id,
        "expires_at": session.now + timedelta(days=7),
        "created_at": session.now,
    }
    session.execute(insert(Invitation).values(row))
    return str(row["id"])


# Breaches elsewhere.


async def test_a_breached_password_is_refused_where_the_directory_is_asked(
    world_with: MakeWorld, settings: Settings
) -> None:
    async with world_with(breach_check_url=f"{settings.public_url}/sandbox/breaches") as world:
        answer = await accounts.sign_up(world, password=BREACHED[0])
        assert (*code(answer), answer.json()["reason"]) == (422, "password_refused", "breached")
        assert (await accounts.sign_up(world)).status_code == 202


async def test_it_is_not_asked_by_default(world: World) -> None:
    assert (await accounts.sign_up(world, password=BREACHED[0])).status_code == 202
