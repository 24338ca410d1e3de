"""The gate before every resource: asked on every read and in the transaction of every change."""

from app.db.session import ReadSession
from app.domains.courses import service as courses
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.policies import may_manage
from app.domains.courses.types import CourseFacts, CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentStatus
from app.domains.resources.policies import Access
from app.domains.resources.types import ResourceFacts
from app.domains.sessions import service as sessions
from app.domains.sessions.types import SessionFacts
from app.edge.principal import Principal


def to_course(session: ReadSession, course: CourseFacts, viewer: Principal | None) -> Access:
    """Its creator and admins manage the shelf of a course; its teachers read it, and its students unless their place
    was cancelled; whoever sees the course sees what is public."""
    if may_manage(course, viewer):
        return Access.MANAGE
    if enrollments.may_read_content(session, course, viewer):
        return Access.READ
    return Access.PUBLIC if course.is_on_sale else Access.NONE


def to_session(session: ReadSession, lesson: SessionFacts, viewer: Principal | None) -> Access:
    """The teacher, the course's creator and admins manage the shelf of a session; its student reads it unless the place
    was cancelled."""
    if viewer is None:
        return Access.NONE
    if viewer.user_id == lesson.teacher_id or may_manage(courses.get_course(session, lesson.course_id), viewer):
        return Access.MANAGE
    place = enrollments.get_enrollment(session, lesson.enrollment_id)
    is_student = viewer.user_id == lesson.student_id and place.status is not EnrollmentStatus.CANCELLED
    return Access.READ if is_student else Access.NONE


def to_resource(session: ReadSession, resource: ResourceFacts, viewer: Principal | None) -> Access:
    """What the viewer may do with one resource; never `PUBLIC`."""
    if resource.session_id is not None:
        return to_session(session, sessions.get_session_facts(session, resource.session_id), viewer)
    access = to_course(session, courses.get_course(session, resource.course_id), viewer)
    if access is not Access.PUBLIC:
        return access
    return Access.READ if resource.is_public else Access.NONE


def find_course(session: ReadSession, course_id: CourseId, viewer: Principal | None) -> tuple[CourseFacts, Access]:
    """A course that the viewer may know of. Raises `CourseNotFound`."""
    course = courses.get_course(session, course_id)
    access = to_course(session, course, viewer)
    if access is Access.NONE:
        raise CourseNotFound
    return course, access
