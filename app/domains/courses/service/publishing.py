"""A course comes on sale and goes off it. Students who have a place keep everything in every state."""

from app.db.session import WriteSession
from app.domains.courses.errors import CourseNotDraft, CourseNotPublished, CourseNotRetirable
from app.domains.courses.repository import courses
from app.domains.courses.schemas.studio import Draft
from app.domains.courses.service.managing import demand_complete, get_row, settle, take, tell
from app.domains.courses.types import CourseId
from app.edge.etags import Expected
from app.edge.principal import Principal


def publish(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> Draft:
    """Put a draft or an unpublished course on sale.

    Raises `CourseNotFound`, `PreconditionFailed`, `CourseNotDraft`, `CourseIncomplete`.
    """
    row = take(session, id_or_slug, caller, expected)
    publish_course(session, row.id)
    return settle(session, row, caller, "published")


def publish_course(session: WriteSession, course_id: CourseId) -> None:
    """Put a draft on sale. Raises `CourseNotFound`, `CourseNotDraft`, or `CourseIncomplete` with what is missing."""
    row = get_row(session, course_id)
    if not courses.publish(session, course_id):
        raise CourseNotDraft
    demand_complete(session, row)  # only now: of what is retired nothing can be completed any more
    tell(session, course_id)


def unpublish(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> Draft:
    """Take a published course off sale until it is published again.

    Raises `CourseNotFound`, `PreconditionFailed`, `CourseNotPublished`.
    """
    row = take(session, id_or_slug, caller, expected)
    if not courses.unpublish(session, row.id):
        raise CourseNotPublished
    return settle(session, row, caller, "unpublished")


def retire(session: WriteSession, id_or_slug: str, caller: Principal, expected: Expected) -> Draft:
    """Take a course off sale for ever; it is not changed any more.

    Raises `CourseNotFound`, `PreconditionFailed`, `CourseNotRetirable`.
    """
    row = take(session, id_or_slug, caller, expected)
    if not courses.retire(session, row.id):
        raise CourseNotRetirable
    return settle(session, row, caller, "retired")
