"""A new signing key logs nobody out: the old one is put on the list, and taken off when its last token has expired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.core.config import Settings
from app.domains.auth.tokens import new_private_key
from app.main import create_app
from tests.domains.auth import accounts
from tests.domains.auth.test_tokens import public_pem
from tests.support.clock import ManualClock
from tests.support.world import World

OLD, NEW = new_private_key(), new_private_key()


@asynccontextmanager
async def started(settings: Settings, clock: ManualClock, **keys: str) -> AsyncIterator[World]:
    """The same installation, started with these keys."""
    values: dict[str, Any] = settings.model_dump() | keys
    app = create_app(Settings(**values), clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, clock) as world:
        yield world
    app.state.twins.books.close()


async def test_a_rotation_loses_no_log_in(settings: Settings, clock: ManualClock) -> None:
    async with started(settings, clock, jwt_private_key=OLD) as world:
        members = [await world.member(name) for name in ("Sam Sample", "Ada Adams", "Nia Newcomer")]
        await accounts.set_password(world, members[0].email)
        pair = (await accounts.log_in(world, members[0].email)).json()
    tokens = [pair["access_token"], *(member.token for member in members)]
    async with started(settings, clock, jwt_private_key=NEW, jwt_previous_public_keys=public_pem(OLD)) as world:
        assert [(await accounts.me(world, token)).status_code for token in tokens] == [200] * 4
        assert len((await world.http.get("/.well-known/jwks.json")).json()["keys"]) == 2
        fresh = (await accounts.refresh(world, pair["refresh_token"])).json()
    async with started(settings, clock, jwt_private_key=NEW) as world:
        assert (await accounts.me(world, fresh["access_token"])).status_code == 200
        assert [(await accounts.me(world, token)).status_code for token in tokens] == [401] * 4
        assert (await accounts.refresh(world, fresh["refresh_token"])).status_code == 200
