"""A password that is short because a second factor stands beside it never stands alone, whatever happens at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from app.domains.auth.passwords import Passwords
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.domains.mfa import factors
from tests.domains.mfa.factors import Owner
from tests.support.world import PASSWORD, World

SHORT = "quiet lamp 7"


class Interrupted(Passwords):
    """Something happens between the check of a new password and its being stored."""

    def __init__(self, meanwhile: Callable[[], Awaitable[Any]]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    async def hash(self, password: str) -> str:
        await self._meanwhile()
        return await super().hash(password)


async def change(owner: Owner) -> httpx.Response:
    body = {"current_password": PASSWORD, "new_password": SHORT}
    return await owner.actor.post("/api/auth/change-password", body)


async def interrupt(world: World, owner: Owner) -> None:
    async def disable() -> None:
        assert (await owner.disable(owner.code(), password=PASSWORD)).status_code == 204

    world.app.state.passwords.close()
    world.app.state.passwords = Interrupted(disable)


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    return *code(answer), answer.json()["reason"]


async def test_a_change_sees_that_the_app_was_removed_meanwhile(world: World) -> None:
    owner = await factors.owner(world)
    await interrupt(world, owner)
    assert refusal(await change(owner)) == (422, "password_refused", "too_short")
    assert (await accounts.log_in(world, owner.actor.email)).status_code == 200


async def test_a_reset_sees_it_too_and_its_link_still_works(world: World) -> None:
    owner = await factors.owner(world)
    token = await accounts.reset_token(world, owner.actor.email)
    await interrupt(world, owner)
    assert refusal(await accounts.reset(world, token, SHORT)) == (422, "password_refused", "too_short")
    world.app.state.passwords.close()
    world.app.state.passwords = Passwords()
    assert (await accounts.reset(world, token)).status_code == 204


async def test_of_a_change_and_a_removal_at_once_one_is_refused(world: World) -> None:
    owner = await factors.owner(world)
    changed, disabled = await asyncio.gather(change(owner), owner.disable(owner.code(), password=PASSWORD))
    assert (changed.status_code, disabled.status_code) in {(204, 403), (422, 204)}
