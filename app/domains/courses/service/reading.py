"""Rules of the catalogue: what is shown to whom, how a course comes on sale, and who may teach it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.core.ids import id_pattern
from app.db.session import ReadSession
from app.domains.courses import policies, repository
from app.domains.courses.errors import (
    CourseNotFound,
    ModuleNotFound,
)
from app.domains.courses.types import (
    CourseCard,
    CourseDetails,
    CourseFacts,
    CourseFilter,
    CourseId,
    ModuleId,
    ModuleView,
    PointKind,
    TopicView,
)
from app.domains.users import service as users
from app.domains.users.types import Person, UserId
from app.edge.principal import Principal


def get_course(session: ReadSession, course_id: CourseId) -> CourseFacts:
    """A course in any state. Raises `CourseNotFound`."""
    found = repository.facts_by_ids(session, [course_id])
    if not found:
        raise CourseNotFound
    return found[0]


def get_courses(session: ReadSession, ids: Collection[CourseId]) -> dict[CourseId, CourseFacts]:
    """Those of the courses that exist, in any state."""
    return {course.id: course for course in repository.facts_by_ids(session, ids)}


def find_course(session: ReadSession, id_or_slug: str) -> CourseFacts | None:
    """A course in any state."""
    return repository.facts_by_id_or_slug(session, id_or_slug)


def find_published(session: ReadSession, id_or_slug: str) -> CourseFacts:
    """A course that is on sale. Raises `CourseNotFound`."""
    return get_visible(session, id_or_slug, viewer=None)


def get_visible(session: ReadSession, id_or_slug: str, *, viewer: Principal | None) -> CourseFacts:
    """A course that is on sale, or any for its creator and admins. Raises `CourseNotFound`."""
    course = find_course(session, id_or_slug)
    if course is None or not (course.is_on_sale or policies.may_manage(course, viewer)):
        raise CourseNotFound
    return course


@dataclass(frozen=True, slots=True)
class CatalogueRows:
    """Courses of one page, and how many match in all when that was asked."""

    cards: list[CourseCard]
    total: int | None


def list_courses(
    session: ReadSession,
    wanted: CourseFilter,
    *,
    after: Sequence[str | int] | None,
    limit: int,
    with_total: bool,
) -> CatalogueRows:
    """Courses on sale that match every part of the filter."""
    words, creator_id = policies.search_words(wanted.q), None
    if wanted.creator is not None:
        creator_id = _creator_id(session, wanted.creator)
        if creator_id is None:
            return CatalogueRows([], 0 if with_total else None)
    rows = repository.search(session, wanted, words=words, creator_id=creator_id, after=after, limit=limit)
    total = repository.count(session, wanted, words=words, creator_id=creator_id) if with_total else None
    return CatalogueRows(_cards(session, rows), total)


def _creator_id(session: ReadSession, id_or_handle: str) -> UserId | None:
    """Handles are shorter than ids, so the two never collide."""
    if re.match(id_pattern("usr"), id_or_handle):
        return UserId(id_or_handle)
    return users.find_by_handle(session, id_or_handle)


def _cards(session: ReadSession, rows: Sequence[Row[Any]]) -> list[CourseCard]:
    tags = repository.tags_of(session, [row.id for row in rows])
    people = users.get_people(session, {row.creator_id for row in rows})
    return [_card(row, tags.get(row.id, []), people[row.creator_id]) for row in rows]


def _card(row: Row[Any], tags: list[str], creator: Person) -> CourseCard:
    return CourseCard(
        id=row.id,
        slug=row.slug,
        title=row.title,
        tagline=row.tagline,
        level=row.level,
        topic=TopicView(row.topic_slug, row.topic_name),
        tags=tags,
        creator=creator,
        price_cents=row.price_cents,
        currency=row.currency,
        session_count=row.session_count,
        session_duration_minutes=row.session_duration_minutes,
        module_count=row.module_count,
        published_at=row.published_at,
        position=list(row[repository.CARD_WIDTH :]),
    )


def get_details(session: ReadSession, course_id: CourseId) -> CourseDetails:
    """Everything that is shown of a course in any state. Raises `CourseNotFound`."""
    row = repository.card(session, course_id)
    if row is None:
        raise CourseNotFound
    (card,) = _cards(session, [row])
    points = repository.points_of(session, course_id)
    return CourseDetails(card, row.description, {kind: points.get(kind, []) for kind in PointKind})


def curriculum(session: ReadSession, course: CourseFacts, *, with_content: bool) -> list[ModuleView]:
    """The course's modules in order; without content the descriptions are left out."""
    return [
        ModuleView(
            id=module.id,
            position=module.position,
            session_number=module.session_number,
            title=module.title,
            duration_minutes=module.duration_minutes,
            description=module.description if with_content else None,
        )
        for module in repository.modules_of(session, course.id)
    ]


def require_module(session: ReadSession, course_id: CourseId, module_id: ModuleId) -> None:
    """Raises `ModuleNotFound` unless the course has the module."""
    if not repository.has_module(session, course_id, module_id):
        raise ModuleNotFound


def may_read_content(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> bool:
    """Whether the viewer owns or teaches the course. What students may read is the enrollments' business."""
    if viewer is None or policies.may_manage(course, viewer):
        return viewer is not None
    return repository.is_certified(session, course.id, UserId(viewer.user_id))


def list_topics(session: ReadSession) -> list[TopicView]:
    return [TopicView(topic.slug, topic.name) for topic in repository.topics(session)]


def ids_of_creator(session: ReadSession, creator_id: UserId) -> list[CourseId]:
    """The courses of this creator, in any state."""
    return repository.ids_of_creator(session, creator_id)
