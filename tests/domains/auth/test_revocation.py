"""Whatever takes somebody's access away takes it with the very next request, however long the token would still
live."""

from collections.abc import Awaitable, Callable

import pytest

from tests.domains.auth import accounts
from tests.domains.auth.accounts import NEXT_PASSWORD, code
from tests.support.world import PASSWORD, Actor, World

End = Callable[[World, Actor, Actor], Awaitable[None]]
OUT = (401, "not_authenticated")


async def log_out(_world: World, sam: Actor, _other: Actor) -> None:
    await sam.post("/api/auth/logout")


async def log_out_everywhere(_world: World, _sam: Actor, other: Actor) -> None:
    await other.post("/api/auth/logout-all")


async def log_out_elsewhere(_world: World, _sam: Actor, other: Actor) -> None:
    await other.post("/api/auth/logout-all", {"keep_current": True})


async def end_one(world: World, sam: Actor, other: Actor) -> None:
    items = (await sam.get("/api/auth/sessions")).json()["items"]
    (own,) = [item["id"] for item in items if item["is_current"]]
    headers = {"Authorization": f"Bearer {other.token}"}
    assert (await world.http.delete(f"/api/auth/sessions/{own}", headers=headers)).status_code == 204


async def end_as_admin(world: World, sam: Actor, _other: Actor) -> None:
    admin = await world.member("Ada Admin", is_admin=True)
    headers = {"Authorization": f"Bearer {admin.token}"}
    await world.http.delete(f"/api/auth/users/{sam.user_id}/sessions", headers=headers)


async def change_password(_world: World, _sam: Actor, other: Actor) -> None:
    body = {"current_password": PASSWORD, "new_password": NEXT_PASSWORD}
    assert (await other.post("/api/auth/change-password", body)).status_code == 204


async def reset_password(world: World, sam: Actor, _other: Actor) -> None:
    assert (await accounts.reset(world, await accounts.reset_token(world, sam.email))).status_code == 204


async def two_log_ins(world: World) -> tuple[Actor, Actor]:
    sam = await world.member("Sam Sample")
    await accounts.set_password(world, sam.email)
    return sam, await world.log_in(sam.user_id, sam.email)


@pytest.mark.parametrize(
    "end",
    [log_out, log_out_everywhere, log_out_elsewhere, end_one, end_as_admin, change_password, reset_password],
    ids=lambda end: end.__name__,
)
async def test_the_next_request_is_refused(world: World, end: End) -> None:
    sam, other = await two_log_ins(world)
    assert (await sam.get("/api/users/me")).status_code == 200
    await end(world, sam, other)
    assert code(await sam.get("/api/users/me")) == OUT
    assert code(await sam.patch("/api/users/me", {"name": "Sam"})) == OUT


async def test_a_copied_refresh_token_takes_the_access_token_along(world: World) -> None:
    sam, _ = await two_log_ins(world)
    pair = (await accounts.log_in(world, sam.email)).json()
    await accounts.refresh(world, pair["refresh_token"])
    world.clock.advance(seconds=11)
    await accounts.refresh(world, pair["refresh_token"])
    assert code(await accounts.me(world, pair["access_token"])) == OUT


async def test_a_suspended_person_and_a_former_administrator_are_refused(world: World) -> None:
    sam, _ = await two_log_ins(world)
    path = f"/api/auth/users/{sam.user_id}/sessions"
    await world.write(accounts.change_user, sam.email, is_admin=True)
    assert (await sam.get(path)).status_code == 200
    await world.write(accounts.change_user, sam.email, is_admin=False)
    assert code(await sam.get(path)) == (403, "forbidden")
    await world.write(accounts.change_user, sam.email, suspended_at=world.clock.now())
    assert code(await sam.get("/api/users/me")) == (403, "account_suspended")
