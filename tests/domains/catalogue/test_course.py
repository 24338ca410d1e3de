"""One course: its details, its curriculum and its teachers, and who sees which of it."""

import pytest

from app.domains.courses import service
from app.domains.courses.types import CourseId
from app.domains.users import service as users
from tests.domains.courses.samples import LONG_ENOUGH, make_course, make_draft
from tests.support.world import Actor, World

VIEWS = ["", "/curriculum", "/teachers"]
UNKNOWN = "crs_01kbq2z7m8e6h9s0t3v5x7y9zb"


async def certify(world: World, teacher: Actor, course_id: CourseId) -> None:
    await world.write(
        service.certify_teacher, user_id=teacher.user_id, course_id=course_id, approved_by=teacher.user_id
    )


async def test_the_details_hold_everything(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id, "Intro to Ants")
    by_id = (await world.http.get(f"/api/courses/{course_id}")).json()
    assert by_id == (await world.http.get("/api/courses/intro-to-ants")).json()
    card = (await world.http.get("/api/courses")).json()["items"][0]
    assert by_id == card | {
        "description": LONG_ENOUGH,
        "objectives": ["Do it", "Do it again"],
        "includes": [],
        "audience": [],
        "prerequisites": {"required": [], "nice_to_have": [], "not_required": ["Money"]},
        "testimonials": [],
    }


async def test_visitors_read_what_others_said_of_it(world: World) -> None:
    creator = await world.member("Carla Creator", can_create_courses=True)
    course_id = await make_course(world, creator.user_id)
    praise = {"quote": "Great.", "student_name": "Sam", "student_role": "Baker", "is_featured": True}
    await creator.put(f"/api/courses/{course_id}/testimonials", {"items": [praise]})
    assert (await world.http.get(f"/api/courses/{course_id}")).json()["testimonials"] == [praise]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", [UNKNOWN, "no-such-course", "crs_", "_", "%25", "INTRO", "a.b", "x" * 101])
async def test_unknown_courses(world: World, view: str, name: str) -> None:
    answer = await world.http.get(f"/api/courses/{name}{view}")
    is_plain = name in {UNKNOWN, "no-such-course", "crs_", "_", "INTRO"}
    assert (answer.status_code, answer.json()["code"]) == (
        (404, "course_not_found") if is_plain else (422, "invalid_request")
    )


@pytest.mark.parametrize("view", VIEWS[:2])
async def test_a_draft_is_seen_by_its_creator_and_admins_only(world: World, view: str) -> None:
    creator, other = await world.member("Carla Creator", can_create_courses=True), await world.member("Otto Other")
    admin = await world.member("Ada Admin", is_admin=True)
    teacher = await world.member("Tess Teacher")
    course_id = await make_draft(world, creator.user_id)
    await certify(world, teacher, course_id)
    path = f"/api/courses/{course_id}{view}"
    for owner in (creator, admin):
        answer = await owner.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert "etag" not in answer.headers
    assert [(await actor.get(path)).status_code for actor in (other, teacher)] == [404, 404]
    assert (await world.http.get(path)).status_code == 404


