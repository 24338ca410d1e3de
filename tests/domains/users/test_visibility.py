"""Who sees whom: public and private profiles, and the search."""

from typing import Any

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.users import service
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def _set(session: WriteSession, user_id: UserId, values: dict[str, Any]) -> None:
    if values:
        session.execute(update(User).where(User.id == user_id).values(values))


async def person(world: World, name: str, **values: Any) -> Actor:
    actor = await world.member(name)
    await world.write(_set, actor.user_id, values)
    return actor


async def viewers(world: World) -> dict[str, Actor]:
    return {
        "stranger": await person(world, "Stan Stranger"),
        "moderator": await person(world, "Mona Mod", can_moderate_courses=True),
        "admin": await person(world, "Adam Admin", is_admin=True),
    }


async def found(viewer: Actor, text: str) -> list[str]:
    answer = await viewer.get("/api/users/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    return [item["handle"] for item in answer.json()["items"]]


async def test_a_public_profile_is_shown_to_anybody_without_what_is_nobody_s_business(world: World) -> None:
    tess = await person(
        world, "Tess Template", handle="tess", is_profile_public=True, can_teach_courses=True, is_admin=True, bio="Me."
    )
    answer = await world.http.get("/api/users/TESS")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": tess.user_id,
        "handle": "tess",
        "name": "Tess Template",
        "title": None,
        "bio_short": None,
        "bio": "Me.",
        "teaching_philosophy": None,
        "website": None,
        "location": None,
        "avatar": None,
        "roles": ["teacher"],
        "is_profile_public": True,
        "member_since": f"{world.clock.now():%Y-%m-%d}",
    }
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_private_profile_is_as_unknown_as_none(world: World) -> None:
    sam = await person(world, "Sam Sample", handle="sam")
    people = await viewers(world)
    for ask in (world.http.get, people["stranger"].get):
        private, unknown = await ask("/api/users/sam"), await ask("/api/users/nobody_here")
        assert private.status_code == unknown.status_code == 404
        assert _without_request(private.json()) == _without_request(unknown.json())
        assert private.headers.keys() == unknown.headers.keys()
    for viewer in (sam, people["moderator"], people["admin"]):
        assert (await viewer.get("/api/users/sam")).json()["is_profile_public"] is False


def _without_request(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "request_id"}


async def test_a_suspended_person_is_not_shown(world: World) -> None:
    lou = await person(world, "Lou Lockout", handle="lou", is_profile_public=True)
    people = await viewers(world)
    await world.write(service.suspend, lou.user_id)
    assert (await world.http.get("/api/users/lou")).status_code == 404
    assert await found(people["stranger"], "lou") == []
    assert await found(people["admin"], "lou") == ["lou"]
    assert (await people["moderator"].get("/api/users/lou")).status_code == 200


@on_sqlite
@pytest.mark.parametrize("handle", ["ab", "a" * 21, "7up", "a-b", "usr_01kbq2z7m8e6h9s0t3v5x7y9za"])
async def test_what_cannot_be_a_handle_is_refused(world: World, handle: str) -> None:
    assert (await world.http.get(f"/api/users/{handle}")).status_code == 422


async def test_only_public_people_are_found(world: World) -> None:
    await person(world, "Sam Sample", handle="sam_private")
    await person(world, "Samantha Open", handle="zz_open", is_profile_public=True)
    await person(world, "Ann Other", handle="samson", is_profile_public=True)
    people = await viewers(world)
    assert await found(people["stranger"], "SAM") == ["samson", "zz_open"]
    assert await found(people["moderator"], "sam") == ["sam_private", "samson", "zz_open"]
    assert await found(people["admin"], "sam") == ["sam_private", "samson", "zz_open"]
    assert (await world.http.get("/api/users/search", params={"q": "sam"})).status_code == 401


@pytest.mark.parametrize("text", ["émile", "ÉMILE", "Émile", "zö", "émile zöll", "ÉMILE ZÖLL", "Émile Zöll"])
async def test_case_does_not_matter_beyond_ascii_either(world: World, text: str) -> None:
    await person(world, "Émile Zöllner", handle="ez_one", is_profile_public=True)
    await person(world, "ÉMILE ZÖLLNER", handle="ez_two", is_profile_public=True)
    await person(world, "Emil Zollner", handle="ez_three", is_profile_public=True)
    assert await found((await viewers(world))["stranger"], text) == ["ez_one", "ez_two"]


async def test_wildcards_stand_for_themselves(world: World) -> None:
    await person(world, "Percy 100% Sure", handle="percy", is_profile_public=True)
    await person(world, "Una der_score", handle="una_x", is_profile_public=True)
    await person(world, "Sla/sh", handle="slash", is_profile_public=True)
    stan = (await viewers(world))["stranger"]
    assert await found(stan, "0%") == ["percy"]
    assert await found(stan, "%%") == []
    assert await found(stan, "__") == []
    assert await found(stan, "r_s") == ["una_x"]
    assert await found(stan, "a/s") == ["slash"]


async def test_at_most_twenty_in_an_order_that_both_databases_share(world: World) -> None:
    handles = [f"{letter}_find{number}" for letter in ("b", "a_", "findx", "a") for number in range(7)]
    for handle in handles:
        await person(world, "Somebody", handle=handle, is_profile_public=True)
    answer = await found((await viewers(world))["stranger"], "find")
    assert answer == sorted(handles, key=lambda handle: (not handle.startswith("find"), handle))[:20]


@on_sqlite
@pytest.mark.parametrize("text", ["", "a", "x" * 101])
async def test_a_search_has_two_to_a_hundred_characters(world: World, text: str) -> None:
    stan = await world.member("Stan Stranger")
    assert (await stan.get("/api/users/search", params={"q": text})).status_code == 422
