"""Handles: what they look like, that each has one owner, and which nobody may have."""

import asyncio
from typing import Any

import pytest

from app.domains.users.handles import is_reserved
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ME = "/api/users/me"


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def check(actor: Actor, handle: str) -> dict[str, Any]:
    answer = await actor.get("/api/users/check-handle", params={"handle": handle})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_a_handle_is_kept_in_lower_case_and_belongs_to_one(world: World, sam: Actor) -> None:
    ada = await world.member("Ada Adams")
    assert (await sam.patch(ME, {"handle": "New_Handle7"})).json()["handle"] == "new_handle7"
    refused = await ada.patch(ME, {"handle": "NEW_handle7", "title": "Changed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "handle_taken")
    assert (await ada.get(ME)).json()["title"] is None
    assert (await sam.patch(ME, {"handle": "new_handle7"})).status_code == 200  # one's own


async def test_of_twenty_at_once_one_gets_it(world: World) -> None:
    members = [await world.member(f"Member {number}") for number in range(20)]
    answers = await asyncio.gather(*(member.patch(ME, {"handle": "wanted"}) for member in members))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    handles = [(await member.get(ME)).json()["handle"] for member in members]
    assert handles.count("wanted") == 1


@on_sqlite
@pytest.mark.parametrize(
    "handle",
    ["ab", "a" * 21, "7up", "_sam", "sam-s", "sam s", "säm", "sam.", "sam\n", "", "sam/../x", "\u2170\u2170\u2170"],
)
async def test_a_handle_has_its_form(sam: Actor, handle: str) -> None:
    answer = await sam.patch(ME, {"handle": handle})
    assert (answer.status_code == 422) != (handle.strip() == "sam"), answer.text


@on_sqlite
async def test_a_check_says_why_not(world: World, sam: Actor) -> None:
    ada = await world.member("Ada Adams")
    taken = (await ada.get(ME)).json()["handle"]
    assert await check(sam, taken.upper()) == {"handle": taken, "is_free": False, "reason": "taken"}
    assert await check(sam, "Admin") == {"handle": "admin", "is_free": False, "reason": "reserved"}
    assert await check(sam, "7up") == {"handle": "7up", "is_free": False, "reason": "invalid"}
    assert await check(sam, "free_one") == {"handle": "free_one", "is_free": True, "reason": None}
    assert (await check(ada, taken))["is_free"]
    assert (await world.http.get("/api/users/check-handle", params={"handle": "free_one"})).status_code == 401


OURS = """
    me search check_handle admin api support peerloop peer_loop the_peerloop_team ad_min admin1 support_24 moderator
    courses deleted_member settings no_reply
"""


@pytest.mark.parametrize("handle", OURS.split())
def test_words_of_ours_are_nobody_s(handle: str) -> None:
    assert is_reserved(handle)


@pytest.mark.parametrize("handle", ["sam", "administrata", "teachersam", "member_of_x", "loop", "apian"])
def test_other_words_are_free(handle: str) -> None:
    assert not is_reserved(handle)


@on_sqlite
async def test_a_reserved_handle_is_refused_and_never_made_from_a_name(world: World, sam: Actor) -> None:
    answer = await sam.patch(ME, {"handle": "Support_1"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "handle_reserved")
    for name in ("PeerLoop Support", "Admin", "Team 1"):
        made = (await (await world.member(name)).get(ME)).json()["handle"]
        assert not is_reserved(made)


@on_sqlite
async def test_every_static_path_of_people_is_reserved(world: World) -> None:
    paths = world.app.openapi()["paths"]
    segments = {path.split("/")[3] for path in paths if path.startswith("/api/users/")}
    assert all(is_reserved(segment.replace("-", "_")) for segment in segments if "{" not in segment)
