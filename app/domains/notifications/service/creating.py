"""What mails about courses say to those who create them."""

from app.domains.courses import service as courses
from app.domains.courses.types import CourseId
from app.domains.notifications.service.occasion import Draft, Occasion


def course_suspended(occasion: Occasion) -> Draft | None:
    """None when the suspension was lifted meanwhile."""
    course = courses.show_managed(occasion.session, CourseId(occasion.order.about_id))
    if course.suspended_at is None:
        return None
    return Draft({"course": course, "suspended_reason": course.suspended_reason})


def course_unsuspended(occasion: Occasion) -> Draft | None:
    """None when it was suspended again."""
    course = courses.show_managed(occasion.session, CourseId(occasion.order.about_id))
    return Draft({"course": course, "is_on_sale": course.is_on_sale}) if course.suspended_at is None else None


def course_transferred(occasion: Occasion) -> Draft:
    course = courses.show_managed(occasion.session, CourseId(occasion.order.about_id))
    return Draft({"course": course, "creator": course.creator})
