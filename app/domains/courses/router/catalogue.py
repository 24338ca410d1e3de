"""/api/courses and /api/topics: the catalogue that everybody may read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.courses import service
from app.domains.courses.deps import CourseFilterDep, IdOrSlug
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.schemas.catalogue import (
    CourseCard,
    CourseDetail,
    CourseTeacher,
    Curriculum,
    Module,
    Topic,
    Topics,
)
from app.domains.courses.types import CourseFacts, TeacherView
from app.edge.caching import NOT_MODIFIED, cached
from app.edge.deps import Db
from app.edge.openapi import ALSO_WITH_TOKEN, audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import AccountSuspended, OptionalUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page
from app.edge.tags import COURSES, PEOPLE, TOPICS, course_tag, user_tag

router = APIRouter(prefix="/courses", tags=["courses"], route_class=StrictRoute)
topics = APIRouter(prefix="/topics", tags=["courses"], route_class=StrictRoute)


@topics.get(
    "",
    operation_id="topics.list",
    summary="List the topics",
    response_model=Topics,
    openapi_extra=audience("public"),
    responses=problems() | NOT_MODIFIED,
)
async def list_topics(request: Request, db: Db) -> Response:
    """For anybody. All topics in the order in which they are shown. Changes nothing."""
    found = await db.read(service.list_topics)
    return cached(request, Topics(items=[Topic.model_validate(topic) for topic in found]), tags=[TOPICS])


@router.get(
    "",
    operation_id="courses.list",
    summary="List the courses on sale",
    response_model=Page[CourseCard],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_courses(
    request: Request,
    wanted: CourseFilterDep,
    paging: PagingDep,
    db: Db,
    count: Annotated[bool, Query(description="Whether to answer `total` too.")] = False,
) -> Response:
    """For anybody. Courses that are published and not retired and match every filter. Changes nothing. A cursor works
    only with the filters and the order that it came with."""
    scope = repr(wanted)
    found = await db.read(
        service.list_courses, wanted, after=paging.position(scope), limit=paging.fetch, with_total=count
    )
    page = paging.page(found.cards, CourseCard.model_validate, lambda card: card.position, scope)
    people = (user_tag(card.creator.id) for card in found.cards)
    return cached(request, page.model_copy(update={"total": found.total}), tags=[COURSES, *people])


@router.get(
    "/{id_or_slug}",
    operation_id="courses.get",
    summary="Show a course",
    response_model=CourseDetail,
    openapi_extra=audience("public", "creator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(CourseNotFound, AccountSuspended) | NOT_MODIFIED,
)
async def read_course(request: Request, id_or_slug: IdOrSlug, caller: OptionalUser, db: Db) -> Response | CourseDetail:
    """For anybody when the course is on sale; drafts and retired courses for their creator and admins only. Changes
    nothing."""

    def read(session: ReadSession) -> tuple[CourseFacts, CourseDetail]:
        course = service.get_visible(session, id_or_slug, viewer=caller)
        return course, CourseDetail.of(service.get_details(session, course.id))

    course, detail = await db.read(read)
    tags = [course_tag(course.id), user_tag(course.creator_id)]
    return cached(request, detail, tags=tags, varies=True) if course.is_on_sale else detail


@router.get(
    "/{id_or_slug}/curriculum",
    operation_id="courses.curriculum",
    summary="Show what a course teaches in which session",
    response_model=Curriculum,
    openapi_extra=audience("public", "teacher", "creator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(CourseNotFound, AccountSuspended) | NOT_MODIFIED,
)
async def read_curriculum(
    request: Request, id_or_slug: IdOrSlug, caller: OptionalUser, db: Db
) -> Response | Curriculum:
    """For anybody who may see the course: titles and minutes. Its creator, its teachers and admins also get the
    modules' descriptions. Changes nothing."""

    def read(session: ReadSession) -> tuple[bool, Curriculum]:
        course = service.get_visible(session, id_or_slug, viewer=caller)
        with_content = service.may_read_content(session, course, caller)
        found = service.curriculum(session, course, with_content=with_content)
        modules = [Module.model_validate(module) for module in found]
        return with_content, Curriculum(course_id=course.id, session_count=course.session_count, modules=modules)

    is_private, shown = await db.read(read)
    return shown if is_private else cached(request, shown, tags=[course_tag(shown.course_id)], varies=True)


@router.get(
    "/{id_or_slug}/teachers",
    operation_id="courses.teachers",
    summary="List who can be booked for a course",
    response_model=Page[CourseTeacher],
    openapi_extra=audience("public"),
    responses=problems(CourseNotFound, CursorInvalid) | NOT_MODIFIED,
)
async def list_teachers(request: Request, id_or_slug: IdOrSlug, paging: PagingDep, db: Db) -> Response:
    """For anybody. The certified teachers of a course on sale who are not pausing, longest certified first; the creator
    is among them only with a certification. Changes nothing."""
    after = paging.moment(id_or_slug)

    def read(session: ReadSession) -> tuple[CourseFacts, list[TeacherView]]:
        course = service.find_published(session, id_or_slug)
        return course, service.list_teachers(session, course, after=after, limit=paging.fetch)

    course, rows = await db.read(read)
    page = paging.page(
        rows, CourseTeacher.model_validate, lambda row: moment_position(row.certified_at, row.id), id_or_slug
    )
    return cached(request, page, tags=[course_tag(course.id), PEOPLE, *(user_tag(row.id) for row in rows)])
