"""/api/courses, /api/topics, /api/tags, /api/creators, /api/teachers: what everybody may read."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.catalogue import service
from app.domains.catalogue.deps import CourseQuery, TopicParam
from app.domains.catalogue.schemas import (
    CourseCard,
    CourseDetail,
    CourseTeacher,
    Curriculum,
    FeaturedBody,
    ListedCreator,
    ListedTeacher,
    Module,
    PersonStats,
    TagEntry,
    TopicEntry,
    Topics,
    card_text,
)
from app.domains.catalogue.types import CourseFilter, CourseSort, Part, PersonListing, Placed
from app.domains.courses import service as courses
from app.domains.courses.deps import MOVED, IdOrSlug, moved
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import CourseFacts, CourseIdField, Renamed, TeacherView
from app.domains.users.deps import HandlePath
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.caching import NOT_MODIFIED, cached
from app.edge.deps import Db
from app.edge.media import address_in_use
from app.edge.openapi import ALSO_WITH_TOKEN, audience
from app.edge.paging import Paging, PagingDep, Position, moment_position
from app.edge.principal import ADMIN, AccountSuspended, AdminUser, OptionalUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page
from app.edge.tags import COURSES, PEOPLE, TOPICS, course_tag, user_tag

router = APIRouter(prefix="/api/courses", tags=["courses"], route_class=StrictRoute)
topics = APIRouter(prefix="/api/topics", tags=["courses"], route_class=StrictRoute)
tags = APIRouter(prefix="/api/tags", tags=["courses"], route_class=StrictRoute)
creators = APIRouter(prefix="/api/creators", tags=["users"], route_class=StrictRoute)
teachers = APIRouter(prefix="/api/teachers", tags=["users"], route_class=StrictRoute)
profiles = APIRouter(prefix="/api/users", tags=["users"], route_class=StrictRoute)
admin = APIRouter(prefix="/api/admin/courses", tags=["admin"], route_class=StrictRoute)


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
    found = await db.glance(service.list_topics)
    return cached(request, Topics(items=[TopicEntry.model_validate(topic) for topic in found]), tags=[TOPICS])


@router.get(
    "",
    operation_id="courses.list",
    summary="List the courses on sale",
    response_model=Page[CourseCard],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_courses(request: Request, query: Annotated[CourseQuery, Query()], db: Db) -> Response:
    """For anybody. Courses on sale that match every filter. Changes nothing. A cursor works only with the filters and
    the order that it came with."""
    return await _list(request, query.wanted(), query.paging(request), db, with_total=query.count)


@router.get(
    "/featured",
    operation_id="courses.featured",
    summary="List the featured courses",
    response_model=Page[CourseCard],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_featured(request: Request, paging: PagingDep, db: Db) -> Response:
    """For anybody. Courses on sale that the platform recommends, newest first. Changes nothing."""
    wanted = CourseFilter(is_featured=True, sort=CourseSort.NEWEST)
    return await _list(request, wanted, paging, db, with_total=False)


async def _list(request: Request, wanted: CourseFilter, paging: Paging, db: Db, *, with_total: bool) -> Response:
    scope = _scope(wanted)
    cards = _cards_with(address_in_use())
    found = await db.glance(
        service.list_courses, wanted, cards, after=paging.position(scope), limit=paging.fetch, with_total=with_total
    )
    page = paging.page_of_texts(found.placed, [card.text for card in found.cards], _place_of, scope, found.total)
    people = [user_tag(card.creator_id) for card in found.cards]
    if wanted.creator is not None or wanted.teacher is not None:
        people.append(PEOPLE)  # it names somebody who is perhaps not shown now
    return cached(request, page, tags=[COURSES, *people])


def _scope(wanted: CourseFilter) -> str:
    """Cursors of the order by title named slugs once; those are refused as cursors of another list."""
    return f"{wanted}:words" if wanted.sort is CourseSort.TITLE else f"{wanted}"


@lru_cache(maxsize=2)
def _cards_with(_public_url: Callable[[str], str]) -> service.Cards:
    """Cards with pictures at these addresses, of which a process has one kind."""
    return service.Cards(card_text)


def _place_of(placed: Placed) -> Position:
    return list(placed.position)


@router.get(
    "/{id_or_slug:unreserved}",
    operation_id="courses.get",
    summary="Show a course",
    response_model=CourseDetail,
    openapi_extra=audience("public", "student", "creator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(CourseNotFound, AccountSuspended) | NOT_MODIFIED | MOVED,
)
async def read_course(request: Request, id_or_slug: IdOrSlug, caller: OptionalUser, db: Db) -> Response | CourseDetail:
    """For anybody when the course is on sale; otherwise for its students, its creator and admins only. Changes
    nothing."""
    listed = await db.look_up(service.look_up_listed, id_or_slug)
    if listed is not None:
        shown = [course_tag(listed.listing.id), user_tag(listed.listing.creator_id)]
        return cached(request, CourseDetail.of_details(listed), tags=shown, varies=True)
    found = await db.read(service.view_unlisted, id_or_slug, caller)
    return moved(request, found) if isinstance(found, Renamed) else CourseDetail.of_details(found)


@router.get(
    "/{id_or_slug}/curriculum",
    operation_id="courses.curriculum",
    summary="Show what a course teaches in which session",
    response_model=Curriculum,
    openapi_extra=audience("public", "student", "teacher", "creator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(CourseNotFound, AccountSuspended) | NOT_MODIFIED | MOVED,
)
async def read_curriculum(
    request: Request, id_or_slug: IdOrSlug, caller: OptionalUser, db: Db
) -> Response | Curriculum:
    """For anybody who may see the course: titles and minutes. Its students, its teachers, its creator and admins also
    get the modules' descriptions. Changes nothing."""

    def read(session: ReadSession) -> Renamed | tuple[Curriculum, bool]:
        course = service.find_visible(session, id_or_slug, caller)
        if isinstance(course, Renamed):
            return course
        found, with_content = service.read_curriculum(session, course, caller)
        modules = [Module.model_validate(module) for module in found]
        shown = Curriculum(course_id=course.id, session_count=course.session_count, modules=modules)
        return shown, with_content or not course.is_on_sale

    answer = await db.glance(read)
    if isinstance(answer, Renamed):
        return moved(request, answer)
    shown, is_private = answer
    return shown if is_private else cached(request, shown, tags=[course_tag(shown.course_id)], varies=True)


