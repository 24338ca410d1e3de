"""Reviews to test with: a completed place, and what its student thinks."""

from typing import Any

import httpx
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.users.models import User
from tests.domains.certificates.scene import Scene, open_scene
from tests.support.world import Actor, World

TEACHER = {"rating": 5, "comment": "Patient, and well prepared."}
COURSE = {"rating": 4, "clarity": 5, "relevance": None, "depth": 3, "comment": "Clear from the first workflow on."}
BODIES: dict[str, dict[str, Any]] = {"review": TEACHER, "course-review": COURSE}


async def completed(world: World) -> Scene:
    """A place whose sessions were all held."""
    scene = await open_scene(world)
    await scene.complete()
    return scene


async def write(scene: Scene, kind: str, **changes: Any) -> dict[str, Any]:
    """The student's review, as it was answered."""
    answer = await scene.student.post(path(scene, kind), BODIES[kind] | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def path(scene: Scene, kind: str) -> str:
    return f"/api/enrollments/{scene.enrollment_id}/{kind}"


async def change(actor: Actor, address: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await actor.http.put(address, json=body, headers={"Authorization": f"Bearer {actor.token}"} | headers)


async def summaries(scene: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    """What visitors are told of the course's and the teacher's reviews."""
    answers = [
        await scene.world.http.get(f"/api/{subject}/reviews/summary")
        for subject in (f"courses/{scene.course_id}", f"teachers/{scene.teacher.user_id}")
    ]
    return answers[0].json(), answers[1].json()


async def go_public(world: World, actor: Actor, handle: str) -> None:
    await world.write(_go_public, actor, handle)


def _go_public(session: WriteSession, actor: Actor, handle: str) -> None:
    session.execute(update(User).where(User.id == actor.user_id).values(is_profile_public=True, handle=handle))
