"""SQL of courses and of what they are made of. Columns, not objects: lists are read far more often than courses
change."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)

from app.db.base import Base
from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip, update_or_skip
from app.domains.courses.models import (
    Certification,
    Course,
    CourseModule,
    CoursePoint,
    CourseSlug,
    CourseTag,
    CourseTestimonial,
    CourseTopic,
    Topic,
)
from app.domains.courses.types import (
    CourseDetails,
    CourseFacts,
    CourseId,
    CourseState,
    ManagedFilter,
    ModuleId,
    PointKind,
    Testimonial,
    TopicId,
    TopicView,
)
from app.domains.users.types import UserId

_PUBLISHED = and_(Course.published_at.is_not(None), Course.unpublished_at.is_(None), Course.retired_at.is_(None))
_ON_SALE = and_(_PUBLISHED, Course.suspended_at.is_(None))
_FACTS = (
    Course.id,
    Course.slug,
    Course.title,
    Course.creator_id,
    Course.price_cents,
    Course.currency,
    Course.session_count,
    Course.session_duration_minutes,
    _ON_SALE,
)
_MODULE_COUNT = select(func.count()).where(CourseModule.course_id == Course.id).scalar_subquery()
_DETAILS = (
    *_FACTS,
    Course.tagline,
    Course.description,
    Course.level,
    _MODULE_COUNT.label("module_count"),
    Course.thumbnail_key,
    Course.rating_sum,
    Course.rating_count,
    Course.featured_at,
    Course.published_at,
)
_OF_COURSE: tuple[type[Base], ...] = (
    CourseModule,
    CoursePoint,
    CourseSlug,
    CourseTag,
    CourseTestimonial,
    CourseTopic,
    Certification,
)
_IN_STATE = {
    CourseState.DRAFT: and_(Course.published_at.is_(None), Course.retired_at.is_(None)),
    CourseState.PUBLISHED: _PUBLISHED,
    CourseState.UNPUBLISHED: and_(Course.unpublished_at.is_not(None), Course.retired_at.is_(None)),
    CourseState.RETIRED: Course.retired_at.is_not(None),
}
_MANAGED = (*Course.__table__.c, _MODULE_COUNT.label("module_count"), _ON_SALE.label("is_on_sale"))


_FACTS_OF = select(*_FACTS).where(Course.id.in_(bindparam("ids", expanding=True)))
_FACTS_BY_ID = select(*_FACTS).where(Course.id == bindparam("name"))
_FACTS_BY_SLUG = select(*_FACTS).where(Course.slug == bindparam("name"))
_FACTS_BY_FORMER_SLUG = select(*_FACTS).join(CourseSlug).where(CourseSlug.slug == bindparam("name"))


def facts_by_ids(session: ReadSession, ids: Collection[CourseId]) -> list[CourseFacts]:
    return [CourseFacts(*row) for row in session.rows(_FACTS_OF, ids=list(ids))]


def facts_by_id_or_slug(session: ReadSession, id_or_slug: str) -> CourseFacts | None:
    """Slugs have no underscore and ids have one, so the two never collide. What no course is called now may be what one
    was called before."""
    statements = [_FACTS_BY_ID] if "_" in id_or_slug else [_FACTS_BY_SLUG, _FACTS_BY_FORMER_SLUG]
    found = (row for statement in statements for row in session.rows(statement, name=id_or_slug.lower()))
    return next((CourseFacts(*row) for row in found), None)


def details(session: ReadSession, course_id: CourseId) -> CourseDetails | None:
    row = session.execute(select(*_DETAILS).where(Course.id == course_id)).one_or_none()
    if row is None:
        return None
    points = points_of(session, course_id)
    return CourseDetails(
        facts=CourseFacts(*row[: len(_FACTS)]),
        tagline=row.tagline,
        description=row.description,
        level=row.level,
        topics=topics_of(session, course_id),
        tags=tags_of(session, course_id),
        points={kind: points.get(kind, []) for kind in PointKind},
        testimonials=testimonials_of(session, course_id),
        module_count=row.module_count,
        thumbnail_key=row.thumbnail_key,
        rating_sum=row.rating_sum,
        rating_count=row.rating_count,
        featured_at=row.featured_at,
        published_at=row.published_at,
    )


def topics_of(session: ReadSession, course_id: CourseId) -> list[TopicView]:
    """The first one, then the others in their order."""
    own = select(Topic.slug, Topic.name, literal(1).label("position")).join(Course, Course.topic_id == Topic.id)
    others = select(Topic.slug, Topic.name, CourseTopic.position).join(CourseTopic, CourseTopic.topic_id == Topic.id)
    found = union_all(own.where(Course.id == course_id), others.where(CourseTopic.course_id == course_id))
    return [TopicView(slug, name) for slug, name, _ in session.execute(found.order_by("position"))]


def tags_of(session: ReadSession, course_id: CourseId) -> list[str]:
    """In alphabetical order."""
    return sorted(session.scalars(select(CourseTag.tag).where(CourseTag.course_id == course_id)))


def points_of(session: ReadSession, course_id: CourseId) -> dict[str, list[str]]:
    """The lists of a course by kind, each in its order."""
    points = select(CoursePoint.kind, CoursePoint.text).where(CoursePoint.course_id == course_id)
    groups: dict[str, list[str]] = {}
    for kind, text in session.execute(points.order_by(CoursePoint.position)):
        groups.setdefault(kind, []).append(text)
    return groups


def modules_of(session: ReadSession, course_id: CourseId) -> Sequence[Row[Any]]:
    """All columns of the modules, in their order."""
    statement = select(*CourseModule.__table__.c).where(CourseModule.course_id == course_id)
    return session.execute(statement.order_by(CourseModule.position)).all()


def has_module(session: ReadSession, course_id: CourseId, module_id: ModuleId) -> bool:
    of_course = select(CourseModule.id).where(CourseModule.id == module_id, CourseModule.course_id == course_id)
    return session.scalar(of_course) is not None


def topics(session: ReadSession) -> list[Topic]:
    """Those that courses can be filed under."""
    return list(session.scalars(select(Topic).where(Topic.is_active).order_by(Topic.position, Topic.id)))


def topic_by_slug(session: ReadSession, slug: str) -> Topic | None:
    return session.scalar(select(Topic).where(Topic.slug == slug))


def replace_more_topics(session: WriteSession, course_id: CourseId, ids: Sequence[TopicId]) -> None:
    session.change(delete(CourseTopic).where(CourseTopic.course_id == course_id))
    numbered = enumerate(ids, start=2)
    add(session, CourseTopic, *({"course_id": course_id, "topic_id": one, "position": n} for n, one in numbered))


def ids_after(session: ReadSession, after: CourseId | None, limit: int) -> list[CourseId]:
    """Courses in any state, by id."""
    statement = select(Course.id).order_by(Course.id).limit(limit)
    return list(session.scalars(statement.where(Course.id > after) if after else statement))


def add(session: WriteSession, table: type[Base], *rows: dict[str, Any]) -> int:
    """Insert the rows that are not there yet; answer how many were not."""
    return insert_or_skip(session, table, *rows) if rows else 0


def ids_of_creator(session: ReadSession, creator_id: UserId) -> list[CourseId]:
    return list(session.scalars(select(Course.id).where(Course.creator_id == creator_id)))


def count_on_sale(session: ReadSession, creator_id: UserId) -> int:
    return session.scalar(select(func.count()).where(Course.creator_id == creator_id, _ON_SALE)) or 0


def export_courses(session: ReadSession, creator_id: UserId) -> list[Plain]:
    statement = select(
        Course.id,
        Course.slug,
        Course.title,
        Course.tagline,
        Course.description,
        Course.level,
        Course.price_cents,
        Course.currency,
        Course.session_count,
        Course.session_duration_minutes,
        Course.created_at,
        Course.published_at,
        Course.unpublished_at,
        Course.retired_at,
        Course.suspended_at,
        Course.suspended_reason,
    ).where(Course.creator_id == creator_id)
    return plain_rows(session, statement.order_by(Course.created_at.desc(), Course.id))


def managed(session: ReadSession, course_id: CourseId) -> Row[Any] | None:
    """All columns of a course, its `module_count` and `is_on_sale`."""
    return session.execute(select(*_MANAGED).where(Course.id == course_id)).one_or_none()


def lock(session: WriteSession, course_id: CourseId) -> bool:
    """Whether the course is there; nobody else changes it until this unit is done. References to it are no changes."""
    statement = select(Course.id).where(Course.id == course_id).with_for_update(key_share=True)
    return session.scalar(statement) is not None


def hold(session: WriteSession, course_id: CourseId) -> None:
    """A change of the course, or of who teaches it, waits for this transaction; others may hold it too."""
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update(read=True))


def managed_page(
    session: ReadSession, wanted: ManagedFilter, *, before: Moment | None, limit: int
) -> Sequence[Row[Any]]:
    """Courses in every state, the newest first."""
    statement = select(*_MANAGED).where(*_managed_conditions(wanted))
    return session.execute(page_after(statement, Course.created_at, Course.id, place=before, limit=limit)).all()


def _managed_conditions(wanted: ManagedFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield _IN_STATE[wanted.state]
    if wanted.is_suspended is not None:
        suspended = Course.suspended_at.is_not(None)
        yield suspended if wanted.is_suspended else not_(suspended)
    if wanted.creator_id is not None:
        yield Course.creator_id == wanted.creator_id


def change(session: WriteSession, course_id: CourseId, values: dict[str, Any], *guards: ColumnElement[bool]) -> bool:
    """Set columns of a course for which the guards hold; false when there is none."""
    statement = update(Course).where(Course.id == course_id, *guards)
    return session.change(statement.values(updated_at=session.now, **values)) == 1


def publish(session: WriteSession, course_id: CourseId) -> bool:
    """False unless the course was a draft or unpublished. The first time it was published stays."""
    since = func.coalesce(Course.published_at, type_coerce(session.now, Course.published_at.type))
    is_off = or_(_IN_STATE[CourseState.DRAFT], _IN_STATE[CourseState.UNPUBLISHED])
    return change(session, course_id, {"published_at": since, "unpublished_at": None}, is_off)


def unpublish(session: WriteSession, course_id: CourseId) -> bool:
    """False unless it was published."""
    return change(session, course_id, {"unpublished_at": session.now}, _PUBLISHED)


def retire(session: WriteSession, course_id: CourseId) -> bool:
    """False for a draft and for what is retired."""
    is_known = or_(_PUBLISHED, _IN_STATE[CourseState.UNPUBLISHED])
    return change(session, course_id, {"retired_at": session.now}, is_known)


def suspend(session: WriteSession, course_id: CourseId, reason: str) -> bool:
    """False when it is suspended."""
    values = {"suspended_at": session.now, "suspended_reason": reason}
    return change(session, course_id, values, Course.suspended_at.is_(None))


def unsuspend(session: WriteSession, course_id: CourseId) -> bool:
    """False when it is not suspended."""
    values = {"suspended_at": None, "suspended_reason": None}
    return change(session, course_id, values, Course.suspended_at.is_not(None))


def transfer(session: WriteSession, course_id: CourseId, from_id: UserId, to_id: UserId) -> bool:
    """False when it is no longer that person's."""
    return change(session, course_id, {"creator_id": to_id}, Course.creator_id == from_id)


