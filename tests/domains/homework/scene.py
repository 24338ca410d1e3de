"""A course with homework, a teacher beside its creator, and a student with a place in it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from app.db.session import ReadSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId
from tests.support.learning import Classroom, Student
from tests.support.world import Actor, World

SESSIONS = 2
WORK = {"text": "It mails me the weather every morning."}


class Chapter(NamedTuple):
    """A module and its address."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who takes part. `others` are made when they are asked for."""

    world: World
    room: Classroom
    creator: Actor
    teacher: Actor
    student: Student
    others: dict[str, Actor] = field(default_factory=dict)

    @classmethod
    async def of(cls, world: World) -> "Desk":
        creator = await world.member("Cara Creator", can_create_courses=True)
        room = await Classroom.open(world, teacher=creator, session_count=SESSIONS)
        teacher = await world.member("Tom Teacher")
        await world.write(
            courses.certify_teacher, user_id=teacher.user_id, course_id=room.course_id, approved_by=creator.user_id
        )
        student = await room.student(teacher_id=teacher.user_id)
        return cls(world, room, creator, teacher, student)

    @property
    def course_id(self) -> CourseId:
        return self.room.course_id

    async def actor(self, role: str) -> Actor:
        """Somebody of this role: of the course, or one who has nothing to do with it."""
        known = {"creator": self.creator, "teacher": self.teacher, "student": self.student.actor}
        if role not in known | self.others:
            self.others[role] = await self._new(role)
        return (known | self.others)[role]

    async def _new(self, role: str) -> Actor:
        match role:
            case "admin":
                return await self.world.member("Ada Admin", is_admin=True)
            case "other_creator":
                return await self.world.member("Otto Other", can_create_courses=True)
            case "certified":
                actor = await self.world.member("Ted Teacher")
                await self.world.write(
                    courses.certify_teacher,
                    user_id=actor.user_id,
                    course_id=self.room.course_id,
                    approved_by=self.creator.user_id,
                )
                return actor
            case "stranger":
                return await self.world.member("Nick Nobody")
            case status:  # a student whose place stands so
                return (await self.room.student(status.title(), status=status, teacher_id=self.teacher.user_id)).actor

    async def add_module(self) -> "Chapter":
        """One more, at the end of the curriculum."""
        path, body = f"/api/courses/{self.course_id}/curriculum", {"title": "One more", "session_number": 1}
        answer = await self.creator.post(path, body | {"duration_minutes": 10})
        assert answer.is_success, answer.text
        module_id = answer.json()["modules"][-1]["id"]
        return Chapter(module_id, f"{path}/{module_id}")

    async def give(self, **changes: Any) -> str:
        """Homework of the course; its id."""
        body = {"title": "Your first workflow", "instructions": "Build a workflow.", "max_points": 10} | changes
        answer = await self.creator.post(f"/api/courses/{self.course_id}/homework", body)
        assert answer.status_code == 201, answer.text
        assignment_id: str = answer.json()["id"]
        return assignment_id

    async def hand_in(self, assignment_id: str, *, by: Actor | None = None, **work: Any) -> httpx.Response:
        actor = by or self.student.actor
        return await actor.post(f"/api/homework/{assignment_id}/submissions", work or WORK)

    async def handed_in(self, assignment_id: str, **work: Any) -> str:
        """The id of what the student handed in."""
        answer = await self.hand_in(assignment_id, **work)
        assert answer.status_code == 201, answer.text
        submission_id: str = answer.json()["id"]
        return submission_id

    async def review(
        self, submission_id: str, decision: str = "reviewed", *, by: Actor | None = None, **body: Any
    ) -> httpx.Response:
        path = f"/api/homework-submissions/{submission_id}/review"
        return await (by or self.teacher).post(path, {"decision": decision, "feedback": "Well done."} | body)

    async def hold_sessions(self, count: int = SESSIONS, *, enrollment_id: EnrollmentId | None = None) -> None:
        for _ in range(count):
            await self.world.write(enrollments.record_session_completed, enrollment_id or self.student.enrollment_id)

    async def place(self, enrollment_id: EnrollmentId | None = None) -> EnrollmentFacts:
        return await self.world.db.read(_place, enrollment_id or self.student.enrollment_id)

    async def is_completed(self) -> bool:
        place = await self.place()
        assert (place.completed_at is not None) == (place.status == "completed")
        return place.status == "completed"


def _place(session: ReadSession, enrollment_id: EnrollmentId) -> EnrollmentFacts:
    return enrollments.get_enrollment(session, enrollment_id)
