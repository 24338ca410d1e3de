"""Changing what a course says of itself: its fields, and its lists as wholes. Each answers the course as it then is and
raises as `managing.edit` does."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from app.db.session import WriteSession
from app.domains.courses import policies
from app.domains.courses.errors import SessionLengthFixed, TopicNotFound
from app.domains.courses.events import CourseRenamed
from app.domains.courses.models import CoursePoint, CourseTag, CourseTestimonial
from app.domains.courses.repository import courses
from app.domains.courses.schemas.studio import Draft
from app.domains.courses.service.managing import edit
from app.domains.courses.service.slugs import rename_slug
from app.domains.courses.types import CourseId, PointKind, Testimonial
from app.edge.etags import Expected
from app.edge.principal import Principal


def change_fields(
    session: WriteSession,
    id_or_slug: str,
    caller: Principal,
    expected: Expected,
    changes: Mapping[str, Any],
    *,
    renew_slug: bool,
) -> Draft:
    """Set the fields that are given. A draft's slug follows its title; a published course's does when it is asked for,
    and the old one goes on leading to it. Raises `SessionLengthFixed` too."""

    def apply(row: Row[Any]) -> None:
        if row.published_at is not None and _differs(row, changes, "session_duration_minutes"):
            raise SessionLengthFixed
        chosen = dict(changes) | ({"is_priced": True} if "price_cents" in changes else {})
        courses.change(session, row.id, chosen)
        if _differs(row, changes, "title"):
            session.publish(CourseRenamed(row.id))
        was_published = row.published_at is not None
        if renew_slug or (not was_published and _differs(row, changes, "title")):
            title = changes.get("title", row.title)
            rename_slug(session, row.id, old=row.slug, title=title, keep_old=was_published)

    return edit(session, id_or_slug, caller, expected, "changed", apply)


def _differs(row: Row[Any], changes: Mapping[str, Any], name: str) -> bool:
    return name in changes and changes[name] != getattr(row, name)


def replace_points(
    session: WriteSession,
    id_or_slug: str,
    caller: Principal,
    expected: Expected,
    points: Mapping[PointKind, Sequence[str]],
) -> Draft:
    """Put these lists of short texts in the place of those of the same kinds."""

    def apply(row: Row[Any]) -> None:
        courses.clear(session, CoursePoint, row.id, CoursePoint.kind.in_(points))
        for kind, texts in points.items():
            courses.add(session, CoursePoint, *policies.point_rows(row.id, kind, texts))

    return edit(session, id_or_slug, caller, expected, "points_replaced", apply)


def replace_tags(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, tags: Sequence[str]
) -> Draft:
    """Put these tags in the place of the present ones; those that differ only in case are one."""

    def apply(row: Row[Any]) -> None:
        courses.clear(session, CourseTag, row.id)
        courses.add(session, CourseTag, *policies.tag_rows(row.id, tags))

    return edit(session, id_or_slug, caller, expected, "tags_replaced", apply)


def replace_topics(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, slugs: Sequence[str]
) -> Draft:
    """File the course under these topics, the first of which is the main one. Raises `TopicNotFound` too, also for one
    that is no longer used and that the course does not have."""

    def apply(row: Row[Any]) -> None:
        had = {topic.slug for topic in courses.topics_of(session, row.id)}
        known = {topic.slug: topic.id for topic in courses.all_topics(session) if topic.is_active or topic.slug in had}
        if not known.keys() >= set(slugs):
            raise TopicNotFound
        main, *more = [known[slug] for slug in dict.fromkeys(slugs)]
        courses.change(session, row.id, {"topic_id": main})
        courses.replace_more_topics(session, row.id, more)

    return edit(session, id_or_slug, caller, expected, "topics_replaced", apply)


def replace_testimonials(
    session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected, testimonials: Sequence[Testimonial]
) -> Draft:
    """Put these in the place of the present ones."""

    def apply(row: Row[Any]) -> None:
        courses.clear(session, CourseTestimonial, row.id)
        rows = (_testimonial_row(row.id, place, each) for place, each in enumerate(testimonials, start=1))
        courses.add(session, CourseTestimonial, *rows)

    return edit(session, id_or_slug, caller, expected, "testimonials_replaced", apply)


def _testimonial_row(course_id: CourseId, position: int, testimonial: Testimonial) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "position": position,
        "quote": testimonial.quote,
        "student_name": testimonial.student_name,
        "student_role": testimonial.student_role,
        "is_featured": testimonial.is_featured,
    }
