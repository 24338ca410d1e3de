"""The directories of creators and teachers, and what profiles count: of nobody who does not want to be seen."""

from typing import Any

import pytest

from app.domains.courses import service as courses
from app.domains.users import service as users
from tests.domains.catalogue.catalogues import change_course
from tests.domains.courses.samples import make_course
from tests.support.learning import Classroom
from tests.support.world import Actor, World

PUBLIC = {"is_profile_public": True, "title": "Teacher", "bio_short": "Patient."}


async def names(world: World, path: str, **query: Any) -> list[str]:
    answer = await world.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def go_public(actor: Actor) -> None:
    assert (await actor.patch("/api/users/me", PUBLIC)).status_code == 200


@pytest.fixture
async def room(world: World) -> Classroom:
    """A course that its private creator teaches too, with one student; the creator has another one on design."""
    room = await Classroom.open(world)
    await make_course(world, room.teacher.user_id, topic="design")
    student = await world.member("Sam Student")
    order = {"course_id": room.course_id, "teacher_id": room.teacher.user_id}
    assert (await student.post("/api/checkout/session", order)).status_code == 201
    return room


async def test_private_and_suspended_people_are_not_listed(room: Classroom) -> None:
    world, tara = room.world, room.teacher
    for path in ("/api/creators", "/api/teachers"):
        assert await names(world, path) == []
    assert (await world.http.get("/api/courses?teacher=tara_teacher")).json()["items"] == []
    await go_public(tara)
    for path in ("/api/creators", "/api/teachers"):
        assert await names(world, path) == ["Tara Teacher"]
    await world.write(users.suspend, tara.user_id)
    for path in ("/api/creators", "/api/teachers"):
        assert await names(world, path) == []
    await world.write(users.unsuspend, tara.user_id)
    assert await names(world, "/api/creators") == ["Tara Teacher"]
    await tara.patch("/api/users/me", {"is_profile_public": False})
    assert await names(world, "/api/creators") == []


async def test_what_is_listed_of_them(room: Classroom) -> None:
    world, tara = room.world, room.teacher
    await go_public(tara)
    await world.write(change_course, room.course_id, {"rating_sum": 14, "rating_count": 3})
    shown = {
        "id": tara.user_id,
        "handle": "tara_teacher",
        "name": "Tara Teacher",
        "title": "Teacher",
        "bio_short": "Patient.",
        "avatar": None,
        "student_count": 1,
    }
    creators, teachers = [(await world.http.get(f"/api/{part}")).json()["items"] for part in ("creators", "teachers")]
    assert creators == [shown | {"course_count": 2, "rating": 4.67, "rating_count": 3}]
    assert teachers == [shown | {"course_count": 1}]
    assert await names(world, "/api/creators", topic="design") == ["Tara Teacher"]
    assert await names(world, "/api/teachers", topic="design") == []
    assert await names(world, "/api/teachers", topic="automation") == ["Tara Teacher"]
    taught = await world.http.get("/api/courses", params={"teacher": "tara_teacher"})
    assert [item["id"] for item in taught.json()["items"]] == [room.course_id]
    stats = await world.http.get("/api/users/Tara_Teacher/stats")
    assert stats.json() == {
        "course_count": 2,
        "student_count": 1,
        "rating": 4.67,
        "rating_count": 3,
        "taught_course_count": 1,
        "taught_student_count": 1,
    }
    assert stats.headers["cache-control"].endswith("no-store")


async def test_the_numbers_of_a_private_profile_are_private_too(room: Classroom) -> None:
    path = "/api/users/tara_teacher/stats"
    stranger, moderator = [
        await room.world.member(name, can_create_courses=name == "Olga Other") for name in ("Olga Other", "Mia Mod")
    ]
    await room.world.write(
        users.change_capabilities, moderator.user_id, {"can_moderate_courses": True}, actor_id=moderator.user_id
    )
    answers = [await room.world.http.get(path), *[await each.get(path) for each in (stranger, moderator, room.teacher)]]
    assert [answer.status_code for answer in answers] == [404, 404, 200, 200]


async def test_those_with_the_most_students_come_first_page_by_page(room: Classroom) -> None:
    world, people = room.world, [room.teacher]
    for name in ("Ann Author", "Bob Builder"):
        people.append(await world.member(name))
        course_id = await make_course(world, people[-1].user_id, name)
        await world.write(
            courses.certify_teacher,
            user_id=people[-1].user_id,
            course_id=course_id,
            approved_by=people[-1].user_id,
        )
    for actor in people:
        await go_public(actor)
    for path in ("/api/creators", "/api/teachers"):
        query, seen = {"limit": "1"}, list[str]()
        while True:
            body = (await world.http.get(path, params=query)).json()
            seen += [item["name"] for item in body["items"]]
            if body["next_cursor"] is None:
                break
            query["cursor"] = body["next_cursor"]
        assert seen == ["Tara Teacher", "Bob Builder", "Ann Author"]


async def test_somebody_who_teaches_no_more_is_not_listed(room: Classroom) -> None:
    await go_public(room.teacher)
    await room.world.write(
        courses.set_teaching, user_id=room.teacher.user_id, course_id=room.course_id, is_teaching=False
    )
    assert await names(room.world, "/api/teachers") == []
    assert await names(room.world, "/api/creators") == ["Tara Teacher"]
