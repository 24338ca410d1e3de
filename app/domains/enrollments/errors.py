"""Refusals about buying and holding a place."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem
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


class PriceChanged(Conflict):
    """The course was free when its buying began, and is not any more."""

    code = "price_changed"
    title = "This course has got a price a moment ago."
    hint = "GET /api/courses/{id} shows it; repeat the request to buy a place at that price."


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


class TeacherNotChosen(Problem):
    """The place was bought without a teacher, and nobody has been named since."""

    status, code = 422, "teacher_not_chosen"
    title = "This place has no teacher yet."
    hint = "Name one of GET /api/courses/{id}/teachers as `teacher_id` of the first booking."


class OtherTeacher(Forbidden):
    """Somebody else teaches the place, perhaps since a moment ago."""

    code = "other_teacher"
    title = "Somebody else teaches this place."
    hint = "GET /api/enrollments/{id} says who; book without `teacher_id`, or with theirs."


class PlaceInQuestion(Conflict):
    """A refund of the place is not decided or has not arrived yet, or the buyer's bank asks about the payment."""

    code = "place_in_question"
    title = "A refund or a dispute about this place is not over."
    hint = "Decide about the refund, or wait for the bank, and then try again."


class MayNotBuy(Forbidden):
    """An administrator took the right to take courses."""

    code = "may_not_buy"
    title = "You may not buy places in courses."
    hint = "Write to the support address to have it looked at."


NOT_SOLD = (MayNotBuy, CourseNotFound, OwnCourse, TeachesCourse, TeacherNotAvailable, AlreadyEnrolled)
"""Whoever wants a place: what `check_buyer` refuses with."""
