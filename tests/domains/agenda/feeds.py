"""A person's feed as a calendar program reads it."""

from dataclasses import dataclass

import httpx

from app.domains.sessions.types import SessionId
from tests.support.learning import Classroom, Student, booked
from tests.support.world import Actor, World

FEED = "/api/users/me/calendar-feed"


@dataclass(slots=True)
class Reader:
    """Keeps the tag of what it read last, as calendar programs do."""

    world: World
    path: str
    tag: str = ""

    @classmethod
    async def of(cls, world: World, actor: Actor) -> "Reader":
        answer = await actor.post(FEED)
        assert answer.status_code == 201, answer.text
        return cls(world, answer.json()["url"].removeprefix(world.settings.public_url))

    async def read(self, **headers: str) -> httpx.Response:
        condition = {"If-None-Match": self.tag} if self.tag else {}
        answer = await self.world.http.get(self.path, headers=condition | headers)
        self.tag = answer.headers.get("etag", "")
        return answer

    async def text(self) -> str:
        """What is read anew, unfolded."""
        self.tag = ""
        answer = await self.read()
        assert answer.status_code == 200, answer.text
        return answer.text.replace("\r\n ", "")


async def lesson(room: Classroom, student: Student | None = None, at: str = "2026-12-03T10:00:00Z") -> SessionId:
    return SessionId(await booked(student or await room.student(), at))


async def call_off(world: World, room: Classroom, session_id: SessionId) -> None:
    """By the teacher, whatever has become of their log-in."""
    teacher = await world.log_in(room.teacher.user_id, room.teacher.email)
    answer = await teacher.post(f"/api/sessions/{session_id}/cancel", {"reason": "I am ill, sorry."})
    assert answer.status_code == 200, answer.text


async def move(world: World, room: Classroom, session_id: SessionId, starts_at: str) -> None:
    """By the teacher too."""
    teacher = await world.log_in(room.teacher.user_id, room.teacher.email)
    body = {"starts_at": starts_at, "reason": "My train is late."}
    answer = await teacher.post(f"/api/sessions/{session_id}/reschedule", body)
    assert answer.status_code == 200, answer.text