def delete_draft(session: WriteSession, course_id: CourseId) -> bool:
    """The draft and all that is only part of it; false, and nothing is deleted, when it is none or something refers to
    it."""
    statements = [delete(table).where(table.__table__.c.course_id == course_id) for table in _OF_COURSE]
    course = delete(Course).where(Course.id == course_id, _IN_STATE[CourseState.DRAFT])
    return update_or_skip(session, *statements, course) == 1


def draft_ids(session: ReadSession, creator_id: UserId) -> list[CourseId]:
    statement = select(Course.id).where(Course.creator_id == creator_id, _IN_STATE[CourseState.DRAFT])
    return list(session.scalars(statement))


def clear(session: WriteSession, table: type[Base], course_id: CourseId, *conditions: ColumnElement[bool]) -> None:
    """Delete the rows of one of a course's lists."""
    session.change(delete(table).where(table.__table__.c.course_id == course_id, *conditions))


def testimonials_of(session: ReadSession, course_id: CourseId) -> list[Testimonial]:
    """In their order."""
    columns = (
        CourseTestimonial.quote,
        CourseTestimonial.student_name,
        CourseTestimonial.student_role,
        CourseTestimonial.is_featured,
    )
    statement = select(*columns).where(CourseTestimonial.course_id == course_id)
    return [Testimonial(*row) for row in session.execute(statement.order_by(CourseTestimonial.position))]


