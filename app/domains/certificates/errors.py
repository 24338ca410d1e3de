"""Refusals about certificates and diplomas."""

from app.core.errors import Conflict, Forbidden, NotFound


class CertificateNotFound(NotFound):
    """There is no such certificate, or the caller has nothing to do with it."""

    code = "certificate_not_found"
    title = "There is no such certificate."


class DiplomaNotFound(NotFound):
    """The course is not finished yet."""

    code = "diploma_not_found"
    title = "There is no such diploma."
    hint = "A diploma is earned with the last session of a course and the review of its required homework."


class MayNotRecommend(Forbidden):
    """Students do not recommend themselves."""

    code = "may_not_recommend"
    title = "You may not recommend this student."
    hint = "The teacher of the enrollment, the course's creator or an admin can."


class MayNotDecide(Forbidden):
    """Neither the candidate nor the teacher decides who teaches a course."""

    code = "may_not_decide"
    title = "You may not decide about this."
    hint = "The course's creator or an admin can."


class CourseNotCompleted(Conflict):
    """Only who has finished a course can be recommended to teach it."""

    code = "course_not_completed"
    title = "The student has not completed the course."


class AlreadyRecommended(Conflict):
    """A recommendation of this person for this course awaits its decision."""

    code = "already_recommended"
    title = "This student is already recommended for the course."
    hint = "The course's creator or an admin decides with POST /api/certificates/{id}/issue or /reject."


class AlreadyCertified(Conflict):
    """The person holds a certificate for this course."""

    code = "already_certified"
    title = "This person is already certified for the course."


class CertificateNotPending(Conflict):
    """The certificate has been decided about, perhaps a moment ago."""

    code = "certificate_not_pending"
    title = "This certificate has already been decided about."


class TeachingRequestNotFound(NotFound):
    """There is no such request, or the caller has nothing to do with it."""

    code = "teaching_request_not_found"
    title = "There is no such request to teach."


class TeachingRequestNotPending(Conflict):
    """The request has been decided about, perhaps a moment ago."""

    code = "teaching_request_not_pending"
    title = "This request has already been decided about."
