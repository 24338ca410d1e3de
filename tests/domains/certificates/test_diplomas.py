"""Diplomas: earned with the last session (or the last review of homework), shown to those who took part."""

import pytest

from app.domains.enrollments import service as enrollments
from tests.domains.certificates.scene import Scene, act_as, open_scene
from tests.support.world import World


@pytest.fixture
async def scene(world: World) -> Scene:
    return await open_scene(world)


@pytest.mark.parametrize("role", ["student", "teacher", "creator", "admin"])
async def test_those_who_took_part_see_it(scene: Scene, role: str) -> None:
    await scene.complete()
    answer = await (await act_as(scene, role)).get(f"/api/diplomas/{scene.enrollment_id}")
    assert answer.json() == {
        "enrollment_id": scene.enrollment_id,
        "holder_name": "Sam Sample",
        "course_id": scene.course_id,
        "course_title": "Intro to n8n",
        "session_count": 2,
        "completed_at": "2026-12-01T09:00:00Z",
    }
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_strangers_do_not(scene: Scene) -> None:
    await scene.complete()
    answer = await (await act_as(scene, "stranger")).get(f"/api/diplomas/{scene.enrollment_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "enrollment_not_found")


async def test_there_is_none_before_the_last_session(scene: Scene) -> None:
    await scene.world.write(enrollments.record_session_completed, scene.enrollment_id)
    answer = await scene.student.get(f"/api/diplomas/{scene.enrollment_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "diploma_not_found")
