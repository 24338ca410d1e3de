"""A lesson that both agreed to have recorded, and video servers that send its recording in one way or another."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx

from app.domains.recordings import jobs, repository, service
from app.domains.recordings.types import RecordingFacts
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import VideoProvider
from tests.domains.sessions.lessons import Lesson
from tests.domains.video.test_consent import say
from tests.domains.video.test_join import act, join, new_lesson
from tests.support.learning import Classroom
from tests.support.world import Actor, World

NAME = "film-1"
"""What the server calls its recording."""

Body = Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Film:
    """A recorded lesson that is over."""

    room: Classroom
    lesson: Lesson

    @classmethod
    async def shot(cls, world: World) -> "Film":
        """Both agreed and met. The twin is about to tell that the recording is there."""
        room, lesson = await new_lesson(world)
        for actor in (room.teacher, lesson.student.actor):
            assert (await say(lesson, actor, -60, consents=True)).status_code == 200
        tickets = [(await join(lesson, actor, 0)).json() for actor in (room.teacher, lesson.student.actor)]
        for ticket in tickets:
            await act(world, "join", ticket["join_url"])
        world.clock.move_to(lesson.at(55))
        await act(world, "end", tickets[0]["join_url"])
        return cls(room, lesson)

    @classmethod
    async def told(cls, world: World) -> "Film":
        """Both agreed, and a server says that it has the recording `NAME`."""
        room, lesson = await new_lesson(world)
        for actor in (room.teacher, lesson.student.actor):
            await say(lesson, actor, -60, consents=True)
        await world.write(service.receive, "plugnmeet", NAME, lesson.session_id)
        return cls(room, lesson)

    def lose_notices(self) -> None:
        """The twin tells nobody of the recordings that it has."""
        books = self.world.app.state.twins.books
        for delivery in books.due_deliveries(float("inf")):
            if b"recording_proceeded" in delivery.body:
                books.finish_delivery(delivery)

    @property
    def world(self) -> World:
        return self.lesson.world

    @property
    def path(self) -> str:
        return f"/api/sessions/{self.lesson.session_id}/recording"

    @property
    def key(self) -> str:
        return f"sessions/{self.lesson.session_id}/recording-"

    async def seen_by(self, actor: Actor) -> httpx.Response:
        """Tokens that were given before the lesson have ended."""
        return await (await self.world.log_in(actor.user_id, actor.email)).get(self.path)

    async def rows(self) -> list[RecordingFacts]:
        return await self.world.db.read(repository.of_session, self.lesson.session_id)

    async def stored(self) -> list[str]:
        return [each.key async for each in self.world.app.state.providers.storage.list("sessions/")]

    async def mails(self) -> list[str]:
        """Of the two, those that tell of a recording."""
        addresses = (self.lesson.student.actor.email, self.room.teacher.email)
        found = [mail for address in addresses for mail in await self.world.mails_to(address)]
        return [mail["to"] for mail in found if mail["subject"].startswith("Recording of your session")]


def server(body: Body, size: int, *, status: int = 200) -> PlugNmeetVideo:
    """A real adapter, and a server that gives out a token and this file."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"status": True, "status_code": "SUCCESS", "token": "a.b.c"})
        return httpx.Response(status, content=body(), headers={"Content-Length": str(size)})

    return PlugNmeetVideo("key", "secret", "http://films", httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def runner(world: World, video: VideoProvider, *, retention: timedelta | None = None) -> JobRunner:
    """A worker that does nothing but recordings."""
    registry = Registry()
    jobs.register(registry, video, world.app.state.providers.storage, retention=retention)
    return JobRunner(world.db, registry)


PIECE = hashlib.shake_128(b"film").digest(64 * 1024)


async def film(pieces: int = 40) -> AsyncIterator[bytes]:
    for _ in range(pieces):
        yield PIECE


async def broken() -> AsyncIterator[bytes]:
    yield PIECE
    raise httpx.ReadError("the line was cut")


async def endless() -> AsyncIterator[bytes]:
    yield PIECE
    await asyncio.Event().wait()
