"""How a course begins, and how a draft ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.courses import policies
from app.domains.courses.errors import CourseInUse, MayNotCreate, TopicNotFound
from app.domains.courses.events import DraftDeleted
from app.domains.courses.models import Course, CourseModule, CoursePoint, CourseTag
from app.domains.courses.repository import courses
from app.domains.courses.schemas.studio import Draft
from app.domains.courses.service.managing import draft_of, get_row, record, state_of, take
from app.domains.courses.service.slugs import free_slug
from app.domains.courses.service.thumbnails import release
from app.domains.courses.types import CourseDraft, CourseId, CourseState, ModuleId, TopicId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected
from app.edge.principal import Principal


def start_draft(session: WriteSession, creator_id: UserId, title: str) -> Draft:
    """Begin a course of which only the title is known; it is filed under the first topic until its creator chooses.

    Raises `MayNotCreate`, `TopicNotFound` when there is no topic at all.
    """
    if not users.lock_user(session, creator_id).can_create_courses:
        raise MayNotCreate
    topics = courses.topics(session)
    if not topics:
        raise TopicNotFound
    draft = CourseDraft(creator_id=creator_id, topic=topics[0].slug, title=title, is_priced=False)
    return draft_of(session, create_course(session, draft))


def delete_draft(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> None:
    """Delete what was never published and nobody took or teaches. Whoever else's rows hang on it decides by the event.

    Raises `CourseNotFound`, `PreconditionFailed`, `CourseInUse`.
    """
    row = take(session, id_or_slug, caller, expected)
    record(session, row, caller, "deleted")
    if not discard(session, row):
        raise CourseInUse


def discard(session: WriteSession, row: Row[Any]) -> bool:
    """Delete a draft with all that is only part of it, its picture too; false when it is none, maybe since a moment
    ago, or something refers to it."""
    if not courses.lock(session, row.id) or state_of(get_row(session, row.id)) is not CourseState.DRAFT:
        return False
    session.publish(DraftDeleted(row.id))
    if not courses.delete_draft(session, row.id):
        return False
    release(session, row)
    return True


def create_course(session: WriteSession, draft: CourseDraft) -> CourseId:
    """Make a draft that only its creator and admins see. Raises `TopicNotFound`."""
    first, *others = _topic_ids(session, (draft.topic, *draft.more_topics))
    course_id = _insert_course(session, draft, topic_id=first)
    courses.replace_more_topics(session, course_id, others)
    courses.add(session, CourseTag, *policies.tag_rows(course_id, draft.tags))
    courses.add(session, CourseModule, *_module_rows(course_id, draft))
    courses.add(session, CoursePoint, *_point_rows(course_id, draft))
    return course_id


def _topic_ids(session: ReadSession, slugs: Sequence[str]) -> list[TopicId]:
    """Each once, in the order given. Raises `TopicNotFound`."""
    found = [courses.topic_by_slug(session, slug) for slug in dict.fromkeys(slugs)]
    topics = [topic.id for topic in found if topic is not None]
    if len(topics) < len(found):
        raise TopicNotFound
    return topics


def _insert_course(session: WriteSession, draft: CourseDraft, *, topic_id: TopicId) -> CourseId:
    course_id = CourseId(new_id("crs"))
    slug = free_slug(session, draft.title, course_id)
    row = {
        "id": course_id,
        "creator_id": draft.creator_id,
        "topic_id": topic_id,
        "slug": slug,
        "title": draft.title,
        "tagline": draft.tagline,
        "description": draft.description,
        "search_text": "",
        "level": draft.level,
        "price_cents": draft.price_cents,
        "is_priced": draft.is_priced,
        "currency": draft.currency,
        "session_count": draft.session_count,
        "session_duration_minutes": draft.session_duration_minutes,
        "thumbnail_key": draft.thumbnail_key,
        "thumbnail_file_id": draft.thumbnail_file_id,
        "created_at": session.now,
        "updated_at": session.now,
    }
    if not courses.add(session, Course, row):
        courses.add(session, Course, row | {"slug": policies.unique_slug(draft.title, course_id)})
    return course_id


def _module_rows(course_id: CourseId, draft: CourseDraft) -> list[dict[str, Any]]:
    return [
        {
            "id": ModuleId(new_id("mod")),
            "course_id": course_id,
            "position": position,
            "session_number": module.session_number,
            "title": module.title,
            "description": module.description,
            "duration_minutes": module.duration_minutes,
        }
        for position, module in enumerate(draft.modules, start=1)
    ]


def _point_rows(course_id: CourseId, draft: CourseDraft) -> list[dict[str, Any]]:
    return [row for kind, texts in draft.points.items() for row in policies.point_rows(course_id, kind, texts)]
