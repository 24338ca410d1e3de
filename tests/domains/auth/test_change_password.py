"""Changing the password and confirming it: only with the one in force."""

import asyncio
from typing import Any

import httpx
import pytest

from app.domains.auth import service
from app.domains.auth.types import AuthSessionId
from app.domains.users import service as users
from app.domains.users.errors import WrongPassword
from app.domains.users.events import SecurityChanged
from app.domains.users.types import SecurityChange
from tests.domains.auth import accounts
from tests.domains.auth.accounts import NEXT_PASSWORD, code
from tests.support.world import PASSWORD, Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
WRONG = "an entirely wrong password"


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


async def change(actor: Actor, current: str = PASSWORD, new: str = NEXT_PASSWORD, **more: Any) -> httpx.Response:
    return await actor.post("/api/auth/change-password", {"current_password": current, "new_password": new} | more)


async def test_a_change_ends_the_other_log_ins_at_once(world: World, sam: Actor) -> None:
    told = accounts.record(world, SecurityChanged)
    other = (await accounts.log_in(world, sam.email)).json()
    assert (await change(sam)).status_code == 204
    assert told == [SecurityChanged(sam.user_id, SecurityChange.PASSWORD_CHANGED)]
    assert code(await accounts.me(world, other["access_token"])) == (401, "not_authenticated")
    assert code(await accounts.refresh(world, other["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await sam.get("/api/users/me")).status_code == 200
    assert (await accounts.log_in(world, sam.email)).status_code == 401
    assert (await accounts.log_in(world, sam.email, NEXT_PASSWORD)).status_code == 200


async def test_the_other_log_ins_stay_on_request(world: World, sam: Actor) -> None:
    other = (await accounts.log_in(world, sam.email)).json()
    assert (await change(sam, keep_others=True)).status_code == 204
    assert (await accounts.me(world, other["access_token"])).status_code == 200


async def test_without_the_current_one_nothing_changes(world: World, sam: Actor) -> None:
    other = (await accounts.log_in(world, sam.email)).json()
    assert code(await change(sam, WRONG)) == (403, "wrong_password")
    assert (await accounts.log_in(world, sam.email)).status_code == 200
    assert (await accounts.me(world, other["access_token"])).status_code == 200
    without = await world.member("Ada Adams")
    await world.write(accounts.change_user, without.email, password_hash=None)
    for refused in (await change(without), await step_up(without, PASSWORD)):
        assert code(refused) == (403, "password_not_set")


async def test_of_many_changes_at_once_one_counts(world: World, sam: Actor) -> None:
    answers = await asyncio.gather(*(change(sam, new=f"{NEXT_PASSWORD} {number}") for number in range(10)))
    assert sorted(answer.status_code for answer in answers) == [204] + [403] * 9


@on_sqlite
@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("fourteen chars", "too_short"),
        ("e\u0301" * 14, "too_short"),
        ("qwertyuiopasdfgh", "too_common"),
        ("Sam-Sample-1984!", "contains_context"),
        ("peerloop sam sample", "contains_context"),
    ],
)
async def test_a_password_that_would_be_guessed_is_refused(world: World, sam: Actor, new: str, reason: str) -> None:
    answer = await change(sam, new=new)
    assert (*code(answer), answer.json()["reason"]) == (422, "password_refused", reason)
    assert new not in answer.text
    assert (await accounts.log_in(world, sam.email)).status_code == 200


async def test_a_letter_with_its_accent_apart_is_the_same_letter(world: World, sam: Actor) -> None:
    assert (await change(sam, new="zwo\u0308lf scho\u0308ne Ko\u0308rbe")).status_code == 204
    assert (await accounts.log_in(world, sam.email, "zw\u00f6lf sch\u00f6ne K\u00f6rbe")).status_code == 200


# Step-up.


async def step_up(actor: Actor, password: str = PASSWORD) -> httpx.Response:
    return await actor.post("/api/auth/step-up", {"password": password})


@pytest.fixture
async def ada(world: World) -> Actor:
    actor = await world.member("Ada Admin", is_admin=True)
    await accounts.set_password(world, actor.email)
    return actor


async def end_sessions(admin: Actor, actor: Actor) -> httpx.Response:
    headers = {"Authorization": f"Bearer {admin.token}"}
    return await admin.http.delete(f"/api/auth/users/{actor.user_id}/sessions", headers=headers)


async def test_what_needs_a_recent_proof_is_closed_after_a_quarter_of_an_hour(
    world: World, sam: Actor, ada: Actor
) -> None:
    world.clock.advance(minutes=14, seconds=59)
    assert (await end_sessions(ada, sam)).status_code == 204
    pair = (await accounts.log_in(world, ada.email)).json()
    world.clock.advance(minutes=14, seconds=59)
    pair = (await accounts.refresh(world, pair["refresh_token"])).json()
    late = Actor(ada.user_id, ada.email, world.http, pair["access_token"])
    assert (await end_sessions(late, sam)).status_code == 204
    world.clock.advance(seconds=2)
    refused = await end_sessions(late, sam)
    assert code(refused) == (401, "step_up_needed")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="insufficient_user_authentication", max_age="900"'

    assert code(await step_up(late, WRONG)) == (403, "wrong_password")
    assert code(await end_sessions(late, sam)) == (401, "step_up_needed")
    assert (await step_up(late)).status_code == 204
    assert (await end_sessions(late, sam)).status_code == 204


async def test_a_step_up_counts_for_its_own_auth_session_only(world: World, sam: Actor, ada: Actor) -> None:
    pairs = [(await accounts.log_in(world, ada.email)).json() for _ in range(2)]
    world.clock.advance(minutes=14)
    pairs = [(await accounts.refresh(world, pair["refresh_token"])).json() for pair in pairs]
    here, there = (Actor(ada.user_id, ada.email, world.http, pair["access_token"]) for pair in pairs)
    world.clock.advance(minutes=2)
    assert (await step_up(here)).status_code == 204
    assert (await end_sessions(here, sam)).status_code == 204
    assert code(await end_sessions(there, sam)) == (401, "step_up_needed")


async def test_a_step_up_under_way_does_not_outlive_a_change_of_the_password(world: World, sam: Actor) -> None:
    checked = await world.db.read(users.password_hash_of, sam.user_id)
    assert checked is not None
    assert (await change(sam)).status_code == 204
    with pytest.raises(WrongPassword):
        await world.write(service.confirm_password, sam.user_id, AuthSessionId("aus_any"), checked)


async def test_an_ended_auth_session_cannot_step_up(world: World, sam: Actor) -> None:
    await sam.post("/api/auth/logout")
    assert code(await step_up(sam)) == (401, "not_authenticated")
