"""Who may recommend whom, and when."""

import pytest

from tests.domains.certificates.scene import Scene, act_as, make_admin, open_scene
from tests.support.world import World

RECOMMEND = "/api/certificates/recommend"


@pytest.fixture
async def scene(world: World) -> Scene:
    return await open_scene(world)


@pytest.mark.parametrize("role", ["teacher", "creator", "admin"])
async def test_those_who_know_the_student_recommend(scene: Scene, role: str) -> None:
    await scene.complete()
    caller = await act_as(scene, role)
    answer = await caller.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert answer.status_code == 201
    made = answer.json()
    assert made["status"] == "pending"
    assert made["verify_code"] is None
    assert (made["user_id"], made["holder_name"]) == (scene.student.user_id, "Sam Sample")
    assert made["recommended_by_user_id"] == caller.user_id


@pytest.mark.parametrize(
    ("role", "status", "code"), [("student", 403, "may_not_recommend"), ("stranger", 404, "enrollment_not_found")]
)
async def test_nobody_else_does(scene: Scene, role: str, status: int, code: str) -> None:
    await scene.complete()
    answer = await (await act_as(scene, role)).post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_admin_who_is_the_student_does_not_recommend_themself(world: World) -> None:
    scene = await open_scene(world)
    await scene.complete()
    await world.write(make_admin, scene.student.user_id)
    answer = await scene.student.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert answer.json()["code"] == "may_not_recommend"


async def test_an_unfinished_course_is_no_ground(scene: Scene) -> None:
    answer = await scene.teacher.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "course_not_completed")


async def test_an_unknown_enrollment_is_not_found(scene: Scene) -> None:
    answer = await scene.teacher.post(RECOMMEND, {"enrollment_id": "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"})
    assert answer.status_code == 404


async def test_a_second_recommendation_is_refused_until_the_first_is_rejected(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    again = await scene.creator.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert (again.status_code, again.json()["code"]) == (409, "already_recommended")
    await scene.creator.post(f"/api/certificates/{certificate_id}/reject")
    assert (await scene.creator.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})).status_code == 201


async def test_who_is_certified_is_not_recommended_again(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    await scene.creator.post(f"/api/certificates/{certificate_id}/issue")
    again = await scene.teacher.post(RECOMMEND, {"enrollment_id": scene.enrollment_id})
    assert (again.status_code, again.json()["code"]) == (409, "already_certified")


async def test_the_same_key_recommends_once(scene: Scene) -> None:
    await scene.complete()
    body = {"enrollment_id": scene.enrollment_id}
    first, second = [await scene.teacher.post(RECOMMEND, body, key="recommend-1") for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"


async def test_the_reviewers_list_holds_what_awaits_them(scene: Scene) -> None:
    certificate_id = await scene.recommended()
    admin, stranger = await act_as(scene, "admin"), await act_as(scene, "stranger")
    path = "/api/certificates?role=reviewer"
    for reviewer in (scene.creator, admin):
        assert [item["id"] for item in (await reviewer.get(path)).json()["items"]] == [certificate_id]
    for other in (scene.teacher, scene.student, stranger):
        assert (await other.get(path)).json()["items"] == []
    await scene.creator.post(f"/api/certificates/{certificate_id}/issue")
    assert (await scene.creator.get(path)).json()["items"] == []


async def test_the_holders_list_holds_their_own_and_pages(scene: Scene) -> None:
    for _ in range(2):
        first = await scene.recommended()
        await scene.creator.post(f"/api/certificates/{first}/reject")
        scene.world.clock.advance(minutes=1)
    pending = await scene.recommended()
    pages, cursor = [], ""
    for _ in range(3):
        page = (await scene.student.get(f"/api/certificates?limit=1{cursor}")).json()
        pages.append([(item["id"] == pending, item["status"]) for item in page["items"]])
        cursor = f"&cursor={page['next_cursor']}"
    assert pages == [[(True, "pending")], [(False, "rejected")], [(False, "rejected")]]
    assert page["next_cursor"] is None
    assert (await scene.teacher.get("/api/certificates")).json()["items"] == []
