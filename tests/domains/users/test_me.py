"""The caller's own account."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from app.db.session import WriteSession
from app.domains.users import service
from app.domains.users.errors import UserNotFound
from app.domains.users.models import User
from app.domains.users.schemas import MeChange
from app.domains.users.types import UserId
from tests.domains.auth import accounts
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
NOBODY = UserId("usr_01kbq2z7m8e6h9s0t3v5x7y9za")


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_an_account_is_shown_to_its_owner_only(world: World, sam: Actor) -> None:
    other = await world.member("Ada Adams", can_create_courses=True)
    mine, theirs = (await sam.get("/api/users/me")).json(), (await other.get("/api/users/me")).json()
    assert (mine["id"], mine["email"], mine["roles"]) == (sam.user_id, sam.email, ["student"])
    assert (theirs["id"], theirs["email"], theirs["roles"]) == (other.user_id, other.email, ["student", "creator"])
    assert not {"password_hash", "suspended_at", "is_admin"} & set(mine)


async def test_nobody_is_asked_to_log_in(world: World) -> None:
    answer = await world.http.get("/api/users/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"name": "  Samantha Sample "}, "name", "Samantha Sample"),
        ({"timezone": "Asia/Kathmandu"}, "timezone", "Asia/Kathmandu"),
        ({"is_profile_public": True}, "is_profile_public", True),
    ],
)
async def test_a_given_field_is_changed_and_the_others_stay(
    sam: Actor, change: dict[str, Any], field: str, value: object
) -> None:
    before = (await sam.get("/api/users/me")).json()
    answer = await sam.patch("/api/users/me", change)
    assert answer.status_code == 200
    assert answer.json() == before | {field: value}
    assert (await sam.get("/api/users/me")).json() == before | {field: value}


async def test_nothing_given_changes_nothing(world: World, sam: Actor) -> None:
    before = await world.db.read(accounts.user, sam.email)
    world.clock.advance(minutes=1)
    assert (await sam.patch("/api/users/me", {})).status_code == 200
    assert (await world.db.read(accounts.user, sam.email)).updated_at == before.updated_at
    await sam.patch("/api/users/me", {"name": "Sam S"})
    assert (await world.db.read(accounts.user, sam.email)).updated_at == world.clock.now()


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/body/name"),
        ({"name": "  x "}, "/body/name"),
        ({"name": "x" * 101}, "/body/name"),
        ({"name": 7}, "/body/name"),
        ({"name": "Sam\nSample"}, "/body/name"),
        ({"name": "Sam\tSample"}, "/body/name"),
        ({"name": "---"}, "/body/name"),
        ({"timezone": "Berlin"}, "/body/timezone"),
        ({"timezone": "europe/berlin"}, "/body/timezone"),
        ({"timezone": "+02:00"}, "/body/timezone"),
        ({"timezone": ""}, "/body/timezone"),
        ({"timezone": "A" * 65}, "/body/timezone"),
        ({"is_profile_public": "yes"}, "/body/is_profile_public"),
        ({"is_profile_public": 1}, "/body/is_profile_public"),
        ({"nam": "Sam"}, "/body/nam"),
        ({"email": "eve@evil.test"}, "/body/email"),
        ({"roles": ["admin"]}, "/body/roles"),
        ({"is_admin": True}, "/body/is_admin"),
        ({"can_teach_courses": True}, "/body/can_teach_courses"),
        ({"id": NOBODY}, "/body/id"),
    ],
)
async def test_a_bad_change_is_refused_as_a_whole(sam: Actor, change: dict[str, Any], pointer: str) -> None:
    before = (await sam.get("/api/users/me")).json()
    answer = await sam.patch("/api/users/me", {"timezone": "Asia/Tokyo"} | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await sam.get("/api/users/me")).json() == before


@on_sqlite
async def test_a_misspelt_field_learns_the_right_one(sam: Actor) -> None:
    (error,) = (await sam.patch("/api/users/me", {"time_zone": "Asia/Tokyo"})).json()["errors"]
    assert error["detail"] == "is not known here; did you mean timezone?"


async def test_two_changes_at_once_both_count(sam: Actor) -> None:
    changes: list[dict[str, Any]] = [
        {"name": "Samantha Sample"},
        {"timezone": "Asia/Tokyo"},
        {"is_profile_public": True},
    ]
    await asyncio.gather(*(sam.patch("/api/users/me", change) for change in changes))
    me = (await sam.get("/api/users/me")).json()
    assert all(me[field] == value for change in changes for field, value in change.items())


# What other domains ask.


async def test_people_are_found_and_strangers_are_not(world: World, sam: Actor) -> None:
    person = await world.db.read(service.get_person, sam.user_id)
    assert (person.id, person.name, person.email, person.is_email_verified) == (
        sam.user_id,
        "Sam Sample",
        sam.email,
        True,
    )
    assert await world.db.read(service.get_people, [sam.user_id, NOBODY]) == {sam.user_id: person}
    for unit in (service.get_person, service.get_user):
        with pytest.raises(UserNotFound):
            await world.db.read(unit, NOBODY)
    for change in (service.allow_teaching, _rename):
        with pytest.raises(UserNotFound):
            await world.write(change, NOBODY)


def _rename(session: WriteSession, user_id: UserId) -> object:
    return service.change_profile(session, user_id, {"name": "Nobody"})


async def test_a_looked_up_account_is_the_one_that_is_read(world: World, sam: Actor) -> None:
    read = await world.db.read(service.get_user, sam.user_id)
    found = await world.db.look_up(service.look_up_user, sam.user_id)
    columns = User.__table__.c.keys()
    assert [getattr(found, name) for name in columns] == [getattr(read, name) for name in columns]
    assert (found.roles, found.is_email_verified) == (["student"], True)
    with pytest.raises(UserNotFound):
        await world.db.look_up(service.look_up_user, NOBODY)


async def test_the_first_certification_lets_somebody_teach(world: World, sam: Actor) -> None:
    await world.write(service.allow_teaching, sam.user_id)
    await world.write(service.allow_teaching, sam.user_id)
    assert (await sam.get("/api/users/me")).json()["roles"] == ["student", "teacher"]


@on_sqlite
async def test_handles_are_short_plain_and_unique(world: World) -> None:
    names = ["Zoë Ångström", "山田太郎", "Al", "1st Class", "Admin", "me", "x" * 80, "Zoë Ångström", "O'Neill -- Jr."]
    members = [await world.member(name) for name in names]
    handles = [(await world.db.read(service.get_person, member.user_id)).handle for member in members]
    assert len(set(handles)) == len(handles)
    assert all(handle.isascii() and 3 <= len(handle) <= 20 and handle[0].isalpha() for handle in handles)
    assert not {"admin", "me"} & set(handles)
    assert handles[0] == "zoe_angstrom"


@pytest.mark.parametrize("char", [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))])
def test_a_name_cannot_turn_the_text_around_it(char: str) -> None:
    with pytest.raises(ValidationError, match="direction of text"):
        MeChange.model_validate({"name": f"Sam {char}Sample"})
