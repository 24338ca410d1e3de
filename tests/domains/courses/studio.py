"""A creator at work: calls of the studio's API."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.files import service as files
from app.domains.files.policies import Room
from app.domains.files.types import FileId, FileOrder, Kept, Purpose
from app.domains.users.types import UserId
from tests.domains.courses.samples import LONG_ENOUGH, add_topics
from tests.support.world import Actor, World

MODULES = [
    {"title": "First", "description": "Secret one", "session_number": 1, "duration_minutes": 45},
    {"title": "Second", "session_number": 2, "duration_minutes": 30},
]


@dataclass(frozen=True, slots=True)
class Desk:
    """A course, and somebody who edits it."""

    world: World
    actor: Actor
    course_id: str

    @classmethod
    async def draft(cls, world: World, *, title: str = "Sample Course", actor: Actor | None = None) -> "Desk":
        """A new draft of which only the title is known."""
        await world.write(add_topics)
        actor = actor or await world.member("Carla Creator", can_create_courses=True)
        answer = await actor.post("/api/courses", {"title": title})
        assert answer.status_code == 201, answer.text
        return cls(world, actor, answer.json()["id"])

    @classmethod
    async def complete(cls, world: World, **options: Any) -> "Desk":
        """A draft that can be published."""
        desk = await cls.draft(world, **options)
        changes = {"description": LONG_ENOUGH, "price_cents": 24_900, "currency": "usd"}
        assert (await desk.patch("", changes)).status_code == 200
        assert (await desk.put("/tags", {"items": ["apple"]})).status_code == 200
        answer = await desk.put("/curriculum", {"modules": MODULES, "session_count": 2})
        assert answer.status_code == 200, answer.text
        await world.write(set_thumbnail, CourseId(desk.course_id))
        return desk

    @classmethod
    async def published(cls, world: World, **options: Any) -> "Desk":
        desk = await cls.complete(world, **options)
        answer = await desk.put("/publish")
        assert answer.status_code == 200, answer.text
        return desk

    def by(self, actor: Actor) -> "Desk":
        """The same course with somebody else in front of it."""
        return Desk(self.world, actor, self.course_id)

    async def show(self) -> dict[str, Any]:
        answer = await self.actor.get(f"{self._path}/draft")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def version(self) -> str:
        """The present `ETag`."""
        return (await self.actor.get(f"{self._path}/draft")).headers["etag"]

    async def patch(self, path: str, body: dict[str, Any], *, if_match: str | None = None) -> httpx.Response:
        return await self.actor.patch(f"{self._path}{path}", body, if_match=if_match)

    async def put(self, path: str, body: Any = None) -> httpx.Response:
        return await self.actor.put(f"{self._path}{path}", body)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.actor.post(f"{self._path}{path}", body)

    async def delete(self, path: str = "") -> httpx.Response:
        return await self.actor.delete(f"{self._path}{path}")

    async def module_ids(self) -> list[str]:
        return [module["id"] for module in (await self.show())["modules"]]

    @property
    def _path(self) -> str:
        return f"/api/courses/{self.course_id}"


def ready_thumbnail(session: WriteSession, owner_id: UserId) -> FileId:
    """A file as it is when its upload was checked; there are no objects behind it."""
    wanted = FileOrder(Purpose.COURSE_THUMBNAIL, "n8n.png", "image/png", 1000)
    pending = files.create(session, owner_id, wanted, Room(1_000_000, 1_000_000))
    return files.finish(session, pending, Kept(1000, None)).id


def set_thumbnail(session: WriteSession, course_id: CourseId) -> None:
    session.change(update(Course).where(Course.id == course_id).values(thumbnail_key="public/thumbnails/sample"))
