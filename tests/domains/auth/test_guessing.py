"""Guessing passwords: slowed by account and network, alike for accounts that do not exist, and cheap to refuse."""

import asyncio
import threading

import httpx
import pytest

from app.core.config import Settings
from app.domains.auth.errors import LoginFailed
from app.main import create_app
from tests.conftest import REAL_LIMITS
from tests.domains.auth import accounts
from tests.domains.auth.accounts import EMAIL, code, comparable
from tests.support.world import PASSWORD, World
from tests.support.writes import Writes

WRONG = "an entirely wrong password"
ATTACKER, OWNER = "203.0.113.9", "198.51.100.4"
LOCKED = (429, "too_many_requests")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The real limit of failures, and none for addresses: those have tests of their own."""
    name = "failed_logins_per_quarter_hour"
    return settings.model_copy(update={name: REAL_LIMITS[name]})


async def guess(world: World, client: str = ATTACKER, password: str = WRONG, email: str = EMAIL) -> httpx.Response:
    body = {"email": email, "password": password}
    return await world.http.post("/api/auth/login", json=body, headers={"CF-Connecting-IP": client})


async def exhaust(world: World, email: str = EMAIL) -> None:
    for _ in range(5):
        assert code(await guess(world, email=email)) == (401, "login_failed")


async def test_five_wrong_passwords_shut_out_the_network_and_not_the_owner(world: World) -> None:
    await accounts.sign_up(world)
    await exhaust(world)
    refused = await guess(world, password=PASSWORD)
    assert code(refused) == LOCKED
    assert (refused.headers["Retry-After"], refused.json()["retry_after"]) == ("180", 180)
    assert code(await guess(world, "203.0.113.200", PASSWORD)) == LOCKED  # the same /24
    assert (await guess(world, OWNER, PASSWORD)).status_code == 200
    assert code(await guess(world, password=PASSWORD)) == LOCKED
    world.clock.advance(minutes=3)
    assert (await guess(world, password=PASSWORD)).status_code == 200
    await exhaust(world)


async def test_the_form_counts_with_it(world: World) -> None:
    await accounts.sign_up(world)
    await exhaust(world)
    form = {"username": EMAIL.upper(), "password": PASSWORD}
    answer = await world.http.post("/api/auth/token", data=form, headers={"CF-Connecting-IP": ATTACKER})
    assert code(answer) == LOCKED


async def test_an_account_that_does_not_exist_behaves_the_same(world: World) -> None:
    await accounts.sign_up(world)
    known = [await guess(world) for _ in range(7)]
    unknown = [await guess(world, email="nobody@peerloop.example") for _ in range(7)]
    assert [comparable(answer) for answer in known] == [comparable(answer) for answer in unknown]
    assert [answer.status_code for answer in known] == [401] * 5 + [429] * 2


async def test_many_at_once_get_five(world: World) -> None:
    await accounts.sign_up(world)
    answers = await asyncio.gather(*(guess(world) for _ in range(25)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 20


async def test_a_restart_gives_no_fresh_tries(world: World) -> None:
    await accounts.sign_up(world)
    await exhaust(world)
    app = create_app(world.settings, clock=world.clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, world.clock) as restarted:
        assert code(await guess(restarted, password=PASSWORD)) == LOCKED
        assert (await guess(restarted, OWNER, PASSWORD)).status_code == 200
    app.state.twins.books.close()


async def test_many_networks_do_not_shut_the_owner_out_of_his_own(world: World) -> None:
    await accounts.sign_up(world)
    assert (await guess(world, OWNER, PASSWORD)).status_code == 200
    for number in range(100):  # not over HTTP: a hundred hashes take seconds
        await _fail(world, f"10.0.{number}.0/24")
    assert code(await guess(world, password=PASSWORD)) == LOCKED
    assert (await guess(world, OWNER, PASSWORD)).status_code == 200
    assert code(await guess(world, email="ada@peerloop.example")) == (401, "login_failed")


async def test_a_new_password_lets_the_owner_in_from_anywhere(world: World) -> None:
    await accounts.sign_up(world)
    for number in range(100):
        await _fail(world, f"10.0.{number}.0/24")
    assert code(await guess(world, OWNER, PASSWORD)) == LOCKED
    await accounts.reset(world, await accounts.reset_token(world))
    assert (await guess(world, OWNER, accounts.NEXT_PASSWORD)).status_code == 200


async def _fail(world: World, network: str) -> None:
    async def is_home() -> bool:
        return False

    with pytest.raises(LoginFailed):
        async with world.app.state.attempts.guard(EMAIL, network, LoginFailed, is_home=is_home):
            raise LoginFailed


async def test_a_refused_attempt_hashes_nothing(world: World) -> None:
    await accounts.sign_up(world)
    await exhaust(world)
    passwords, release = world.app.state.passwords, threading.Event()
    for _ in range(2):
        passwords._pool.submit(release.wait)
    answers = [await guess(world, password=PASSWORD) for _ in range(3)]  # would wait for ever
    release.set()
    assert [code(answer) for answer in answers] == [LOCKED] * 3


async def test_a_flood_of_log_ins_writes_nothing(world: World) -> None:
    await accounts.sign_up(world)
    await world.settle()
    writes = Writes(world.db)
    await exhaust(world)
    assert writes.statements  # the failures
    writes.statements.clear()
    for number in range(300):
        answer = await guess(world, f"203.0.113.{number % 250}", PASSWORD if number % 2 else WRONG)
        assert code(answer) == LOCKED
    assert writes.statements == []
