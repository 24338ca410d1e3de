"""People's pictures: set, shown, replaced, removed."""

import asyncio

import pytest

from tests.domains.auth.accounts import code
from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import FILES, fetched, send, stored, uploaded
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
AVATAR = "/api/users/me/avatar"


@pytest.fixture
async def tess(world: World) -> Actor:
    tess = await world.member("Tess Template")
    await tess.patch("/api/users/me", {"is_profile_public": True, "handle": "tess_template"})
    return tess


async def upload(actor: Actor) -> str:
    file_id: str = (await uploaded(actor, "avatar", "image/png", image("PNG", (300, 300))))["id"]
    return file_id


async def test_it_is_shown_wherever_the_person_is(world: World, tess: Actor) -> None:
    assert (await tess.get("/api/users/me")).json()["avatar"] is None
    answer = await tess.put(AVATAR, {"file_id": await upload(tess)})
    assert answer.status_code == 200, answer.text
    avatar = answer.json()["avatar"]
    assert avatar["small"].endswith("/64.webp")
    assert (await fetched(world, avatar["large"])).is_success
    assert (await tess.get("/api/users/me")).json()["avatar"] == avatar
    assert (await world.http.get("/api/users/tess_template")).json()["avatar"] == avatar
    found = (await (await world.member("Sam Sample")).get("/api/users/search", params={"q": "tess"})).json()["items"]
    assert [item["avatar"] for item in found] == [avatar]


async def test_the_one_before_goes_a_while_after(world: World, tess: Actor) -> None:
    first, second = await upload(tess), await upload(tess)
    old = (await tess.put(AVATAR, {"file_id": first})).json()["avatar"]
    assert code(await tess.delete(f"{FILES}/{first}")) == (409, "file_in_use")
    new = (await tess.put(AVATAR, {"file_id": second})).json()["avatar"]
    assert new == (await tess.put(AVATAR, {"file_id": second})).json()["avatar"]
    await world.settle()
    assert (await fetched(world, old["small"])).is_success
    world.clock.advance(minutes=16)
    await world.settle()
    assert (await fetched(world, old["small"])).status_code == 404
    assert (await fetched(world, new["small"])).is_success
    assert code(await (await world.log_in(tess.user_id, tess.email)).get(f"{FILES}/{first}")) == (404, "file_not_found")


@on_sqlite
async def test_it_can_be_removed(world: World, tess: Actor) -> None:
    await tess.put(AVATAR, {"file_id": await upload(tess)})
    assert [(await tess.delete(AVATAR)).status_code for _ in range(2)] == [204, 204]
    assert (await tess.get("/api/users/me")).json()["avatar"] is None
    world.clock.advance(minutes=16)
    await world.settle()
    assert await stored(world) == []


@on_sqlite
async def test_only_a_ready_avatar_of_ones_own_will_do(world: World, tess: Actor) -> None:
    creator = await world.member("Cara Creator", can_create_courses=True)
    pending = (await send(tess, "avatar", "image/png", image())).id
    homework = (await uploaded(tess, "homework", "application/pdf", PDF))["id"]
    thumbnail = (await uploaded(creator, "course_thumbnail", "image/png", image()))["id"]
    refusals = {
        pending: (409, "file_not_ready"),
        homework: (409, "file_of_other_purpose"),
        await upload(creator): (404, "file_not_found"),
        f"fil_{'0' * 26}": (404, "file_not_found"),
    }
    for file_id, refusal in refusals.items():
        assert code(await tess.put(AVATAR, {"file_id": file_id})) == refusal
    assert code(await creator.put(AVATAR, {"file_id": thumbnail})) == (409, "file_of_other_purpose")


async def test_of_two_pictures_at_once_one_stays(world: World, tess: Actor) -> None:
    ids = [await upload(tess) for _ in range(3)]
    answers = await asyncio.gather(*(tess.put(AVATAR, {"file_id": file_id}) for file_id in ids))
    shown = (await tess.get("/api/users/me")).json()["avatar"]
    assert shown in [answer.json()["avatar"] for answer in answers]
    world.clock.advance(minutes=16)
    await world.settle()
    assert len(await stored(world)) == 3
    assert (await fetched(world, shown["large"])).is_success


@on_sqlite
async def test_a_picture_ends_with_the_account(world: World, tess: Actor) -> None:
    shown = (await tess.put(AVATAR, {"file_id": await upload(tess)})).json()["avatar"]
    await uploaded(tess, "homework", "application/pdf", PDF, "my zebra.pdf")
    export = (await tess.get("/api/users/me/export")).json()
    assert {(each["purpose"], each["name"]) for each in export["files"]} == {
        ("homework", "my zebra.pdf"),
        ("avatar", "a file"),
    }
    assert (await tess.delete("/api/users/me")).status_code == 204
    await world.settle()
    assert (await fetched(world, shown["small"])).status_code == 404
    assert await stored(world) == []
