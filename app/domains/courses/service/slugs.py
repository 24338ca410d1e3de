"""The short names of courses in addresses, and those they had."""

from app.db.session import ReadSession, WriteSession
from app.domains.courses import policies
from app.domains.courses.models import CourseSlug
from app.domains.courses.repository import courses
from app.domains.courses.types import CourseId
from app.edge.routing import RESERVED


def free_slug(session: ReadSession, title: str, course_id: CourseId) -> str:
    """The title's slug, with a piece of the id when another course has or had it, or an address of another kind."""
    slug = policies.slug_of(title)
    is_free = slug not in RESERVED and courses.is_slug_free(session, slug, course_id)
    return slug if is_free else policies.unique_slug(title, course_id)


def rename_slug(session: WriteSession, course_id: CourseId, *, old: str, title: str, keep_old: bool) -> None:
    """Give the course the slug of this title. With `keep_old`, addresses with the old one go on leading to it."""
    new = free_slug(session, title, course_id)
    if new == old or (old == policies.unique_slug(title, course_id)):
        return
    if not courses.change_slug(session, course_id, new):  # taken in this instant
        new = policies.unique_slug(title, course_id)
        courses.change_slug(session, course_id, new)
    courses.forget_slug(session, new)
    if keep_old:
        courses.add(session, CourseSlug, {"slug": old, "course_id": course_id, "until": session.now})
