"""Topics, tags, ratings and what is featured."""

from typing import Any

from tests.domains.catalogue.catalogues import change_course, file_under
from tests.domains.courses.samples import make_course, make_draft
from tests.support.world import World


async def tags(world: World, **query: Any) -> list[tuple[str, int]]:
    items = (await world.http.get("/api/tags", params=query)).json()["items"]
    return [(item["tag"], item["course_count"]) for item in items]


async def test_topics_and_tags_count_the_courses_on_sale(world: World) -> None:
    creator = await world.member("Carla Creator")
    first = await make_course(world, creator.user_id, "First", topic="ai", more_topics=("design",), tags=("b", "c"))
    await make_course(world, creator.user_id, "Second", topic="design", tags=("b", "a"))
    await make_draft(world, creator.user_id, "Third", topic="ai", tags=("d",))
    topics = (await world.http.get("/api/topics")).json()["items"]
    assert [(topic["slug"], topic["course_count"]) for topic in topics] == [("ai", 1), ("design", 2)]
    assert await tags(world) == [("b", 2), ("a", 1), ("c", 1)]
    assert await tags(world, topic="ai") == [("b", 1), ("c", 1)]
    page = (await world.http.get("/api/tags", params={"limit": 2})).json()
    assert await tags(world, limit=2, cursor=page["next_cursor"]) == [("c", 1)]
    listed = (await world.http.get("/api/courses", params={"topic": "design", "sort": "title"})).json()["items"]
    assert [[topic["slug"] for topic in item["topics"]] for item in listed] == [["ai", "design"], ["design"]]
    await world.write(file_under, first, ["design"])
    assert (await world.http.get("/api/courses/first")).json()["topics"] == [{"slug": "design", "name": "Design"}]
    assert await tags(world, topic="ai") == []


async def test_courses_show_and_are_found_by_the_new_name_of_their_topic(world: World) -> None:
    creator = await world.member("Carla Creator")
    for number in range(51):  # one more than are changed at once
        await make_course(world, creator.user_id, f"Course {number}", topic="design", more_topics=("ai",))
    assert len((await world.http.get("/api/courses", params={"q": "artificial"})).json()["items"]) > 1
    admin = await world.member("Ada Admin", is_admin=True)
    ai = next(each for each in (await admin.get("/api/admin/topics")).json()["items"] if each["slug"] == "ai")
    renamed = await admin.patch(f"/api/admin/topics/{ai['id']}", {"name": "Thinking Machines"})
    assert renamed.status_code == 200
    await world.settle()
    page = (await world.http.get("/api/courses", params={"q": "thinking", "limit": "100", "count": "true"})).json()
    assert {item["topics"][1]["name"] for item in page["items"]} == {"Thinking Machines"}
    assert page["total"] == 51
    assert (await world.http.get("/api/courses", params={"q": "artificial"})).json()["items"] == []
    assert (await world.http.get("/api/courses/course-7")).json()["topics"][1]["name"] == "Thinking Machines"


async def test_ratings_order_and_narrow(world: World) -> None:
    creator = await world.member("Carla Creator")
    rated = {"Good": (9, 2), "Best": (10, 2), "Fair": (7, 2), "Also good": (45, 10)}
    for title, (total, count) in rated.items():
        course_id = await make_course(world, creator.user_id, title)
        await world.write(change_course, course_id, {"rating_sum": total, "rating_count": count})
    await make_course(world, creator.user_id, "Unrated")

    async def found(**query: Any) -> list[tuple[str, float | None]]:
        items = (await world.http.get("/api/courses", params=query)).json()["items"]
        return [(item["title"], item["rating"]) for item in items]

    ordered = [("Best", 5.0), ("Also good", 4.5), ("Good", 4.5), ("Fair", 3.5), ("Unrated", None)]
    assert await found(sort="rating") == ordered
    assert await found(sort="rating", min_rating=4) == ordered[:3]
    assert await found(sort="rating", min_rating=5) == ordered[:1]


async def test_admins_feature_courses(world: World) -> None:
    creator, admin = await world.member("Carla Creator"), await world.member("Ada Admin", is_admin=True)
    shown, draft = await make_course(world, creator.user_id, "Shown"), await make_draft(world, creator.user_id, "Draft")
    for course_id in (shown, draft, shown):
        answer = await admin.put(f"/api/admin/courses/{course_id}/featured", {"is_featured": True})
        assert (answer.status_code, answer.json()) == (200, {"is_featured": True})
    items = (await world.http.get("/api/courses/featured")).json()["items"]
    assert [(item["id"], item["is_featured"]) for item in items] == [(shown, True)]
    log = (await admin.get("/api/admin/audit", params={"subject_id": shown})).json()["items"]
    assert [(entry["action"], entry["before"]) for entry in log] == [("course.featured", {"is_featured": False})]
    await admin.put(f"/api/admin/courses/{shown}/featured", {"is_featured": False})
    assert (await world.http.get("/api/courses/featured")).json()["items"] == []
    unknown = await admin.put("/api/admin/courses/crs_01kbq2z7m8e6h9s0t3v5x7y9zb/featured", {"is_featured": True})
    assert unknown.json()["code"] == "course_not_found"
