"""A booked lesson, and what the video service reports about its room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.session import ReadSession
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments import service as enrollments
from app.domains.sessions import repository
from app.domains.sessions import service as sessions
from app.domains.sessions.types import Presence, SessionFacts, SessionId
from app.domains.users.types import UserId
from app.domains.video import service as video
from app.providers.video.port import RoomEvent, RoomEventKind
from tests.support.learning import Classroom, Student, booked, instant
from tests.support.world import World

JOINED, LEFT, FINISHED = RoomEventKind.JOINED, RoomEventKind.LEFT, RoomEventKind.FINISHED


@dataclass(frozen=True, slots=True)
class Lesson:
    """A session of one hour. Times are minutes after its start."""

    world: World
    teacher_id: UserId
    student: Student
    session_id: SessionId
    starts_at: datetime

    @classmethod
    async def of(cls, room: Classroom, student: Student, starts_at: str = "2026-12-02T12:00:00Z") -> "Lesson":
        session_id = SessionId(await booked(student, starts_at))
        return cls(room.world, room.teacher.user_id, student, session_id, instant(starts_at))

    @property
    def student_id(self) -> UserId:
        return self.student.actor.user_id

    def teacher(self, kind: RoomEventKind, minute: float, connection: str = "PA_T") -> RoomEvent:
        return self._event(kind, minute, self.teacher_id, connection)

    def pupil(self, kind: RoomEventKind, minute: float, connection: str = "PA_S") -> RoomEvent:
        return self._event(kind, minute, self.student_id, connection)

    def finished(self, minute: float) -> RoomEvent:
        return self._event(FINISHED, minute, None, None)

    def stranger(self, user_id: UserId, minute: float) -> RoomEvent:
        return self._event(JOINED, minute, user_id, "PA_X")

    def at(self, minute: float) -> datetime:
        return self.starts_at + timedelta(minutes=minute)

    def _event(self, kind: RoomEventKind, minute: float, user_id: UserId | None, connection: str | None) -> RoomEvent:
        name = f"{kind}-{connection}-{minute}"
        return RoomEvent(name, kind, self.session_id, self.at(minute), user_id, connection)

    async def report(self, events: Iterable[RoomEvent]) -> None:
        for event in events:
            await report(self.world, event)

    async def facts(self) -> SessionFacts:
        return await self.world.db.read(sessions.get_session_facts, self.session_id)

    async def presences(self) -> list[Presence]:
        return await self.world.db.read(repository.presences, self.session_id)

    async def counted(self) -> int:
        """How many sessions of the place count as held."""
        return await self.world.db.read(_counted, self)


async def report(world: World, event: RoomEvent) -> None:
    """The video service tells of it."""
    await world.write(video.apply_room_event, event, BookingPolicy.of(world.settings))


def _counted(session: ReadSession, lesson: Lesson) -> int:
    return enrollments.get_enrollment(session, lesson.student.enrollment_id).sessions_completed
