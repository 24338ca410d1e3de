"""Refusals of the catalogue."""

from app.core.errors import Conflict, NotFound, members


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


class CourseNotDraft(Conflict):
    """The course was published or retired before."""

    code = "course_not_draft"
    title = "Only a draft can be published."


class CourseIncomplete(Conflict):
    """The checklist of publishing is not fulfilled; `missing` names what is left."""

    code = "course_incomplete"
    title = "The course is not complete enough to be published."
    hint = "Complete each entry of `missing`, then publish again."
    context_example = members(missing=["description", "modules"])
