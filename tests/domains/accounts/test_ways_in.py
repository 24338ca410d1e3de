"""A password, a passkey, an account elsewhere: whichever is removed, one is left to log in with."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.oauth.models import ExternalIdentity
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.oauth.browser import EMAIL, Browser
from tests.domains.passkeys.test_passkeys import add, remove
from tests.support.authenticator import Authenticator
from tests.support.world import Actor, World

Removal = Callable[[], Awaitable[httpx.Response]]
ONLY_WAY_IN = (409, "only_way_in")


@pytest.fixture
async def sam(world: World) -> Actor:
    """Somebody who came by Google and has no password."""
    await Browser(world).sign_in()
    return await world.log_in((await world.db.read(accounts.user)).id, EMAIL)


async def ways_of(sam: Actor) -> tuple[Removal, Removal]:
    """What removes the Google account and a passkey made now."""
    made = await add(sam, Authenticator())
    return lambda: sam.delete("/api/auth/identities/google"), lambda: remove(sam, made["id"])


@pytest.mark.parametrize("first", [0, 1])
async def test_either_of_two_can_be_removed_and_the_other_stays(sam: Actor, first: int) -> None:
    ways = await ways_of(sam)
    assert (await ways[first]()).status_code == 204
    assert code(await ways[1 - first]()) == ONLY_WAY_IN


async def test_of_two_that_are_removed_at_once_one_stays(sam: Actor) -> None:
    answers = await asyncio.gather(*(way() for way in await ways_of(sam)))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    items = [(await sam.get(f"/api/auth/{kind}")).json()["items"] for kind in ("identities", "passkeys")]
    assert sorted(map(len, items)) == [0, 1]


async def test_with_a_password_both_can_be_removed(world: World, sam: Actor) -> None:
    await accounts.set_password(world, EMAIL)
    assert [(await way()).status_code for way in await ways_of(sam)] == [204, 204]


async def test_an_account_where_nobody_can_sign_in_any_more_is_no_way(world: World, sam: Actor) -> None:
    _, remove_passkey = await ways_of(sam)
    await world.write(move_identities, "https://elsewhere.example")
    assert code(await remove_passkey()) == ONLY_WAY_IN


def move_identities(session: WriteSession, issuer: str) -> None:
    assert session.change(update(ExternalIdentity).values(issuer=issuer)) == 1
