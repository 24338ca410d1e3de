"""Creators make, edit and delete courses."""

import asyncio
from typing import Any

import pytest

from app.domains.courses import service
from app.domains.courses.types import CheckCode, CourseId
from tests.domains.courses.samples import certify
from tests.domains.courses.studio import MODULES, Desk
from tests.support.world import World


async def test_a_title_is_enough_for_a_draft(world: World) -> None:
    desk = await Desk.draft(world, title="Vibe Coding 101")
    shown = await desk.show()
    assert (shown["state"], shown["slug"], shown["title"]) == ("draft", "vibe-coding-101", "Vibe Coding 101")
    assert shown["topics"] == [{"slug": "ai", "name": "Artificial Intelligence"}]
    assert set(shown["missing"]) == set(CheckCode) - {"title", "duration"}
    assert shown["creator_id"] == desk.actor.user_id
    assert (await world.http.get(f"/api/courses/{desk.course_id}")).status_code == 404


async def test_who_may_begin_a_course(world: World) -> None:
    await Desk.draft(world)
    member, unproven = await world.member("Mia Member"), await world.member("Uma Unproven", is_verified=False)
    refusals = [await actor.post("/api/courses", {"title": "Mine"}) for actor in (member, unproven)]
    assert [(answer.status_code, answer.json()["code"]) for answer in refusals] == [
        (403, "may_not_create"),
        (403, "email_not_verified"),
    ]


async def test_one_key_begins_one_course(world: World) -> None:
    desk = await Desk.draft(world)
    bodies = [(await desk.actor.post("/api/courses", {"title": "Twice"}, key="0123456789")).json() for _ in range(2)]
    assert bodies[0] == bodies[1]
    listed = (await desk.actor.get("/api/courses/mine")).json()["items"]
    assert sorted(item["title"] for item in listed) == ["Sample Course", "Twice"]


LISTS: dict[str, Any] = {
    "objectives": ["Do it", "Do it again"],
    "includes": ["Two sessions"],
    "target-audience": ["People"],
    "tags": ["apple", "zebra"],
}


async def test_every_field_is_written_and_read_back(world: World) -> None:
    desk = await Desk.draft(world)
    changes = {
        "title": "Another Title",
        "tagline": "In one line",
        "description": "At some length",
        "level": "advanced",
        "price_cents": 9900,
        "session_count": 3,
        "session_duration_minutes": 45,
    }
    assert (await desk.patch("", changes)).status_code == 200
    for name, items in LISTS.items():
        assert (await desk.put(f"/{name}", {"items": items})).status_code == 200
    prerequisites = {"required": ["A computer"], "nice_to_have": ["Time"], "not_required": ["Money"]}
    assert (await desk.put("/prerequisites", prerequisites)).status_code == 200
    praise = {"quote": "Great.", "student_name": "Sam", "student_role": None, "is_featured": True}
    assert (await desk.put("/testimonials", {"items": [praise]})).status_code == 200
    topics = await desk.put("/topics", {"items": ["design", "ai"]})
    shown = await desk.show()
    assert topics.json() == shown
    assert {name: shown[name] for name in changes} == changes
    assert {name: shown[name.replace("-", "_")] for name in LISTS} == LISTS
    assert (shown["prerequisites"], shown["testimonials"]) == (prerequisites, [praise])
    assert [topic["slug"] for topic in shown["topics"]] == ["design", "ai"]
    assert (shown["slug"], shown["is_priced"]) == ("another-title", True)
    cleared = (await desk.patch("", {"tagline": None, "description": None})).json()
    assert (cleared["tagline"], cleared["description"]) == ("", "")


async def test_a_list_replaces_the_one_before(world: World) -> None:
    desk = await Desk.draft(world)
    for items in (["One", "Two"], ["Three"], []):
        assert (await desk.put("/objectives", {"items": items})).json()["objectives"] == items
    for items in (["design"], ["ai", "design"], ["design", "ai"]):
        shown = (await desk.put("/topics", {"items": items})).json()["topics"]
        assert [topic["slug"] for topic in shown] == items
    for items, kept in ((["B", "b", "a"], ["a", "b"]), (["c"], ["c"])):
        assert (await desk.put("/tags", {"items": items})).json()["tags"] == kept


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tags", {"items": ["a", "b", "c", "d", "e", "f"]}),
        ("/topics", {"items": []}),
        ("/topics", {"items": ["a", "b", "c", "d"]}),
        ("/objectives", {"items": ["x"] * 21}),
        ("/testimonials", {"items": [{"quote": "Great.", "student_name": "S"}] * 21}),
        ("/curriculum", {"modules": MODULES * 26}),
        ("/curriculum", {"modules": [MODULES[0] | {"session_number": 0}]}),
    ],
)
async def test_lists_are_bounded(world: World, path: str, body: dict[str, Any]) -> None:
    desk = await Desk.draft(world)
    before = await desk.show()
    assert (await desk.put(path, body)).status_code == 422
    assert await desk.show() == before


