"""Staying logged in and being logged out: refresh tokens work once, and an ended session is dead at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.domains.auth import service
from app.domains.auth.events import RefreshTokenReused
from app.domains.auth.types import Device, LoginMethod
from tests.domains.auth import accounts
from tests.domains.auth.accounts import code
from tests.support.world import Actor, World

Pair = dict[str, Any]


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


async def pair_of(world: World, actor: Actor) -> Pair:
    """The tokens of a fresh log-in."""
    pair: Pair = (await accounts.log_in(world, actor.email)).json()
    return pair


async def test_a_refresh_token_is_exchanged_for_the_next(world: World, sam: Actor) -> None:
    first = await pair_of(world, sam)
    world.clock.advance(minutes=10)
    second = (await accounts.refresh(world, first["refresh_token"])).json()
    assert set(second) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert second["refresh_token"] != first["refresh_token"]
    for pair in (first, second):
        assert (await accounts.me(world, pair["access_token"])).status_code == 200


async def test_fifty_refreshes_at_once_make_one_new_pair(world: World, sam: Actor) -> None:
    first = await pair_of(world, sam)
    alive = await world.db.read(accounts.unused_refresh_tokens)
    answers = await asyncio.gather(*(accounts.refresh(world, first["refresh_token"]) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    assert {code(answer) for answer in answers if answer.status_code == 409} == {(409, "refresh_in_progress")}
    assert await world.db.read(accounts.unused_refresh_tokens) == alive
    (second,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert (await accounts.me(world, second["access_token"])).status_code == 200
    assert (await accounts.refresh(world, second["refresh_token"])).status_code == 200
    assert set(await world.db.read(accounts.revocations)) == {None}


async def test_a_used_token_that_comes_back_ends_the_whole_session(world: World, sam: Actor) -> None:
    first, bystander = await pair_of(world, sam), await pair_of(world, sam)
    second = (await accounts.refresh(world, first["refresh_token"])).json()
    world.clock.advance(seconds=10)
    assert code(await accounts.refresh(world, first["refresh_token"])) == (409, "refresh_in_progress")
    assert (await accounts.me(world, second["access_token"])).status_code == 200
    world.clock.advance(microseconds=1)
    assert code(await accounts.refresh(world, first["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await accounts.me(world, second["access_token"])).status_code == 401
    assert code(await accounts.refresh(world, second["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await accounts.me(world, bystander["access_token"])).status_code == 200


async def test_a_used_token_that_comes_back_in_many_requests_ends_the_session_once(world: World, sam: Actor) -> None:
    first = await pair_of(world, sam)
    await accounts.refresh(world, first["refresh_token"])
    world.clock.advance(minutes=1)
    told = accounts.record(world, RefreshTokenReused)
    answers = await asyncio.gather(*(accounts.refresh(world, first["refresh_token"]) for _ in range(20)))
    assert {code(answer) for answer in answers} == {(401, "refresh_token_invalid")}
    assert [event.user_id for event in told] == [sam.user_id]


@pytest.mark.parametrize("token", ["A" * 43, "ü" * 43, "a.b.c" * 8, "'; DROP TABLE users; --"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_an_unknown_refresh_token_is_401(world: World, token: str) -> None:
    assert code(await accounts.refresh(world, token)) == (401, "refresh_token_invalid")


async def test_without_any_refresh_token_is_401(world: World) -> None:
    answer = await world.http.post("/api/auth/refresh", json={})
    assert code(answer) == (401, "refresh_token_invalid")


async def test_tokens_expire_by_the_service_s_clock(world: World, sam: Actor) -> None:
    first = await pair_of(world, sam)
    world.clock.advance(minutes=14, seconds=59)
    assert (await accounts.me(world, first["access_token"])).status_code == 200
    world.clock.advance(seconds=1)
    assert code(await accounts.me(world, first["access_token"])) == (401, "not_authenticated")
    second = (await accounts.refresh(world, first["refresh_token"])).json()
    assert (await accounts.me(world, second["access_token"])).status_code == 200


async def test_a_session_lives_a_week_from_its_last_use(world: World, sam: Actor) -> None:
    pair = await pair_of(world, sam)
    for _ in range(3):
        world.clock.advance(days=6)
        pair = (await accounts.refresh(world, pair["refresh_token"])).json()
    world.clock.advance(days=7)
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (401, "refresh_token_invalid")


async def test_a_session_ends_after_a_month_however_often_it_is_used(world: World, sam: Actor) -> None:
    pair = await pair_of(world, sam)
    for _ in range(4):
        world.clock.advance(days=6)
        pair = (await accounts.refresh(world, pair["refresh_token"])).json()
    world.clock.advance(days=5, hours=23, minutes=59)
    pair = (await accounts.refresh(world, pair["refresh_token"])).json()
    assert (await accounts.me(world, pair["access_token"])).status_code == 200
    world.clock.advance(minutes=1)
    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await accounts.log_in(world, sam.email)).status_code == 200


async def test_a_long_configured_life_is_a_month_too(world: World, sam: Actor) -> None:
    pair = await world.write(
        service.start_auth_session, sam.user_id, timedelta(days=90), LoginMethod.PASSWORD, Device()
    )
    world.clock.advance(days=30)
    assert code(await accounts.refresh(world, pair.refresh_token)) == (401, "refresh_token_invalid")


async def test_logging_out_ends_access_at_once(world: World, sam: Actor) -> None:
    pair = await pair_of(world, sam)
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert (await world.http.post("/api/auth/logout", headers=headers)).status_code == 204
    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (401, "refresh_token_invalid")
    assert code(await world.http.post("/api/auth/logout", headers=headers)) == (401, "not_authenticated")
    assert (await sam.get("/api/users/me")).status_code == 200


async def test_a_token_dies_between_two_requests(world: World, sam: Actor) -> None:
    """However often it was accepted before: the log-in is looked up on every request, in every process."""
    pair = await pair_of(world, sam)
    for _ in range(3):
        assert (await accounts.me(world, pair["access_token"])).status_code == 200
    await world.write(accounts.revoke_everything, sam.email)
    assert code(await accounts.me(world, pair["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.me(world, sam.token)) == (401, "not_authenticated")


async def test_a_suspended_person_is_out_at_once(world: World, sam: Actor) -> None:
    pair = await pair_of(world, sam)
    await world.write(accounts.change_user, sam.email, suspended_at=world.clock.now())
    assert code(await accounts.me(world, pair["access_token"])) == (403, "account_suspended")
    assert code(await sam.patch("/api/users/me", {"name": "Sam"})) == (403, "account_suspended")
    await world.write(accounts.change_user, sam.email, suspended_at=None)
    assert (await accounts.me(world, pair["access_token"])).status_code == 200


async def test_a_suspended_person_gets_no_new_tokens(world: World, sam: Actor) -> None:
    pair = await pair_of(world, sam)
    await world.write(accounts.change_user, sam.email, suspended_at=world.clock.now())
    assert code(await accounts.refresh(world, pair["refresh_token"])) == (403, "account_suspended")


async def test_capabilities_are_those_of_now(world: World, sam: Actor) -> None:
    assert (await sam.get("/api/users/me")).json()["roles"] == ["student"]
    await world.write(accounts.change_user, sam.email, can_teach_courses=True, is_admin=True)
    assert (await sam.get("/api/users/me")).json()["roles"] == ["student", "teacher", "admin"]