@router.get(
    "/{id_or_slug}/teachers",
    operation_id="courses.teachers",
    summary="List who can be booked for a course",
    response_model=Page[CourseTeacher],
    openapi_extra=audience("public"),
    responses=problems(CourseNotFound, CursorInvalid) | NOT_MODIFIED | MOVED,
)
async def list_teachers_of_course(request: Request, id_or_slug: IdOrSlug, paging: PagingDep, db: Db) -> Response:
    """For anybody. The certified teachers of a course on sale who are not pausing, longest certified first; the creator
    is among them only with a certification. Changes nothing."""
    after = paging.moment(id_or_slug)

    def read(session: ReadSession) -> Renamed | tuple[CourseFacts, list[TeacherView]]:
        course = service.find_visible(session, id_or_slug, None)
        if isinstance(course, Renamed):
            return course
        return course, courses.list_teachers(session, course, after=after, limit=paging.fetch)

    answer = await db.glance(read)
    if isinstance(answer, Renamed):
        return moved(request, answer)
    course, rows = answer
    page = paging.page(
        rows, CourseTeacher.model_validate, lambda row: moment_position(row.certified_at, row.id), id_or_slug
    )
    return cached(request, page, tags=[course_tag(course.id), PEOPLE, *(user_tag(row.id) for row in rows)])


@tags.get(
    "",
    operation_id="tags.list",
    summary="List the tags that courses have",
    response_model=Page[TagEntry],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_tags(request: Request, paging: PagingDep, db: Db, topic: TopicParam = None) -> Response:
    """For anybody. Tags of courses on sale (under the topic), the most used ones first. Changes nothing."""
    scope = f"{topic}"
    found = await db.read(service.list_tags, topic, after=paging.position(scope), limit=paging.fetch)
    page = paging.page(found, TagEntry.model_validate, lambda tag: [-tag.course_count, tag.tag], scope)
    return cached(request, page, tags=[TOPICS])


@creators.get(
    "",
    operation_id="creators.list",
    summary="List people who have courses on sale",
    response_model=Page[ListedCreator],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_creators(request: Request, paging: PagingDep, db: Db, topic: TopicParam = None) -> Response:
    """For anybody. People with public profiles who have a course on sale (under the topic), those with the most
    students first. Changes nothing."""
    found = await db.glance(service.list_people, Part.CREATOR, topic, after=_place(paging, topic), limit=paging.fetch)
    return cached(request, paging.page(found, ListedCreator.of, _position, f"{topic}"), tags=_people(found))


@teachers.get(
    "",
    operation_id="teachers.list",
    summary="List people who can be booked",
    response_model=Page[ListedTeacher],
    openapi_extra=audience("public"),
    responses=problems(CursorInvalid) | NOT_MODIFIED,
)
async def list_teachers(request: Request, paging: PagingDep, db: Db, topic: TopicParam = None) -> Response:
    """For anybody. People with public profiles who can be booked for a course on sale (under the topic), those with the
    most students first. Changes nothing."""
    found = await db.glance(service.list_people, Part.TEACHER, topic, after=_place(paging, topic), limit=paging.fetch)
    return cached(request, paging.page(found, ListedTeacher.of, _position, f"{topic}"), tags=_people(found))


def _people(found: list[PersonListing]) -> list[str]:
    """A list of people changes with their courses too."""
    return [PEOPLE, COURSES, *(user_tag(person.id) for person in found)]


def _place(paging: Paging, topic: str | None) -> Position | None:
    return paging.position(f"{topic}")


def _position(person: PersonListing) -> Position:
    return [person.student_count, person.id]


@profiles.get(
    "/{handle}/stats",
    operation_id="users.stats",
    summary="Count what somebody creates and teaches",
    openapi_extra=audience("public", "student", "teacher", "creator", "moderator", "admin") | ALSO_WITH_TOKEN,
    responses=problems(AccountSuspended, UserNotFound),
)
async def read_stats(handle: HandlePath, viewer: OptionalUser, db: Db) -> PersonStats:
    """For anybody who may see the profile: of a private one its owner, administrators and moderators. Changes nothing
    and is kept by no cache."""
    return PersonStats.of(await db.read(service.view_numbers, handle, viewer))


@admin.put(
    "/{course_id}/featured",
    operation_id="admin_courses.feature",
    summary="Feature a course, or no longer",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CourseNotFound),
)
async def feature(
    course_id: Annotated[CourseIdField, Path(description="The course.")], body: FeaturedBody, caller: AdminUser, db: Db
) -> FeaturedBody:
    """For admins. Shows the course among the featured ones while it is on sale, or no longer; written into the audit
    log. Nobody is told."""
    await db.write(service.feature, UserId(caller.user_id), course_id, is_featured=body.is_featured)
    return body
