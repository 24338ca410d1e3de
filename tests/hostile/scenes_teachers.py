"""A call that gives a place to another teacher, and succeeds."""

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId
from tests.hostile.stage import Call
from tests.support.learning import Classroom
from tests.support.world import World


async def reassigning_calls(world: World, shop: Classroom) -> dict[str, Call]:
    """Of a place in the course that is for sale."""
    admin, relief = await world.member("Tia Admin", is_admin=True), await world.member("Rex Relief")
    await world.write(_certify, shop.course_id, relief.user_id)
    student = await shop.student("Rae Reassigned")
    body = {"teacher_id": relief.user_id, "reason": "The former teacher is ill for some months."}
    place = {"enrollment_id": str(student.enrollment_id)}
    return {"admin_enrollments.reassign_teacher": Call(admin, place, body=body)}


def _certify(session: WriteSession, course_id: CourseId, user_id: UserId) -> None:
    courses.certify_teacher(session, user_id=user_id, course_id=course_id, approved_by=user_id)
