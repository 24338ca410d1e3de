"""Refusals of courses: of reading, making, selling and teaching them."""

from app.core.errors import Conflict, Forbidden, NotFound, Problem, members


class CourseNotFound(NotFound):
    """There is no such course, or it is not on sale and not the caller's."""

    code = "course_not_found"
    title = "There is no such course."
    hint = "GET /api/courses lists the courses on sale."


class TopicNotFound(NotFound):
    """The topic a course is to be filed under does not exist."""

    code = "topic_not_found"
    title = "There is no such topic."
    hint = "GET /api/topics lists the topics."


class CertificationNotFound(NotFound):
    """The person is not certified for the course."""

    code = "certification_not_found"
    title = "This person is not certified for this course."
    hint = "GET /api/courses/{id}/certifications lists who is; your own are in GET /api/teachers/me/courses."


class WithdrawnByAdmin(Conflict):
    """An administrator took the certification away; the course's creator cannot give it back."""

    code = "withdrawn_by_admin"
    title = "An administrator withdrew this person's certification."
    hint = "Write to the support address; an admin can restore it."


class CourseNotDraft(Conflict):
    """The course is on sale already, or retired."""

    code = "course_not_draft"
    title = "Only a draft or an unpublished course can be published."
    hint = "GET /api/courses/{id}/draft shows its `state`; what is retired stays so."


class CourseIncomplete(Conflict):
    """The checklist of publishing is not fulfilled, or would not be after a change of what is published; `missing`
    names what is left."""

    code = "course_incomplete"
    title = "The course is not complete enough to be on sale."
    hint = "Complete each entry of `missing`, then try again."
    context_example = members(
        missing=["description"],
        checks=[{"code": "description", "is_met": False, "hint": "Describe the course in at least 50 characters."}],
    )


class CourseNotPublished(Conflict):
    """It is no longer, or was never, on sale."""

    code = "course_not_published"
    title = "Only a published course can be unpublished."
    hint = "GET /api/courses/{id}/draft shows its `state`."


class CourseNotRetirable(Conflict):
    """A draft is deleted, and what is retired stays so."""

    code = "course_not_retirable"
    title = "Only a course that was published can be retired, once."
    hint = "Delete a draft with DELETE /api/courses/{id_or_slug}."


class CourseRetired(Conflict):
    """What is retired is kept as it was for those who took it."""

    code = "course_retired"
    title = "A retired course is not changed any more."
    hint = "Create another course with POST /api/courses."


class CourseInUse(Conflict):
    """It was published, or somebody has a place in it."""

    code = "course_in_use"
    title = "Only a draft that nobody took can be deleted."
    hint = "Unpublish or retire the course instead."


class SessionLengthFixed(Conflict):
    """Students have bought sessions of this length."""

    code = "session_length_fixed"
    title = "The length of the sessions is fixed once the course was published."
    hint = "Make another course for sessions of another length."


class MayNotCreate(Forbidden):
    """The right to create courses comes with an application that was approved."""

    code = "may_not_create"
    title = "You may not create courses yet."
    hint = "Apply with POST /api/creator-applications."


class CourseSuspended(Conflict):
    """An administrator took it off sale, and alone can bring it back."""

    code = "course_suspended"
    title = "This course is suspended already."
    hint = "GET /api/admin/courses?is_suspended=true lists the courses that are, each with its reason."


class CourseNotSuspended(Conflict):
    """Nobody took it off sale."""

    code = "course_not_suspended"
    title = "This course is not suspended."
    hint = "GET /api/admin/courses?is_suspended=true lists the courses that are."


class CreatorNotEligible(Conflict):
    """A course goes only to somebody who may create courses and who neither owns nor takes it."""

    code = "creator_not_eligible"
    title = "This person cannot take over the course."
    hint = "Choose another verified member who may create courses and has no place in this one."


class ModuleNotFound(NotFound):
    """The curriculum has no such module."""

    code = "module_not_found"
    title = "There is no such module in this course."
    hint = "GET /api/courses/{id}/curriculum lists its modules."


class ModuleInUse(Conflict):
    """Files or homework belong to it."""

    code = "module_in_use"
    title = "Something belongs to this module."
    hint = "Move or remove its homework and files first."


class TooManyModules(Conflict):
    """A curriculum has at most 50."""

    code = "too_many_modules"
    title = "A course has at most 50 modules."
    hint = "Put two of them together, or remove one."


class OrderIncomplete(Problem):
    """An order names every module of the curriculum once."""

    status, code = 422, "order_incomplete"
    title = "The order must name every module of the course exactly once."
    hint = "GET /api/courses/{id}/draft shows all modules with their ids."


class TopicExists(Conflict):
    """Another topic has the slug."""

    code = "topic_exists"
    title = "There is a topic with this slug."
    hint = "GET /api/admin/topics lists all of them, also those out of use."
