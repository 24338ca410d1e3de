"""What people say about themselves, and that no change is lost."""

import asyncio
from typing import Any

import pytest

from app.domains.users import service
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ME = "/api/users/me"
TEXTS = {
    "title": "Automation teacher",
    "bio_short": "Workflows that run while you sleep.",
    "bio": "First line.\nSecond line.\tIndented.",
    "teaching_philosophy": "Build first, explain second.",
    "website": "https://sam.example/about?x=1#me",
    "location": "Köln",
}


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def test_every_text_can_be_set_and_cleared(sam: Actor) -> None:
    before = (await sam.get(ME)).json()
    assert {name: before[name] for name in TEXTS} == dict.fromkeys(TEXTS)
    assert (await sam.patch(ME, TEXTS)).json() == before | TEXTS
    for name in TEXTS:
        assert (await sam.patch(ME, {name: None})).json()[name] is None
    assert (await sam.get(ME)).json() == before


@on_sqlite
@pytest.mark.parametrize(
    ("name", "longest"),
    [("title", 100), ("bio_short", 160), ("bio", 2000), ("teaching_philosophy", 2000), ("location", 100)],
)
async def test_texts_have_their_lengths(sam: Actor, name: str, longest: int) -> None:
    assert (await sam.patch(ME, {name: "é" * longest})).status_code == 200
    refused = await sam.patch(ME, {name: "é" * (longest + 1)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/body/{name}")


@on_sqlite
@pytest.mark.parametrize("name", ["name", "handle", "timezone", "is_profile_public"])
async def test_what_everybody_has_cannot_be_cleared(sam: Actor, name: str) -> None:
    answer = await sam.patch(ME, {name: None})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/body/{name}")


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        {"title": "a\nb"},
        {"location": "a\u202eb"},
        {"bio_short": "a\tb"},
        {"bio": "a\x1bb"},
        {"bio": "a\u2066b"},
        {"bio": "   "},
        {"title": ""},
        {"avatar": None},
        {"avatar_key": "x"},
    ],
)
async def test_texts_hold_nothing_that_harms_a_page(sam: Actor, change: dict[str, Any]) -> None:
    assert (await sam.patch(ME, change)).status_code == 422


@on_sqlite
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://sam.example", "https://sam.example/"),
        ("HTTP://SAM.example:8080/Über", "http://sam.example:8080/%C3%9Cber"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example/"),
        ("https:\\\\sam.example\\a", None),
        ("https://sam.example\\@evil.test/", "https://sam.example/@evil.test/"),
        ("javascript:alert(1)", None),
        (" javascript://x.example/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("https://user:pass@sam.example/", None),
        ("https://user@sam.example/", None),
        ("https://", None),
        ("https://localhost/", None),
        ("ftp://sam.example/", None),
        ("sam.example", None),
        ("https://sam.example/" + "a" * 200, None),
        ("https://" + "ü" * 50 + "." + "ü" * 50 + "." + "ü" * 80, None),
    ],
)
async def test_a_website_is_an_address_to_link_to(sam: Actor, given: str, kept: str | None) -> None:
    answer = await sam.patch(ME, {"website": given})
    assert answer.status_code == (422 if kept is None else 200), answer.text
    assert (await sam.get(ME)).json()["website"] == kept


async def test_a_stale_version_changes_nothing(sam: Actor) -> None:
    first = (await sam.get(ME)).headers["etag"]
    second = (await sam.patch(ME, {"title": "One"}, if_match=first)).headers["etag"]
    assert second == (await sam.get(ME)).headers["etag"] != first
    refused = await sam.patch(ME, {"title": "Two"}, if_match=first)
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert (await sam.get(ME)).json()["title"] == "One"
    for fitting in (f"W/{second}", f'"other", {second}', "*"):
        assert (await sam.patch(ME, {}, if_match=fitting)).status_code == 200
    for other in ('"other"', second.strip('"'), ""):
        assert (await sam.patch(ME, {}, if_match=other)).status_code == 412


async def test_of_many_changes_to_one_version_one_counts(sam: Actor) -> None:
    version = (await sam.get(ME)).headers["etag"]
    changes = [sam.patch(ME, {"title": f"Number {number}"}, if_match=version) for number in range(8)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*changes))
    assert statuses == [200] + [412] * 7


async def test_who_teaches_or_creates_is_asked_to_go_public(world: World, sam: Actor) -> None:
    creator = await world.member("Cleo Creator", can_create_courses=True)
    assert (await creator.get(ME)).json()["asks_to_go_public"]
    assert not (await sam.get(ME)).json()["asks_to_go_public"]
    await world.write(service.allow_teaching, sam.user_id)
    assert (await sam.get(ME)).json()["asks_to_go_public"]
    answer = await sam.patch(ME, {"is_profile_public": True})
    assert not answer.json()["asks_to_go_public"]
