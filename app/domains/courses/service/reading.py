"""What other domains read of courses, and who sees one that is not on sale."""

from collections.abc import Collection

from app.db.session import ReadSession, WriteSession
from app.domains.courses import policies
from app.domains.courses.errors import CourseNotFound, ModuleNotFound
from app.domains.courses.repository import certifications, courses
from app.domains.courses.service.managing import tell
from app.domains.courses.types import CourseDetails, CourseFacts, CourseId, ModuleId, ModuleView, TopicView
from app.domains.users.types import UserId
from app.edge.principal import Principal


def get_course(session: ReadSession, course_id: CourseId) -> CourseFacts:
    """A course in any state. Raises `CourseNotFound`."""
    found = courses.facts_by_ids(session, [course_id])
    if not found:
        raise CourseNotFound
    return found[0]


def get_courses(session: ReadSession, ids: Collection[CourseId]) -> dict[CourseId, CourseFacts]:
    """Those of the courses that exist, in any state."""
    return {course.id: course for course in courses.facts_by_ids(session, ids)}


def find_course(session: ReadSession, id_or_slug: str) -> CourseFacts | None:
    """A course in any state, by its id, its slug or one that it had. Capital letters do not matter."""
    return courses.facts_by_id_or_slug(session, id_or_slug)


def find_published(session: ReadSession, id_or_slug: str) -> CourseFacts:
    """A course that is on sale. Raises `CourseNotFound`."""
    return get_visible(session, id_or_slug, viewer=None)


def get_visible(session: ReadSession, id_or_slug: str, *, viewer: Principal | None) -> CourseFacts:
    """A course that is on sale, or any for its creator and admins. Raises `CourseNotFound`."""
    course = find_course(session, id_or_slug)
    if course is None or not (course.is_on_sale or policies.may_manage(course, viewer)):
        raise CourseNotFound
    return course


def get_details(session: ReadSession, course_id: CourseId) -> CourseDetails:
    """Everything that is shown of a course in any state. Raises `CourseNotFound`."""
    found = courses.details(session, course_id)
    if found is None:
        raise CourseNotFound
    return found


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
        for module in courses.modules_of(session, course.id)
    ]


def require_module(session: ReadSession, course_id: CourseId, module_id: ModuleId) -> None:
    """Raises `ModuleNotFound` unless the course has the module."""
    if not courses.has_module(session, course_id, module_id):
        raise ModuleNotFound


def may_read_content(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> bool:
    """Whether the viewer owns or teaches the course. What students may read is the enrollments' business."""
    if viewer is None or policies.may_manage(course, viewer):
        return viewer is not None
    return certifications.is_certified(session, course.id, UserId(viewer.user_id))


def list_topics(session: ReadSession) -> list[TopicView]:
    return [TopicView(topic.slug, topic.name) for topic in courses.topics(session)]


def set_featured(session: WriteSession, course_id: CourseId, *, is_featured: bool) -> None:
    """Show the course among the featured ones while it is on sale, or no longer. Raises `CourseNotFound`."""
    if not courses.change(session, course_id, {"featured_at": session.now if is_featured else None}):
        raise CourseNotFound
    tell(session, course_id)


def ids_after(session: ReadSession, after: CourseId | None, limit: int) -> list[CourseId]:
    """Courses in any state, by id: for walking through all of them."""
    return courses.ids_after(session, after, limit)


def ids_of_teacher(session: ReadSession, user_id: UserId) -> list[CourseId]:
    """The courses for which the person was certified, in any state."""
    return certifications.ids_of_teacher(session, user_id)


def ids_of_creator(session: ReadSession, creator_id: UserId) -> list[CourseId]:
    """The courses of this creator, in any state."""
    return courses.ids_of_creator(session, creator_id)