async def test_a_draft_has_no_teachers_to_book(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    await certify(world, creator, course_id)
    assert (await creator.get(f"/api/courses/{course_id}/teachers")).status_code == 404


async def test_a_curriculum_shows_its_descriptions_to_those_who_own_or_teach(world: World) -> None:
    creator, teacher = await world.member("Carla Creator"), await world.member("Tess Teacher")
    admin, student = await world.member("Ada Admin", is_admin=True), await world.member("Sam Student")
    course_id = await make_course(world, creator.user_id)
    await certify(world, teacher, course_id)
    path = f"/api/courses/{course_id}/curriculum"
    for insider in (creator, teacher, admin):
        answer = await insider.get(path)
        assert [module["description"] for module in answer.json()["modules"]] == ["Secret one", "Secret two"]
        assert answer.headers["cache-control"] == "private, no-store"
    for answer in (await student.get(path), await world.http.get(path)):
        assert "Secret" not in answer.text
        assert answer.headers["cache-control"].startswith("public")
        assert answer.headers["vary"] == "Authorization, Cookie, Origin"
    body = (await world.http.get(path)).json()
    assert (body["course_id"], body["session_count"]) == (course_id, 2)
    assert [{**module, "id": ""} for module in body["modules"]] == [
        {"position": 1, "session_number": 1, "title": "First", "duration_minutes": 45, "description": None, "id": ""},
        {"position": 2, "session_number": 2, "title": "Second", "duration_minutes": 30, "description": None, "id": ""},
    ]


async def test_a_teacher_of_another_course_sees_titles_only(world: World) -> None:
    creator, teacher = await world.member("Carla Creator"), await world.member("Tess Teacher")
    course_id = await make_course(world, creator.user_id)
    await certify(world, teacher, await make_course(world, creator.user_id, "Another"))
    assert "Secret" not in (await teacher.get(f"/api/courses/{course_id}/curriculum")).text


async def test_a_pausing_teacher_still_sees_the_content(world: World) -> None:
    creator, teacher = await world.member("Carla Creator"), await world.member("Tess Teacher")
    course_id = await make_course(world, creator.user_id)
    await certify(world, teacher, course_id)
    await world.write(service.set_teaching, user_id=teacher.user_id, course_id=course_id, is_teaching=False)
    assert "Secret" in (await teacher.get(f"/api/courses/{course_id}/curriculum")).text
    assert (await world.http.get(f"/api/courses/{course_id}/teachers")).json()["items"] == []


async def test_a_bad_token_is_a_visitor(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_draft(world, creator.user_id)
    headers = {"Authorization": "Bearer nonsense"}
    assert (await world.http.get(f"/api/courses/{course_id}", headers=headers)).status_code == 404


async def test_teachers_are_listed_longest_certified_first_and_page_by_page(world: World) -> None:
    creator, course_id = await world.member("Carla Creator"), None
    course_id = await make_course(world, creator.user_id)
    certified = [creator, await world.member("Tess Teacher"), await world.member("Taro Teacher")]
    for teacher in certified:
        await certify(world, teacher, course_id)
        world.clock.advance(minutes=1)
    path = "/api/courses/sample-course/teachers"
    first = (await world.http.get(path, params={"limit": 2})).json()
    assert first["items"][0] == {
        "id": creator.user_id,
        "name": "Carla Creator",
        "handle": "carla_creator",
        "timezone": "Europe/Berlin",
        "certified_at": "2026-12-01T09:01:00Z",
        "is_creator": True,
    }
    second = (await world.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [(row["id"], row["is_creator"]) for row in first["items"] + second["items"]] == [
        (teacher.user_id, teacher is creator) for teacher in certified
    ]
    assert second["next_cursor"] is None


async def test_suspended_teachers_are_not_offered(world: World) -> None:
    creator = await world.member("Carla Creator")
    course_id = await make_course(world, creator.user_id)
    teachers = [await world.member(name) for name in ("Tess Teacher", "Lou Lockout", "Taro Teacher")]
    for teacher in teachers:
        await certify(world, teacher, course_id)
        world.clock.advance(minutes=1)
    await world.write(users.suspend, teachers[1].user_id)
    path = "/api/courses/sample-course/teachers"
    first = (await world.http.get(path, params={"limit": 1})).json()
    second = (await world.http.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    shown = [row["id"] for row in first["items"] + second["items"]]
    assert (shown, second["next_cursor"]) == ([teachers[0].user_id, teachers[2].user_id], None)
    assert await world.db.read(service.bookable_teacher_ids, course_id) == shown
    bookable = [await world.db.read(service.is_bookable_teacher, course_id, each.user_id) for each in teachers]
    assert bookable == [True, False, True]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"teacher": "x"}])
async def test_wrong_queries_for_teachers(world: World, query: dict[str, str]) -> None:
    creator = await world.member("Carla Creator")
    await make_course(world, creator.user_id)
    assert (await world.http.get("/api/courses/sample-course/teachers", params=query)).status_code == 422


async def test_a_cursor_belongs_to_its_course(world: World) -> None:
    creator = await world.member("Carla Creator")
    for title in ("One", "Two"):
        course_id = await make_course(world, creator.user_id, f"Course {title}")
        for name in ("Tess Teacher", "Taro Teacher"):
            await certify(world, await world.member(name), course_id)
    cursor = (await world.http.get("/api/courses/course-one/teachers?limit=1")).json()["next_cursor"]
    answer = await world.http.get("/api/courses/course-two/teachers", params={"cursor": cursor})
    assert answer.json()["code"] == "cursor_invalid"


async def test_topics_come_in_their_order(world: World) -> None:
    assert (await world.http.get("/api/topics")).json() == {"items": []}
    creator = await world.member("Carla Creator")
    await make_draft(world, creator.user_id)
    assert (await world.http.get("/api/topics")).json()["items"] == [
        {"slug": "ai", "name": "Artificial Intelligence", "course_count": 0},
        {"slug": "design", "name": "Design", "course_count": 0},
    ]
    assert (await world.http.get("/api/topics?limit=1")).status_code == 422
