"""A course on sale, a teacher who is open for it, and students with a place in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDraft, CourseId, ModuleDraft
from app.domains.enrollments.models import Enrollment
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.users.types import UserId
from tests.support.world import Actor, World

EVERY_DAY = tuple(WeeklyHours(weekday, OpeningHours.from_wall("09:00", "17:00")) for weekday in range(7))


@dataclass(frozen=True, slots=True)
class Student:
    """A student and the place that was bought."""

    actor: Actor
    enrollment_id: EnrollmentId

    async def book(self, starts_at: str, *, key: str | None = None) -> httpx.Response:
        return await self.actor.post(
            "/api/sessions", {"enrollment_id": self.enrollment_id, "starts_at": starts_at}, key=key
        )


@dataclass(frozen=True, slots=True)
class Classroom:
    """A published course whose creator also teaches it, from 9 to 17 o'clock UTC on every day unless told otherwise."""

    world: World
    teacher: Actor
    course_id: CourseId

    @classmethod
    async def open(
        cls,
        world: World,
        *,
        session_count: int = 2,
        minutes: int = 60,
        timezone: str = "UTC",
        windows: Sequence[WeeklyHours] = EVERY_DAY,
        buffer_minutes: int = 15,
        teacher: Actor | None = None,
    ) -> "Classroom":
        teacher = teacher or await world.member("Tara Teacher", can_create_courses=True)
        course_id = await world.write(_publish, teacher.user_id, session_count, minutes)
        await world.write(
            calendar.set_availability,
            teacher.user_id,
            timezone=timezone,
            buffer_minutes=buffer_minutes,
            windows=windows,
        )
        return cls(world, teacher, course_id)

    async def student(self, name: str = "Sam Sample", *, actor: Actor | None = None, **changes: Any) -> Student:
        """Somebody with a place, paid elsewhere; `changes` are columns of the enrollment."""
        actor = actor or await self.world.member(name)
        enrollment_id = await self.world.write(enroll, self, actor.user_id, changes)
        return Student(actor, enrollment_id)

    async def slots(self, **parameters: str) -> httpx.Response:
        path = f"/api/teachers/{self.teacher.user_id}/availability"
        return await self.world.http.get(path, params={"course_id": self.course_id, **parameters})


async def booked(student: Student, starts_at: str) -> str:
    """Book a session that must be free; its id."""
    answer = await student.book(starts_at)
    assert answer.status_code == 201, answer.text
    session_id: str = answer.json()["id"]
    return session_id


def instant(text: str) -> datetime:
    """An RFC 3339 text as an instant."""
    return datetime.fromisoformat(text)


def _publish(session: WriteSession, creator_id: UserId, session_count: int, minutes: int) -> CourseId:
    courses.add_topic(session, slug="automation", name="Automation", position=1)
    draft = CourseDraft(
        creator_id=creator_id,
        topic="automation",
        title="Intro to n8n",
        description="Build your first workflows, connect services, and keep them running without fear.",
        session_count=session_count,
        session_duration_minutes=minutes,
        modules=tuple(
            ModuleDraft(session_number=number, title=f"Part {number}", description="", duration_minutes=minutes)
            for number in range(1, session_count + 1)
        ),
        tags=("n8n",),
        thumbnail_key="public/thumbnails/sample",
    )
    course_id = courses.create_course(session, draft)
    courses.publish_course(session, course_id)
    courses.certify_teacher(session, user_id=creator_id, course_id=course_id, approved_by=creator_id)
    return course_id


def enroll(session: WriteSession, room: Classroom, student_id: UserId, changes: dict[str, Any]) -> EnrollmentId:
    """A place, paid elsewhere; `changes` are columns of the enrollment."""
    enrollment_id = EnrollmentId(new_id("enr"))
    values = {
        "id": enrollment_id,
        "student_id": student_id,
        "course_id": room.course_id,
        "teacher_id": room.teacher.user_id,
        "status": EnrollmentStatus.ENROLLED,
        "sessions_bought": courses.get_course(session, room.course_id).session_count,
        "sessions_completed": 0,
        "created_at": session.now,
    }
    session.add(Enrollment(**(values | changes)))
    session.flush()
    return enrollment_id
