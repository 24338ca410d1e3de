"""/api/enrollments: the places one has, and what of them is still to be booked."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.sessions import service
from app.domains.sessions.schemas import Enrollment
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, itself, moment_position
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/enrollments", tags=["enrollments"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="enrollments.list",
    summary="List the caller's places in courses",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_enrollments(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Enrollment]:
    """For anybody who is logged in: the places they hold and the places they teach, newest first."""
    scope = caller.user_id
    rows = await db.read(service.list_places, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, itself, lambda row: moment_position(row.created_at, row.id), scope)


@router.get(
    "/{enrollment_id}",
    operation_id="enrollments.get",
    summary="Show a place in a course",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, EnrollmentNotFound),
)
async def get_enrollment(
    enrollment_id: Annotated[EnrollmentIdField, Path(description="The enrollment.")], caller: CurrentUser, db: Db
) -> Enrollment:
    """For its student and teacher, the course's creator, and admins; nobody else learns that it exists."""

    def read(session: ReadSession) -> Enrollment:
        return service.get_place(session, enrollment_id, UserId(caller.user_id), is_admin=caller.is_admin)

    return await db.read(read)
