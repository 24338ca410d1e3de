"""Reviewing a completed place: once of each kind, by its student, counted at once."""

from typing import Any

import pytest

from tests.domains.certificates.scene import Scene, act_as, open_scene
from tests.domains.reviews.scene import BODIES, COURSE, TEACHER, change, completed, go_public, path, summaries, write
from tests.support.world import World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
KINDS = ("review", "course-review")


@pytest.fixture
async def scene(world: World) -> Scene:
    return await completed(world)


async def test_what_is_written_is_shown_and_counted_and_told(world: World, scene: Scene) -> None:
    own = {kind: await write(scene, kind) for kind in KINDS}
    for kind, review in own.items():
        assert {name: review[name] for name in BODIES[kind]} == BODIES[kind]
        assert (review["author"], review["reply"]) == ({"name": "Sam", "handle": None}, None)
        for role in ("student", "teacher", "creator", "admin"):
            assert (await (await act_as(scene, role)).get(path(scene, kind))).json() == review
        public = (await world.http.get(f"/api/reviews/{review['id']}")).json()
        assert public == {name: review[name] for name in public}
        assert review.keys() - public.keys() == {"enrollment_id", "hidden_at", "hidden_reason"}
    shown = [
        await world.http.get(f"/api/{subject}/reviews")
        for subject in ("courses/intro-to-n8n", f"teachers/{scene.teacher.user_id}")
    ]
    assert [[item["id"] for item in answer.json()["items"]] for answer in shown] == [
        [own["course-review"]["id"]],
        [own["review"]["id"]],
    ]
    assert all(answer.headers["cache-control"].startswith("public, ") for answer in shown)
    course, teacher = await summaries(scene)
    spread = [{"stars": stars, "count": int(stars == 4)} for stars in (5, 4, 3, 2, 1)]
    assert course == {"rating": 4.0, "rating_count": 1, "stars": spread}
    assert (teacher["rating"], teacher["rating_count"]) == (5.0, 1)
    for person, stars in ((scene.creator, 4), (scene.teacher, 5)):
        told = [mail["subject"] for mail in await world.mails_to(person.email) if "gave" in mail["subject"]]
        assert told == [f"Sam gave {stars} stars in Intro to n8n"]


async def test_each_kind_is_written_once_and_after_completion_only(world: World) -> None:
    scene = await open_scene(world)
    for kind in KINDS:
        early = await scene.student.post(path(scene, kind), BODIES[kind])
        assert (early.status_code, early.json()["code"]) == (409, "review_too_early")
        assert (await scene.student.get(path(scene, kind))).json()["code"] == "review_not_found"
        missing = await change(scene.student, path(scene, kind), BODIES[kind])
        assert (missing.status_code, missing.json()["code"]) == (404, "review_not_found")
    await scene.complete()
    for kind in KINDS:
        for role in ("teacher", "creator", "stranger", "admin"):
            refused = await (await act_as(scene, role)).post(path(scene, kind), BODIES[kind])
            assert (refused.status_code, refused.json()["code"]) == (404, "enrollment_not_found"), role
        await write(scene, kind)
        again = await scene.student.post(path(scene, kind), BODIES[kind])
        assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert [found["rating_count"] for found in await summaries(scene)] == [1, 1]


@on_sqlite
async def test_only_fair_words_and_stars_are_taken(scene: Scene) -> None:
    faults: list[dict[str, Any]] = [
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": None},
        {"comment": "Too short"},
        {"comment": "          .          "},
        {"comment": "x" * 2001},
        {"clarity": 6},
    ]
    for fault in faults:
        assert (await scene.student.post(path(scene, "course-review"), COURSE | fault)).status_code == 422, fault
    for name in ("clarity", "relevance", "depth"):
        answer = await scene.student.post(path(scene, "review"), TEACHER | {name: 5})
        assert answer.json()["errors"][0]["pointer"] == f"/body/{name}"


async def test_a_change_replaces_all_and_moves_the_average(world: World, scene: Scene) -> None:
    before = await write(scene, "course-review")
    etag = (await scene.student.get(path(scene, "course-review"))).headers["etag"]
    world.clock.advance(minutes=5)
    body = {"rating": 1, "comment": "On second thoughts, much too short."}
    changed = await change(scene.student, path(scene, "course-review"), body, **{"If-Match": etag})
    nothing = dict.fromkeys(("clarity", "relevance", "depth"))
    assert changed.json() == before | body | nothing | {"edited_at": "2026-12-01T09:05:00Z"}
    stale = await change(scene.student, path(scene, "course-review"), COURSE, **{"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    course, _ = await summaries(scene)
    assert (course["rating"], course["rating_count"]) == (1.0, 1)
    foreign = await change(scene.teacher, path(scene, "course-review"), COURSE)
    assert foreign.json()["code"] == "enrollment_not_found"


async def test_an_author_is_named_as_they_want_to_be(world: World, scene: Scene) -> None:
    review = await write(scene, "review")

    async def author() -> dict[str, Any]:
        found: dict[str, Any] = (await world.http.get(f"/api/reviews/{review['id']}")).json()
        return {"author": found["author"], "comment": found["comment"]}

    assert (await author())["author"] == {"name": "Sam", "handle": None}
    await go_public(world, scene.student, "sam_sample")
    assert (await author())["author"] == {"name": "Sam Sample", "handle": "sam_sample"}
    assert (await scene.student.delete("/api/users/me")).status_code == 204
    assert await author() == {"author": {"name": "Former member", "handle": None}, "comment": None}
    _, teacher = await summaries(scene)
    assert (teacher["rating"], teacher["rating_count"]) == (5.0, 1)
