"""/api/courses/mine: the caller's own courses. Mounted before all other paths under /api/courses, which have
parameters."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.core.pagination import CursorInvalid
from app.domains.courses import service
from app.domains.courses.schemas.administration import ManagedCourse
from app.domains.courses.types import CourseState, ManagedFilter
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

mine = APIRouter(prefix="/api/courses", tags=["studio"], route_class=StrictRoute)

StateParam = Annotated[CourseState | None, Query(description="Only courses that stand like this.")]


@mine.get(
    "/mine",
    operation_id="courses.list_mine",
    summary="List the caller's own courses",
    openapi_extra=audience("creator"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_mine(caller: CurrentUser, paging: PagingDep, db: Db, state: StateParam = None) -> Page[ManagedCourse]:
    """For anybody who is logged in: the courses they created, in every state, newest first. Changes nothing."""
    wanted = ManagedFilter(state=state, creator_id=UserId(caller.user_id))
    scope = str(wanted)
    rows = await db.read(service.list_managed, wanted, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, ManagedCourse.model_validate, lambda row: moment_position(row.created_at, row.id), scope)
