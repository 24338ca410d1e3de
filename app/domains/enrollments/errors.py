"""Refusals about buying and holding a place."""

from app.core.errors import Conflict, Forbidden, NotFound
from app.domains.courses.errors import CourseNotFound


class EnrollmentNotFound(NotFound):
    """There is no such enrollment, or the caller has nothing to do with it."""

    code = "enrollment_not_found"
    title = "There is no such enrollment."


class AlreadyEnrolled(Conflict):
    """The buyer already has an active place in the course."""

    code = "already_enrolled"
    title = "You already have a place in this course."
    hint = "GET /api/enrollments lists your places."


class OwnCourse(Conflict):
    """Creators do not buy their own courses."""

    code = "own_course"
    title = "This is your own course."


class TeachesCourse(Conflict):
    """An active teacher of the course does not buy it."""

    code = "teaches_course"
    title = "You are teaching this course."
    hint = "Pause teaching it first."


class TeacherNotAvailable(Conflict):
    """The chosen person does not teach this course at present."""

    code = "teacher_not_available"
    title = "This person does not teach this course at present."
    hint = "GET /api/courses/{id}/teachers lists who does."


class MayNotBuy(Forbidden):
    """An administrator took the right to take courses."""

    code = "may_not_buy"
    title = "You may not buy places in courses."
    hint = "Write to the support address to have it looked at."


NOT_SOLD = (MayNotBuy, CourseNotFound, OwnCourse, TeachesCourse, TeacherNotAvailable, AlreadyEnrolled)
"""Whoever wants a place: what `check_buyer` refuses with."""
