"""/api/courses/…/reviews and /api/teachers/…/reviews: what everybody may read of reviews."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.core.pagination import CursorInvalid
from app.domains.courses.deps import MOVED, IdOrSlug, moved
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import Renamed
from app.domains.reviews import policies, service
from app.domains.reviews.schemas import RatingSummary, Review
from app.domains.reviews.types import ReviewSort
from app.domains.users.errors import UserNotFound
from app.edge.caching import NOT_MODIFIED, cached
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page
from app.edge.tags import REVIEWS

courses = APIRouter(prefix="/api/courses", tags=["reviews"], route_class=StrictRoute)
teachers = APIRouter(prefix="/api/teachers", tags=["reviews"], route_class=StrictRoute)

SortParam = Annotated[ReviewSort, Query(description="Order of the list; of equal stars the newest comes first.")]
TeacherPath = Annotated[
    str,
    Path(
        min_length=3,
        max_length=30,
        pattern="^[A-Za-z0-9_]+$",
        description="The teacher's handle or id.",
        examples=["tess_template"],
    ),
]


@courses.get(
    "/{id_or_slug}/reviews",
    operation_id="course_reviews.list",
    summary="List the reviews of a course",
    response_model=Page[Review],
    openapi_extra=audience("public"),
    responses=problems(CourseNotFound, CursorInvalid) | NOT_MODIFIED | MOVED,
)
async def list_of_course(
    request: Request, id_or_slug: IdOrSlug, paging: PagingDep, db: Db, sort: SortParam = ReviewSort.NEWEST
) -> Response:
    """For anybody, of a course on sale: what its students say about the material. Hidden reviews are left out. Changes
    nothing. A cursor works only with the order that it came with."""
    scope = f"{id_or_slug}:{sort}"
    after = paging.position(scope)
    rows = await db.read(service.list_of_course, id_or_slug, sort, after=after, limit=paging.fetch)
    if isinstance(rows, Renamed):
        return moved(request, rows)
    page = paging.page(rows, Review.model_validate, partial(policies.position, sort=sort), scope)
    return cached(request, page, tags=[REVIEWS])


@courses.get(
    "/{id_or_slug}/reviews/summary",
    operation_id="course_reviews.summary",
    summary="Show what a course's reviews amount to",
    response_model=RatingSummary,
    openapi_extra=audience("public"),
    responses=problems(CourseNotFound) | NOT_MODIFIED | MOVED,
)
async def sum_up_course(request: Request, id_or_slug: IdOrSlug, db: Db) -> Response:
    """For anybody, of a course on sale: the average, and how the stars are spread. Changes nothing."""
    stars = await db.read(service.stars_of_course, id_or_slug)
    if isinstance(stars, Renamed):
        return moved(request, stars)
    return cached(request, RatingSummary.of(stars), tags=[REVIEWS])


@teachers.get(
    "/{handle}/reviews",
    operation_id="teacher_reviews.list",
    summary="List the reviews of a teacher",
    response_model=Page[Review],
    openapi_extra=audience("public"),
    responses=problems(UserNotFound, CursorInvalid) | NOT_MODIFIED,
)
async def list_of_teacher(
    request: Request, handle: TeacherPath, paging: PagingDep, db: Db, sort: SortParam = ReviewSort.NEWEST
) -> Response:
    """For anybody, of somebody certified for a course: what students say about the teaching, in all courses. Hidden
    reviews are left out. Changes nothing. A cursor works only with the order that it came with."""
    scope = f"{handle.lower()}:{sort}"
    after = paging.position(scope)
    rows = await db.read(service.list_of_teacher, handle, sort, after=after, limit=paging.fetch)
    page = paging.page(rows, Review.model_validate, partial(policies.position, sort=sort), scope)
    return cached(request, page, tags=[REVIEWS])


@teachers.get(
    "/{handle}/reviews/summary",
    operation_id="teacher_reviews.summary",
    summary="Show what a teacher's reviews amount to",
    response_model=RatingSummary,
    openapi_extra=audience("public"),
    responses=problems(UserNotFound) | NOT_MODIFIED,
)
async def sum_up_teacher(request: Request, handle: TeacherPath, db: Db) -> Response:
    """For anybody, of somebody certified for a course: the average over all courses, and how the stars are spread.
    Changes nothing."""
    return cached(request, RatingSummary.of(await db.read(service.stars_of_teacher, handle)), tags=[REVIEWS])
