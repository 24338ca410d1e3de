"""/api/admin/enrollments: giving a place to another teacher."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.db.session import WriteSession
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.errors import (
    EnrollmentNotFound,
    OtherTeacher,
    PlaceInQuestion,
    TeacherNotAvailable,
    TeacherNotChosen,
)
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions import service
from app.domains.sessions.errors import AlreadyTeaches, EnrollmentNotActive, OwnPlace, SessionOutcomeOpen
from app.domains.sessions.schemas import Enrollment, ReassignBody
from app.domains.sessions.service import Reassignment
from app.domains.users.types import UserId
from app.edge.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused, RequiredIdempotency
from app.edge.openapi import audience
from app.edge.principal import RECENT_ADMIN, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/admin/enrollments", tags=["admin"], route_class=StrictRoute)


@router.post(
    "/{enrollment_id}/reassign-teacher",
    operation_id="admin_enrollments.reassign_teacher",
    summary="Give a place to another teacher",
    response_model=Enrollment,
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        EnrollmentNotFound,
        TeacherNotChosen,
        OwnPlace,
        EnrollmentNotActive,
        AlreadyTeaches,
        SessionOutcomeOpen,
        TeacherNotAvailable,
        OtherTeacher,
        PlaceInQuestion,
    ),
)
async def reassign_teacher(
    enrollment_id: Annotated[EnrollmentIdField, Path(description="The place.")],
    body: ReassignBody,
    caller: RecentAdmin,
    idem: RequiredIdempotency,
    policy: Policy,
) -> Response:
    """For admins with a recent log-in who have no part in the place. Another bookable teacher of the course teaches it
    from now on. Its planned sessions are called off with notice and go back to the place, so the student books them
    anew with the new teacher; invites and waiting end. What no held session has released of the teacher's share goes to
    the new one, what was released stays. Refused while a session is not settled, or a refund or dispute is open. All
    three are mailed; the audit log keeps it."""
    command = Reassignment(enrollment_id, body.teacher_id, body.reason)
    return await idem.run(caller.user_id, 200, Enrollment, _reassign, UserId(caller.user_id), command, policy)


def _reassign(session: WriteSession, admin_id: UserId, command: Reassignment, policy: BookingPolicy) -> Enrollment:
    service.reassign(session, admin_id, command, policy)
    return service.get_place(session, command.enrollment_id, admin_id, is_admin=True)
