"""Where somebody is logged in: seen and ended by its owner and by administrators, and told when it is new."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.core.errors import Forbidden
from app.core.ids import new_id
from app.db.session import ReadSession
from app.domains.audit.models import AuditEntry
from app.domains.auth import service
from app.domains.auth.events import NewDeviceSignedIn
from tests.domains.auth import accounts
from tests.domains.auth.accounts import SPA, code
from tests.support.world import PASSWORD, Actor, World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
async def sam(world: World) -> Actor:
    actor = await world.member("Sam Sample")
    await accounts.set_password(world, actor.email)
    return actor


async def log_in_from(world: World, actor: Actor, device: str, **headers: str) -> Actor:
    body = {"email": actor.email, "password": PASSWORD}
    answer = await world.http.post("/api/auth/login", json=body, headers={"User-Agent": device, **headers})
    return Actor(actor.user_id, actor.email, world.http, answer.raise_for_status().json()["access_token"])


async def listed(actor: Actor, path: str = "/api/auth/sessions", **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await actor.get(path, params=query)).raise_for_status().json()["items"]
    return items


async def end(actor: Actor, path: str) -> httpx.Response:
    return await actor.http.delete(path, headers={"Authorization": f"Bearer {actor.token}"})


async def test_one_sees_where_one_is_logged_in(world: World, sam: Actor) -> None:
    world.clock.advance(minutes=5)
    here = await log_in_from(world, sam, FIREFOX, **{"CF-Connecting-IP": "203.0.113.77"})
    await world.member("Ada Adams")
    now, before = await listed(here)
    assert now == {
        "id": now["id"],
        "device": FIREFOX,
        "network": "203.0.113.0/24",
        "method": "password",
        "created_at": "2026-12-01T09:05:00Z",
        "last_used_at": "2026-12-01T09:05:00Z",
        "expires_at": "2026-12-08T09:05:00Z",
        "is_current": True,
    }
    assert (before["device"], before["is_current"]) == (None, False)
    assert [item["is_current"] for item in await listed(sam)] == [False, True]


async def test_the_list_comes_in_pages_and_without_what_has_ended(world: World, sam: Actor) -> None:
    others = [await log_in_from(world, sam, f"Device {number}") for number in range(4)]
    await others[0].post("/api/auth/logout")
    names: list[str | None] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await sam.get("/api/auth/sessions", params=query)).json()
        names += [item["device"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert names == ["Device 3", "Device 2", "Device 1", None]
    ada = await world.member("Ada Adams")
    assert code(await ada.get("/api/auth/sessions", params=query)) == (422, "cursor_invalid")
    world.clock.advance(days=7)
    fresh = await log_in_from(world, sam, FIREFOX)
    assert [item["device"] for item in await listed(fresh)] == [FIREFOX]


async def test_an_ended_one_is_dead_at_once(world: World, sam: Actor) -> None:
    other = await log_in_from(world, sam, FIREFOX)
    (found,) = [item for item in await listed(sam) if not item["is_current"]]
    path = f"/api/auth/sessions/{found['id']}"
    assert (await end(sam, path)).status_code == 204
    assert code(await other.get("/api/users/me")) == (401, "not_authenticated")
    assert code(await end(sam, path)) == (404, "auth_session_not_found")
    assert len(await listed(sam)) == 1


async def test_somebody_else_s_is_as_good_as_unknown(world: World, sam: Actor) -> None:
    ada = await world.member("Ada Adams", is_admin=True)
    (theirs,) = await listed(sam)
    answers = [await end(ada, f"/api/auth/sessions/{each}") for each in (theirs["id"], new_id("aus"))]
    assert [code(answer) for answer in answers] == [(404, "auth_session_not_found")] * 2
    assert (await sam.get("/api/users/me")).status_code == 200


async def test_ending_one_s_own_takes_its_cookies_along(world: World, sam: Actor) -> None:
    (own,) = await listed(sam)
    answer = await end(sam, f"/api/auth/sessions/{own['id']}")
    assert {cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")} == {
        "__Host-peerloop_access",
        "__Host-peerloop_refresh",
    }
    assert code(await sam.get("/api/users/me")) == (401, "not_authenticated")


async def test_logging_out_everywhere(world: World, sam: Actor) -> None:
    ada, other = await world.member("Ada Adams"), await log_in_from(world, sam, FIREFOX)
    answer = await sam.post("/api/auth/logout-all", {"keep_current": True})
    assert (answer.status_code, answer.headers.get_list("set-cookie")) == (204, [])
    assert code(await other.get("/api/users/me")) == (401, "not_authenticated")
    assert (await sam.get("/api/users/me")).status_code == 200
    answer = await sam.post("/api/auth/logout-all")
    assert (answer.status_code, len(answer.headers.get_list("set-cookie"))) == (204, 2)
    assert code(await sam.get("/api/users/me")) == (401, "not_authenticated")
    assert (await ada.get("/api/users/me")).status_code == 200


async def test_with_cookies_only_our_own_pages_log_out_everywhere(world: World, sam: Actor) -> None:
    cookie = {"Cookie": f"__Host-peerloop_access={sam.token}"}
    foreign = await world.http.post("/api/auth/logout-all", json={}, headers=cookie | {"Origin": SPA})
    assert code(foreign) == (403, "foreign_origin")
    assert (await sam.get("/api/users/me")).status_code == 200


async def test_administrators_see_and_end_those_of_others(world: World, sam: Actor) -> None:
    admin = await world.member("Ada Admin", is_admin=True)
    path = f"/api/auth/users/{sam.user_id}/sessions"
    other = await log_in_from(world, sam, FIREFOX)
    assert [item["device"] for item in await listed(admin, path)] == [FIREFOX, None]
    assert not any(item["is_current"] for item in await listed(admin, path))
    assert (await end(admin, path)).status_code == 204
    for ended in (sam, other):
        assert code(await ended.get("/api/users/me")) == (401, "not_authenticated")
    (entry,) = await world.db.read(_entries)
    assert (entry.actor_id, entry.action, entry.subject_type, entry.subject_id, entry.after) == (
        admin.user_id,
        "auth_session.ended",
        "user",
        sam.user_id,
        {"ended": 2},
    )
    assert await listed(admin, path) == []


async def test_nobody_else_does(world: World, sam: Actor) -> None:
    path = f"/api/auth/users/{sam.user_id}/sessions"
    assert code(await sam.get(path)) == (403, "forbidden")
    assert code(await end(sam, path)) == (403, "forbidden")
    admin = await world.member("Ada Admin", is_admin=True)
    unknown = f"/api/auth/users/{new_id('usr')}/sessions"
    assert code(await admin.get(unknown)) == (404, "user_not_found")
    assert code(await end(admin, unknown)) == (404, "user_not_found")
    assert await world.db.read(_entries) == []


async def test_a_device_not_seen_before_is_told_of(world: World) -> None:
    told = accounts.record(world, NewDeviceSignedIn)
    await accounts.sign_up(world)
    sam = Actor((await world.db.read(accounts.user)).id, accounts.EMAIL, world.http, "")
    await log_in_from(world, sam, FIREFOX)
    assert told == []  # the very first one
    await log_in_from(world, sam, FIREFOX)
    assert told == []
    phone = await log_in_from(world, sam, "PeerLoop for Android")
    (item,) = [item for item in await listed(phone) if item["is_current"]]
    assert told == [NewDeviceSignedIn(sam.user_id, item["id"])]
    await log_in_from(world, sam, "PeerLoop for Android")
    assert len(told) == 1


async def test_a_device_is_new_to_an_account_whose_log_ins_were_all_forgotten(world: World, sam: Actor) -> None:
    told = accounts.record(world, NewDeviceSignedIn)
    await log_in_from(world, sam, FIREFOX)
    told.clear()
    world.clock.advance(days=60)
    await world.write(service.sweep_tokens)
    await log_in_from(world, sam, FIREFOX)
    assert len(told) == 1


async def test_who_is_no_administrator_any_more_ends_nothing(world: World, sam: Actor) -> None:
    ada = await world.member("Ada Adams")
    with pytest.raises(Forbidden):
        await world.write(service.end_sessions_of, sam.user_id, ada.user_id)
    assert (await sam.get("/api/users/me")).status_code == 200


async def test_the_last_log_in_is_noted(world: World, sam: Actor) -> None:
    world.clock.advance(hours=1)
    await log_in_from(world, sam, FIREFOX)
    user = await world.db.read(accounts.user, sam.email)
    assert user.last_login_at == world.clock.now()
    assert user.updated_at < world.clock.now()


def _entries(session: ReadSession) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry)))
