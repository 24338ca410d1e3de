"""What mails about who teaches a course say."""

from app.domains.certificates import service as certificates
from app.domains.certificates.types import RequestStatus, TeachingRequestFacts, TeachingRequestId
from app.domains.courses import service as courses
from app.domains.courses.errors import CertificationNotFound
from app.domains.courses.types import CourseId
from app.domains.notifications.service.occasion import Draft, Occasion


def teacher_withdrawn(occasion: Occasion) -> Draft | None:
    """None when it was restored meanwhile."""
    return _certification(occasion, is_active=False)


def teacher_restored(occasion: Occasion) -> Draft | None:
    """None when it was withdrawn again meanwhile."""
    return _certification(occasion, is_active=True)


def _certification(occasion: Occasion, *, is_active: bool) -> Draft | None:
    course_id = CourseId(occasion.order.about_id)
    try:
        held = courses.get_certification(occasion.session, occasion.recipient.id, course_id)
    except CertificationNotFound:
        return None
    if held.is_active is not is_active:
        return None
    course = courses.get_course(occasion.session, course_id)
    return Draft({"course": course, "withdrawn_reason": held.withdrawn_reason, "is_teaching": held.is_teaching})


def teaching_requested(occasion: Occasion) -> Draft | None:
    """None when it was decided, or its sender left, meanwhile."""
    return _request(occasion, RequestStatus.PENDING)


def teaching_declined(occasion: Occasion) -> Draft | None:
    return _request(occasion, RequestStatus.DECLINED)


def _request(occasion: Occasion, wanted: RequestStatus) -> Draft | None:
    found = _find_request(occasion)
    if found is None or found.status is not wanted:
        return None
    values = {"course_id": found.course_id, "course_title": found.course_title, "holder_name": found.name}
    return Draft(values | {"decline_reason": found.decline_reason})


def _find_request(occasion: Occasion) -> TeachingRequestFacts | None:
    return certificates.find_request(occasion.session, TeachingRequestId(occasion.order.about_id))


def last_teacher_lost(occasion: Occasion) -> Draft | None:
    """None when somebody can be booked again, or the course is no longer on sale."""
    course = courses.get_course(occasion.session, CourseId(occasion.order.about_id))
    if not course.is_on_sale or courses.bookable_teacher_ids(occasion.session, course.id):
        return None
    return Draft({"course": course, "is_own": course.creator_id == occasion.recipient.id})