async def test_an_unknown_topic_changes_nothing(world: World) -> None:
    desk = await Desk.draft(world)
    answer = await desk.put("/topics", {"items": ["design", "nowhere"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "topic_not_found")
    assert [topic["slug"] for topic in (await desk.show())["topics"]] == ["ai"]


async def test_a_version_that_is_past_changes_nothing(world: World) -> None:
    desk = await Desk.draft(world)
    seen = await desk.version()
    first = await desk.patch("", {"tagline": "First"}, if_match=seen)
    assert first.headers["etag"] == await desk.version() != seen
    second = await desk.patch("", {"tagline": "Second"}, if_match=seen)
    assert (second.status_code, second.json()["code"]) == (412, "precondition_failed")
    added = await desk.post("/curriculum", {"title": "A module"})
    assert added.headers["etag"] == await desk.version()
    assert (await desk.show())["tagline"] == "First"


async def test_of_many_editors_of_one_version_one_wins(world: World) -> None:
    desk = await Desk.draft(world)
    seen = await desk.version()
    answers = await asyncio.gather(*(desk.patch("", {"tagline": f"By {n}"}, if_match=seen) for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_modules_are_added_changed_ordered_and_removed(world: World) -> None:
    desk = await Desk.draft(world)
    for title in ("One module", "Two module", "Three module"):
        assert (await desk.post("/curriculum", {"title": title})).status_code == 201
    first, second, third = await desk.module_ids()
    assert (await desk.put("/curriculum/order", {"module_ids": [third, first, second]})).status_code == 200
    changed = await desk.patch(f"/curriculum/{first}", {"duration_minutes": 25, "description": "Inside"})
    assert [module["duration_minutes"] for module in changed.json()["modules"]] == [0, 25, 0]
    left = (await desk.delete(f"/curriculum/{third}")).json()["modules"]
    assert [(module["id"], module["position"]) for module in left] == [(first, 1), (second, 2)]
    for body in ([first], [first, first], [first, second, third]):
        refused = await desk.put("/curriculum/order", {"module_ids": body})
        assert (refused.status_code, refused.json()["code"]) == (422, "order_incomplete")
    gone = [await desk.delete(f"/curriculum/{third}"), await desk.patch(f"/curriculum/{third}", {"title": "Gone"})]
    assert [(answer.status_code, answer.json()["code"]) for answer in gone] == [(404, "module_not_found")] * 2


async def test_a_whole_curriculum_keeps_the_modules_it_names(world: World) -> None:
    desk = await Desk.draft(world)
    await desk.put("/curriculum", {"modules": MODULES})
    first, second = await desk.module_ids()
    wanted = [{"title": "New one"}, MODULES[1] | {"module_id": second, "title": "Kept"}]
    shown = (await desk.put("/curriculum", {"modules": wanted, "session_count": 4})).json()
    assert [module["title"] for module in shown["modules"]] == ["New one", "Kept"]
    assert (shown["modules"][1]["id"], shown["session_count"]) == (second, 4)
    refused = [
        await desk.put("/curriculum", {"modules": [MODULES[0] | {"module_id": first}]}),
        await desk.put("/curriculum", {"modules": [MODULES[1] | {"module_id": second}] * 2}),
    ]
    assert [answer.json()["code"] for answer in refused] == ["module_not_found", "order_incomplete"]
    assert (await desk.put("/curriculum", {"modules": []})).json()["modules"] == []


async def test_a_course_has_at_most_fifty_modules(world: World) -> None:
    desk = await Desk.draft(world)
    assert (await desk.put("/curriculum", {"modules": MODULES * 25})).status_code == 200
    answer = await desk.post("/curriculum", {"title": "One too many"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_modules")


async def test_a_draft_of_another_is_as_good_as_none(world: World) -> None:
    desk = await Desk.draft(world)
    stranger = desk.by(await world.member("Otto Other", can_create_courses=True))
    answers = [
        await stranger.actor.get(f"/api/courses/{desk.course_id}/draft"),
        await stranger.patch("", {"title": "Stolen"}),
        await stranger.put("/tags", {"items": ["stolen"]}),
        await stranger.put("/publish"),
        await stranger.post("/retire"),
        await stranger.delete(),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "course_not_found")}
    assert (await stranger.actor.get("/api/courses/mine")).json()["items"] == []


async def test_an_administrator_may_edit_and_it_is_written_down(world: World) -> None:
    desk = await Desk.draft(world)
    admin = await world.member("Ada Admin", is_admin=True)
    assert (await desk.by(admin).patch("", {"tagline": "Better"})).status_code == 200
    entries = (await admin.get("/api/admin/audit", params={"subject_id": desk.course_id})).json()["items"]
    assert [(entry["action"], entry["actor_id"]) for entry in entries] == [("course.changed", admin.user_id)]


async def test_a_draft_is_deleted_with_all_that_is_in_it(world: World) -> None:
    desk = await Desk.complete(world)
    await desk.put("/testimonials", {"items": [{"quote": "Great.", "student_name": "Sam"}]})
    await desk.put("/topics", {"items": ["ai", "design"]})
    assert (await desk.delete()).status_code == 204
    assert (await desk.actor.get(f"/api/courses/{desk.course_id}/draft")).status_code == 404
    assert (await desk.actor.get("/api/courses/mine")).json()["items"] == []


async def test_what_was_published_is_never_deleted(world: World) -> None:
    desk = await Desk.published(world)
    for step in (None, "/unpublish"):
        if step:
            assert (await desk.put(step)).status_code == 200
        answer = await desk.delete()
        assert (answer.status_code, answer.json()["code"]) == (409, "course_in_use")
    assert len((await desk.show())["modules"]) == 2


async def test_the_slug_follows_the_title_of_drafts_and_afterwards_on_request(world: World) -> None:
    desk = await Desk.complete(world)
    assert (await desk.patch("", {"title": "Second Title"})).json()["slug"] == "second-title"
    await desk.put("/publish")
    assert (await desk.patch("", {"title": "Third Title"})).json()["slug"] == "second-title"
    assert (await desk.patch("", {"renew_slug": True})).json()["slug"] == "third-title"
    other = await Desk.draft(world, title="Second Title", actor=desk.actor)  # the address still leads to the first one
    assert (await other.show())["slug"] == f"second-title-{other.course_id[-8:]}"
    back = await desk.patch("", {"title": "Second Title", "renew_slug": True})
    assert back.json()["slug"] == "second-title"


async def test_own_courses_are_listed_by_state_in_pages(world: World) -> None:
    desk = await Desk.published(world)
    world.clock.advance(minutes=1)
    await Desk.draft(world, title="Later", actor=desk.actor)
    path = "/api/courses/mine"
    page = (await desk.actor.get(path, params={"limit": 1})).json()
    rest = (await desk.actor.get(path, params={"limit": 1, "cursor": page["next_cursor"]})).json()
    titles = [item["title"] for item in (*page["items"], *rest["items"])]
    assert (titles, rest["next_cursor"]) == (["Later", "Sample Course"], None)
    for state, found in (("draft", ["Later"]), ("published", ["Sample Course"]), ("retired", [])):
        listed = (await desk.actor.get(path, params={"state": state})).json()["items"]
        assert [item["title"] for item in listed] == found


async def test_leaving_takes_drafts_along_and_retires_the_rest(world: World) -> None:
    desk = await Desk.published(world)
    draft = await Desk.draft(world, title="Later", actor=desk.actor)
    await certify(world, desk.actor.user_id, CourseId(draft.course_id))
    await desk.put("/unpublish")
    await world.write(service.erase, desk.actor.user_id)
    admin = await world.member("Ada Admin", is_admin=True)
    assert (await desk.by(admin).show())["state"] == "retired"
    assert (await admin.get(f"/api/courses/{draft.course_id}/draft")).status_code == 404
    assert (await world.db.read(service.get_course, CourseId(desk.course_id))).is_on_sale is False


@pytest.mark.parametrize("word", ["mine", "featured"])
async def test_a_word_of_the_api_is_no_course(world: World, word: str) -> None:
    desk = await Desk.draft(world, title=word.capitalize())
    assert (await desk.show())["slug"] == f"{word}-{desk.course_id[-8:]}"
    answer = await desk.actor.delete(f"/api/courses/{word}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
