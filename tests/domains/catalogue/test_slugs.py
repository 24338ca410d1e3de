"""A slug that a course had leads to it, and to no other course."""

from app.domains.courses import service as courses
from tests.domains.catalogue.catalogues import change_course, rename
from tests.domains.courses.samples import make_course, make_draft
from tests.support.learning import Classroom
from tests.support.world import World

VIEWS = (
    "",
    "/curriculum",
    "/teachers?limit=5",
    "/reviews?sort=highest",
    "/reviews/summary",
    "/availability?from=2026-12-02T00:00:00Z&to=2026-12-03T00:00:00Z",
)


async def test_a_former_slug_leads_to_the_present_one(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id, "Old Name")
    assert await world.write(rename, course_id, "New Name") == "new-name"
    for view in VIEWS:
        answer = await world.http.get(f"/api/courses/old-name{view}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"/api/courses/new-name{view}")
    assert (await world.http.get("/api/courses/new-name")).json()["id"] == course_id
    other = await make_draft(world, creator.user_id, "Old Name")
    assert (await world.db.read(courses.get_course, other)).slug == f"old-name-{other[-8:]}"
    assert await world.write(rename, other, "New Name") == f"new-name-{other[-8:]}"
    assert await world.write(rename, other, "Old Name") == f"old-name-{other[-8:]}"
    assert await world.write(rename, course_id, "Old Name") == "old-name"
    assert await world.write(rename, course_id, "Old Name") == "old-name"
    assert (await world.http.get("/api/courses/old-name")).json()["id"] == course_id
    assert (await world.http.get("/api/courses/new-name")).headers["location"] == "/api/courses/old-name"


async def test_a_slug_in_capital_letters_leads_to_the_course(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id, "Some Name")
    for asked in ("Some-Name", course_id.upper()):
        for view in VIEWS:
            answer = await world.http.get(f"/api/courses/{asked}{view}")
            assert (answer.status_code, answer.headers["location"]) == (308, f"/api/courses/some-name{view}")
    assert (await world.http.get("/api/courses/Other-Name")).status_code == 404


async def test_what_is_done_to_a_course_by_a_former_slug_is_done_to_it(world: World) -> None:
    room = await Classroom.open(world)
    graduate = (await room.student(status="completed")).actor
    course_id = room.course_id
    await world.write(rename, course_id, "New Name")
    for named in ("/api/courses/intro-to-n8n", "/api/courses/New-Name"):
        assert (await graduate.post(f"{named}/follow")).json()["id"] == course_id
        assert (await graduate.post(f"{named}/teaching-request")).json()["course_id"] == course_id
        assert (await graduate.delete(f"{named}/follow")).status_code == 204
        assert (await graduate.get("/api/users/me/course-follows")).json()["items"] == []
    assert (await room.teacher.get("/api/courses/intro-to-n8n/draft")).json()["id"] == course_id
    assert (await graduate.post("/api/courses/no-name/follow")).status_code == 404


async def test_a_former_slug_of_what_is_not_on_sale_leads_only_those_who_see_it(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id, "Old Name")
    await world.write(rename, course_id, "New Name")
    assert (await world.http.get("/api/courses/old-name")).status_code == 404
    assert (await creator.get("/api/courses/old-name")).status_code == 308


async def test_students_keep_a_course_that_is_not_on_sale_any_more(world: World) -> None:
    room = await Classroom.open(world)
    student, other = await room.student(), await world.member("Otto Other")
    path = f"/api/courses/{room.course_id}"
    curriculum = await student.actor.get(f"{path}/curriculum")
    assert [module["description"] for module in curriculum.json()["modules"]] == ["", ""]
    assert curriculum.headers["cache-control"] == "private, no-store"
    await world.write(change_course, room.course_id, {"retired_at": world.clock.now()})
    for view in ("", "/curriculum"):
        answers = [await each.get(path + view) for each in (student.actor, room.teacher, other)]
        assert [answer.status_code for answer in answers] == [200, 200, 404]
        assert {answer.headers["cache-control"] for answer in answers[:2]} == {"private, no-store"}
    assert (await student.actor.get(f"{path}/teachers")).status_code == 404