def last_module_position(session: ReadSession, course_id: CourseId) -> int:
    return session.scalar(select(func.max(CourseModule.position)).where(CourseModule.course_id == course_id)) or 0


def place_modules(session: WriteSession, course_id: CourseId, ids: Sequence[ModuleId]) -> None:
    """Number the modules in this order. Two steps, because two may not have one place even for a moment."""
    if not ids:
        return
    whole = update(CourseModule).where(CourseModule.course_id == course_id)
    session.change(whole.values(position=-CourseModule.position))
    places = case(*((CourseModule.id == each, place) for place, each in enumerate(ids, start=1)))
    session.change(whole.where(CourseModule.id.in_(ids)).values(position=places))


def change_module(session: WriteSession, course_id: CourseId, module_id: ModuleId, values: dict[str, Any]) -> bool:
    """False when the course has no such module."""
    statement = update(CourseModule).where(CourseModule.id == module_id, CourseModule.course_id == course_id)
    return session.change(statement.values(values)) == 1


def delete_modules(session: WriteSession, course_id: CourseId, ids: Collection[ModuleId]) -> int:
    """How many were deleted; none when something refers to one of them."""
    statement = delete(CourseModule).where(CourseModule.course_id == course_id, CourseModule.id.in_(ids))
    return update_or_skip(session, statement)


def is_slug_free(session: ReadSession, slug: str, course_id: CourseId) -> bool:
    """Whether no other course has the slug or had it."""
    has = exists().where(Course.slug == slug, Course.id != course_id)
    had = exists().where(CourseSlug.slug == slug, CourseSlug.course_id != course_id)
    return not session.scalar(select(or_(has, had)))


def change_slug(session: WriteSession, course_id: CourseId, slug: str) -> bool:
    """False when another course took it in this instant."""
    return update_or_skip(session, update(Course).where(Course.id == course_id).values(slug=slug)) == 1


def forget_slug(session: WriteSession, slug: str) -> None:
    session.change(delete(CourseSlug).where(CourseSlug.slug == slug))


def all_topics(session: ReadSession) -> Sequence[Row[Any]]:
    """All columns, of inactive ones too, in their order."""
    return session.execute(select(*Topic.__table__.c).order_by(Topic.position, Topic.id)).all()


def change_topic(session: WriteSession, topic_id: TopicId, values: dict[str, Any]) -> bool:
    """False when there is none."""
    return session.change(update(Topic).where(Topic.id == topic_id).values(values)) == 1


def last_topic_position(session: ReadSession) -> int:
    return session.scalar(select(func.max(Topic.position))) or 0
