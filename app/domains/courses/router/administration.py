"""/api/admin/courses and /api/admin/topics: what administrators do to courses, and the topics they keep."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.courses import service
from app.domains.courses.errors import (
    CourseNotFound,
    CourseNotSuspended,
    CourseRetired,
    CourseSuspended,
    CreatorNotEligible,
    TopicExists,
    TopicNotFound,
)
from app.domains.courses.schemas.administration import (
    KeptTopic,
    KeptTopics,
    ManagedCourse,
    NewTopic,
    SuspensionBody,
    TopicChange,
    TransferBody,
)
from app.domains.courses.types import CourseIdField, CourseState, ManagedFilter, TopicIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

admin_courses = APIRouter(prefix="/api/admin/courses", tags=["admin"], route_class=StrictRoute)
admin_topics = APIRouter(prefix="/api/admin/topics", tags=["admin"], route_class=StrictRoute)

CoursePath = Annotated[CourseIdField, Path(description="The course.")]
TopicPath = Annotated[TopicIdField, Path(description="The topic.")]


@admin_courses.get(
    "",
    operation_id="admin_courses.list",
    summary="List courses in every state",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_courses(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    state: Annotated[CourseState | None, Query(description="Only courses that stand like this.")] = None,
    is_suspended: Annotated[bool | None, Query(description="Only courses that are suspended, or that are not.")] = None,
) -> Page[ManagedCourse]:
    """For admins: everybody's courses, newest first. Changes nothing."""
    wanted = ManagedFilter(state=state, is_suspended=is_suspended)
    scope = str(wanted)
    rows = await db.read(service.list_managed, wanted, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, ManagedCourse.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@admin_courses.post(
    "/{course_id}/suspend",
    operation_id="admin_courses.suspend",
    summary="Suspend a course",
    response_model=ManagedCourse,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, CourseNotFound, CourseSuspended, IdempotencyKeyReused),
)
async def suspend(
    course_id: CoursePath, body: SuspensionBody, caller: RecentAdmin, idem: OptionalIdempotency
) -> Response:
    """For admins with a recent log-in. The course is off sale whatever its creator does, who is mailed the reason;
    students who have a place keep it."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ManagedCourse, service.suspend, actor_id, course_id, body.reason)


@admin_courses.post(
    "/{course_id}/unsuspend",
    operation_id="admin_courses.unsuspend",
    summary="Lift a course's suspension",
    response_model=ManagedCourse,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, CourseNotFound, CourseNotSuspended, IdempotencyKeyReused),
)
async def unsuspend(course_id: CoursePath, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in. A published course is on sale again; its creator is mailed."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ManagedCourse, service.unsuspend, actor_id, course_id)


@admin_courses.post(
    "/{course_id}/transfer",
    operation_id="admin_courses.transfer",
    summary="Give a course to another creator",
    response_model=ManagedCourse,
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN, CourseNotFound, CourseRetired, UserNotFound, CreatorNotEligible, IdempotencyKeyReused
    ),
)
async def transfer(
    course_id: CoursePath, body: TransferBody, caller: RecentAdmin, idem: OptionalIdempotency
) -> Response:
    """For admins with a recent log-in. Of sales from now on the new creator gets the part; what was sold stays shared
    as it was. Both creators are mailed."""
    actor_id = UserId(caller.user_id)
    return await idem.run(
        actor_id, 200, ManagedCourse, service.transfer, actor_id, course_id, UserId(body.creator_id), body.reason
    )


@admin_topics.get(
    "",
    operation_id="admin_topics.list",
    summary="List all topics",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN),
)
async def list_topics(_caller: AdminUser, db: Db) -> KeptTopics:
    """For admins: every topic in its order, also those out of use. Changes nothing."""
    return KeptTopics(items=[KeptTopic.model_validate(topic) for topic in await db.read(service.all_topics)])


@admin_topics.post(
    "",
    operation_id="admin_topics.add",
    summary="Add a topic",
    status_code=201,
    response_model=KeptTopic,
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, TopicExists, IdempotencyKeyReused),
)
async def add_topic(body: NewTopic, caller: AdminUser, idem: OptionalIdempotency) -> Response:
    """For admins. Courses can be filed under it at once."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 201, KeptTopic, service.found_topic, actor_id, body.slug, body.name, body.position)


@admin_topics.patch(
    "/{topic_id}",
    operation_id="admin_topics.change",
    summary="Rename, move or disuse a topic",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, TopicNotFound),
)
async def change_topic(topic_id: TopicPath, body: TopicChange, caller: AdminUser, db: Db) -> KeptTopic:
    """For admins. Changes the fields that are given. Courses under a topic that is taken out of use stay there."""
    changes = body.model_dump(exclude_unset=True)
    return KeptTopic.model_validate(await db.write(service.change_topic, UserId(caller.user_id), topic_id, changes))
