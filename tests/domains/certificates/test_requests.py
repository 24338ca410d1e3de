"""Asking to teach a course, and what becomes of it."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.domains.certificates.scene import Scene, act_as, is_bookable, make_admin, open_scene
from tests.support.world import Actor, World

WHY = {"reason": "Please build two more workflows first."}


@pytest.fixture
async def scene(world: World) -> Scene:
    return await open_scene(world)


async def ask(scene: Scene, person: Actor | None = None) -> httpx.Response:
    return await (person or scene.student).post(f"/api/courses/{scene.course_id}/teaching-request")


async def asked(scene: Scene) -> str:
    """Complete the course and ask; the request's path."""
    await scene.complete()
    answer = await ask(scene)
    assert answer.status_code == 201, answer.text
    return f"/api/teaching-requests/{answer.json()['id']}"


async def subjects_to(world: World, person: Actor) -> Counter[str]:
    return Counter(mail["subject"] for mail in await world.mails_to(person.email))


async def statuses(scene: Scene) -> list[str]:
    return [item["status"] for item in (await scene.student.get("/api/users/me/teaching-requests")).json()["items"]]


@pytest.mark.parametrize("role", ["creator", "admin"])
async def test_accepting_certifies(scene: Scene, role: str) -> None:
    path = await asked(scene)
    assert (await subjects_to(scene.world, scene.creator))["Sam Sample wants to teach Intro to n8n"] == 1
    answer = await (await act_as(scene, role)).post(f"{path}/accept")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["decided_at"]) == ("certified", "2026-12-01T09:00:00Z")
    assert await is_bookable(scene)
    assert (await subjects_to(scene.world, scene.student))["You may now teach Intro to n8n"] == 1


async def test_declining_tells_why_and_lets_ask_again(scene: Scene) -> None:
    path = await asked(scene)
    answer = await scene.creator.post(f"{path}/decline", WHY)
    assert (answer.json()["status"], answer.json()["decline_reason"]) == ("declined", WHY["reason"])
    assert not await is_bookable(scene)
    (mail,) = [each for each in await scene.world.mails_to(scene.student.email) if "request" in each["subject"]]
    assert WHY["reason"] in mail["text"]
    scene.world.clock.advance(minutes=1)
    assert (await ask(scene)).status_code == 201
    assert await statuses(scene) == ["pending", "declined"]


async def test_asking_twice_is_asking_once(scene: Scene) -> None:
    await scene.complete()
    answers = await asyncio.gather(*(ask(scene) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await subjects_to(scene.world, scene.creator))["Sam Sample wants to teach Intro to n8n"] == 1


async def test_only_who_completed_the_course_and_cannot_teach_it_asks(scene: Scene) -> None:
    for person, code in ((scene.student, "course_not_completed"), (scene.teacher, "already_certified")):
        answer = await ask(scene, person)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    await scene.recommended()
    assert (await ask(scene)).json()["code"] == "already_recommended"


@pytest.mark.parametrize("verb", ["accept", "decline"])
@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("student", 403, "may_not_decide"),
        ("teacher", 404, "teaching_request_not_found"),
        ("stranger", 404, "teaching_request_not_found"),
    ],
)
async def test_nobody_else_decides(scene: Scene, verb: str, role: str, status: int, code: str) -> None:
    path = await asked(scene)
    await scene.world.write(make_admin, scene.student.user_id)  # not even as an admin
    answer = await (await act_as(scene, role)).post(f"{path}/{verb}", WHY if verb == "decline" else None)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await statuses(scene) == ["pending"]


async def test_of_twenty_decisions_at_once_one_counts(scene: Scene) -> None:
    path = await asked(scene)
    judges = [scene.creator, await act_as(scene, "admin")]
    answers = await asyncio.gather(
        *(
            judges[number % 2].post(f"{path}/decline", WHY)
            if number < 10
            else judges[number % 2].post(f"{path}/accept")
            for number in range(20)
        )
    )
    assert Counter(answer.json().get("code", "decided") for answer in answers) == {
        "decided": 1,
        "teaching_request_not_pending": 19,
    }
    (status,) = await statuses(scene)
    assert await is_bookable(scene) == (status == "certified")


@pytest.mark.parametrize("way", ["grant", "issue"])
async def test_being_certified_otherwise_settles_the_request(scene: Scene, way: str) -> None:
    await asked(scene)
    if way == "grant":
        await scene.creator.post(f"/api/courses/{scene.course_id}/teachers", {"user_id": scene.student.user_id})
    else:
        made = await scene.teacher.post("/api/certificates/recommend", {"enrollment_id": scene.enrollment_id})
        await scene.creator.post(f"/api/certificates/{made.json()['id']}/issue")
    assert await statuses(scene) == ["certified"]


async def test_who_may_teach_again_has_nothing_left_to_ask_for(scene: Scene) -> None:
    teachers = f"/api/courses/{scene.course_id}/teachers"
    await scene.complete()
    await scene.creator.post(teachers, {"user_id": scene.student.user_id})
    await scene.creator.put(f"{teachers}/{scene.student.user_id}", {"is_active": False, "reason": WHY["reason"]})
    assert (await ask(scene)).status_code == 201
    restored = await scene.creator.put(f"{teachers}/{scene.student.user_id}", {"is_active": True})
    assert restored.status_code == 200
    assert await statuses(scene) == ["certified"]


async def test_the_creators_list_narrows_and_is_the_creators(scene: Scene) -> None:
    path = f"/api/courses/{scene.course_id}/teaching-requests"
    await asked(scene)
    for query, count in (("", 1), ("?status=pending", 1), ("?status=declined", 0)):
        items = (await scene.creator.get(f"{path}{query}")).json()["items"]
        assert [item["name"] for item in items] == ["Sam Sample"] * count
    for role in ("teacher", "student", "stranger"):
        answer = await (await act_as(scene, role)).get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "course_not_found")
