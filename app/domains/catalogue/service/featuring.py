"""Which courses are featured."""

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.users import service as users
from app.domains.users.types import UserId


def feature(session: WriteSession, actor_id: UserId, course_id: CourseId, *, is_featured: bool) -> None:
    """Show the course among the featured ones while it is on sale, or no longer; with an entry in the audit log.

    Raises `Forbidden`, `CourseNotFound`.
    """
    users.require_admin(session, actor_id)
    was_featured = courses.get_details(session, course_id).featured_at is not None
    if was_featured == is_featured:
        return
    courses.set_featured(session, course_id, is_featured=is_featured)
    before, after = {"is_featured": was_featured}, {"is_featured": is_featured}
    audit.record(session, actor_id, Change("course.featured", "course", course_id, before, after))
