"""A store of counts that fails when there is nothing left to do but to forget some: what succeeded is answered so."""

import logging

import pytest

from app.core.errors import Problem, ProviderUnavailable, Unavailable
from app.providers.kv.sql import SqlKeyValueStore
from app.wiring.providers import make_attempts
from tests.domains.auth import accounts
from tests.domains.auth.accounts import NEXT_PASSWORD, code
from tests.domains.mfa import factors
from tests.domains.mfa.factors import code_of
from tests.support.world import World

WRONG = "an entirely wrong password"


class Unforgetting(SqlKeyValueStore):
    """The database's or, by what it raises, Redis: all but `forget` still works."""

    failure: type[Problem]

    async def forget(self, key: str) -> None:
        raise self.failure from ConnectionRefusedError(key)


@pytest.fixture(params=[Unavailable, ProviderUnavailable])
def world(world: World, request: pytest.FixtureRequest) -> World:
    store = Unforgetting(world.db)
    store.failure = request.param
    world.app.state.kv = store
    world.app.state.attempts = make_attempts(world.settings, world.clock, store)
    return world


async def test_recovery_codes_are_shown_once_the_app_is_confirmed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sam = await world.member("Sam Sample")
    secret = (await sam.post("/api/auth/totp")).json()["secret"]
    with caplog.at_level(logging.WARNING, "app.edge.buckets"):
        confirmed = await sam.post("/api/auth/totp/confirm", {"code": code_of(world, secret)})
    assert confirmed.status_code == 200, confirmed.text
    assert len(confirmed.json()["recovery_codes"]) == 10
    assert [record.getMessage() for record in caplog.records] == ["limits.not_forgotten"]
    assert sam.user_id not in caplog.text


async def test_a_log_in_is_finished_with_a_code(world: World) -> None:
    owner = await factors.owner(world)
    assert (await owner.answer(await owner.challenge(), owner.code())).status_code == 200


async def test_a_link_that_set_a_password_says_so(world: World) -> None:
    sam = await world.member("Sam Sample")
    await accounts.set_password(world, sam.email)
    token = await accounts.reset_token(world, sam.email)
    assert (await accounts.reset(world, token)).status_code == 204
    assert (await accounts.log_in(world, sam.email, NEXT_PASSWORD)).status_code == 200


async def test_the_right_password_logs_in_after_a_wrong_one(world: World) -> None:
    sam = await world.member("Sam Sample")
    await accounts.set_password(world, sam.email)
    assert code(await accounts.log_in(world, sam.email, WRONG)) == (401, "login_failed")
    assert (await accounts.log_in(world, sam.email)).status_code == 200
