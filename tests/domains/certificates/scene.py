"""A course with its creator, its teacher and a student, at the point where certifying begins."""

from dataclasses import dataclass

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.support.learning import Classroom
from tests.support.shop import pay, start_checkout, verify
from tests.support.world import Actor, World

SESSIONS = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """Who takes part. `enrollment_id` is the student's place."""

    world: World
    creator: Actor
    teacher: Actor
    student: Actor
    course_id: CourseId
    enrollment_id: EnrollmentId

    async def complete(self) -> None:
        """Hold all sessions of the student's place."""
        for _ in range(SESSIONS):
            await self.world.write(enrollments.record_session_completed, self.enrollment_id)

    async def recommended(self) -> str:
        """Complete the course and have the teacher recommend the student; the certificate's id."""
        await self.complete()
        return await self.recommended_again()

    async def recommended_again(self) -> str:
        """Have the teacher recommend the student, who completed the course; the certificate's id."""
        answer = await self.teacher.post("/api/certificates/recommend", {"enrollment_id": self.enrollment_id})
        assert answer.status_code == 201, answer.text
        certificate_id: str = answer.json()["id"]
        return certificate_id


async def open_scene(world: World, *, price_cents: int = 0) -> Scene:
    """A student's fresh place in a course that somebody else than its creator teaches."""
    creator = await world.member("Cara Creator", can_create_courses=True)
    teacher, student = await world.member("Tom Teacher"), await world.member("Sam Sample")
    room = await Classroom.open(world, teacher=creator, session_count=SESSIONS)
    await world.write(
        courses.certify_teacher, user_id=teacher.user_id, course_id=room.course_id, approved_by=creator.user_id
    )
    await world.write(_set_price, room.course_id, price_cents)
    checkout = (await start_checkout(student, room, teacher_id=teacher.user_id)).json()
    if price_cents:
        await pay(world, checkout)
        checkout = (await verify(student, checkout)).json()
    return Scene(world, creator, teacher, student, room.course_id, checkout["enrollment_id"])


def _set_price(session: WriteSession, course_id: CourseId, price_cents: int) -> None:
    session.execute(update(Course).where(Course.id == course_id).values(price_cents=price_cents))


async def is_bookable(scene: Scene, person: Actor | None = None) -> bool:
    """Whether the person, the student unless said otherwise, can be booked for the course."""
    who = person or scene.student
    return await scene.world.db.read(courses.is_bookable_teacher, scene.course_id, who.user_id)


async def act_as(scene: Scene, role: str) -> Actor:
    match role:
        case "admin":
            return await scene.world.member("Ada Admin", is_admin=True)
        case "stranger":
            return await scene.world.member("Otto Other", can_create_courses=True)
        case _:
            actor: Actor = getattr(scene, role)
            return actor


def make_admin(session: WriteSession, user_id: UserId) -> None:
    session.execute(update(User).where(User.id == user_id).values(is_admin=True))
