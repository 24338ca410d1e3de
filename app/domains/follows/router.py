"""/api/users/…/follow and /api/courses/…/follow: following people and courses, and who follows whom."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.courses.deps import IdOrSlug
from app.domains.courses.errors import CourseNotFound
from app.domains.follows import service
from app.domains.follows.errors import FollowsOneself, NotFollowing
from app.domains.follows.schemas import FollowedCourse, FollowedPerson
from app.domains.follows.types import CourseFollow, FollowRows, PersonFollow
from app.domains.users.deps import HandlePath
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import ALSO_WITH_TOKEN, MEMBERS, audience
from app.edge.paging import Paging, PagingDep, Position, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, AccountSuspended, CurrentUser, OptionalUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

people = APIRouter(prefix="/api/users", tags=["follows"], route_class=StrictRoute)
courses = APIRouter(prefix="/api/courses", tags=["follows"], route_class=StrictRoute)

CountParam = Annotated[bool, Query(description="Whether to answer `total` too, which counts private people as well.")]

_ANYBODY = audience("public", "student", "teacher", "creator", "moderator", "admin") | ALSO_WITH_TOKEN


@people.get(
    "/me/follows",
    operation_id="follows.list",
    summary="List whom the caller follows",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_followed(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[FollowedPerson]:
    """For anybody who is logged in: the people they follow, the latest first. Somebody who has made their profile
    private is left out until it is public again. Changes nothing."""
    scope = caller.user_id
    rows = await db.read(service.list_followed, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, FollowedPerson.model_validate, _place, scope)


@people.get(
    "/me/follows/{user_id}",
    operation_id="follows.get",
    summary="Ask whether the caller follows somebody",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, NotFollowing),
)
async def get_followed(
    user_id: Annotated[UserIdField, Path(description="The person.")], caller: CurrentUser, db: Db
) -> FollowedPerson:
    """For anybody who is logged in: since when they follow the person, or 404 when they do not. Changes nothing."""
    return FollowedPerson.model_validate(await db.read(service.get_followed, UserId(caller.user_id), user_id))


@people.get(
    "/me/course-follows",
    operation_id="course_follows.list",
    summary="List the courses the caller follows",
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_followed_courses(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[FollowedCourse]:
    """For anybody who is logged in: the courses they follow, on sale or not, the latest first. Changes nothing."""
    scope = caller.user_id
    rows = await db.read(service.list_followed_courses, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, FollowedCourse.model_validate, _place, scope)


@people.post(
    "/{handle}/follow",
    operation_id="follows.follow",
    summary="Follow somebody",
    response_model=FollowedPerson,
    openapi_extra=MEMBERS,
    responses=problems(*VERIFIED, UserNotFound, FollowsOneself, NotFollowing, IdempotencyKeyReused),
)
async def follow(handle: HandlePath, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For verified members. Follows somebody with a public profile; whoever does so already keeps the first date. Sends
    nothing: the person can read who follows them."""
    user_id = UserId(caller.user_id)
    return await idem.run(user_id, 200, FollowedPerson, service.follow_person, user_id, handle)


@people.delete(
    "/{handle}/follow",
    operation_id="follows.unfollow",
    summary="Follow somebody no more",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, UserNotFound),
)
async def unfollow(handle: HandlePath, caller: CurrentUser, db: Db) -> None:
    """For anybody who is logged in, also when the person has become private. What is not so needs no change. Sends
    nothing."""
    await db.write(service.unfollow_person, UserId(caller.user_id), handle)


@people.get(
    "/{handle}/followers",
    operation_id="follows.list_followers",
    summary="List who follows somebody",
    openapi_extra=_ANYBODY,
    responses=problems(AccountSuspended, UserNotFound, CursorInvalid),
)
async def list_followers(
    handle: HandlePath, viewer: OptionalUser, paging: PagingDep, db: Db, count: CountParam = False
) -> Page[FollowedPerson]:
    """For anybody who may see the profile: its followers with a public profile, the latest first. Kept by no cache, so
    that people are gone from it when they hide. Changes nothing."""
    scope = handle.lower()
    found = await db.read(
        service.list_followers, handle, viewer, before=paging.moment(scope), limit=paging.fetch, with_total=count
    )
    return _page(paging, found, scope)


@people.get(
    "/{handle}/following",
    operation_id="follows.list_following",
    summary="List whom somebody follows",
    openapi_extra=_ANYBODY,
    responses=problems(AccountSuspended, UserNotFound, CursorInvalid),
)
async def list_following(
    handle: HandlePath, viewer: OptionalUser, paging: PagingDep, db: Db, count: CountParam = False
) -> Page[FollowedPerson]:
    """For anybody who may see the profile: whom its owner follows, as far as those have a public profile, the latest
    first. Kept by no cache. Changes nothing."""
    scope = handle.lower()
    found = await db.read(
        service.list_following, handle, viewer, before=paging.moment(scope), limit=paging.fetch, with_total=count
    )
    return _page(paging, found, scope)


def _page(paging: Paging, found: FollowRows, scope: str) -> Page[FollowedPerson]:
    page = paging.page(found.people, FollowedPerson.model_validate, _place, scope)
    return page.model_copy(update={"total": found.total})


def _place(row: PersonFollow | CourseFollow) -> Position:
    return moment_position(row.followed_at, row.id)


@courses.post(
    "/{id_or_slug}/follow",
    operation_id="course_follows.follow",
    summary="Follow a course",
    response_model=FollowedCourse,
    openapi_extra=MEMBERS,
    responses=problems(*VERIFIED, CourseNotFound, UserNotFound, IdempotencyKeyReused),
)
async def follow_course(id_or_slug: IdOrSlug, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For verified members. Follows a course on sale; whoever does so already keeps the first date. Sends nothing."""
    user_id = UserId(caller.user_id)
    return await idem.run(user_id, 200, FollowedCourse, service.follow_course, user_id, id_or_slug)


@courses.delete(
    "/{id_or_slug}/follow",
    operation_id="course_follows.unfollow",
    summary="Follow a course no more",
    status_code=204,
    openapi_extra=MEMBERS,
    responses=problems(*LOGGED_IN, CourseNotFound),
)
async def unfollow_course(id_or_slug: IdOrSlug, caller: CurrentUser, db: Db) -> None:
    """For anybody who is logged in, also when the course has left the catalogue. What is not so needs no change. Sends
    nothing."""
    await db.write(service.unfollow_course, UserId(caller.user_id), id_or_slug)
