"""What reviews of a course and of its teachers add up to."""

from app.db.session import ReadSession, WriteSession
from app.domains.courses.errors import CertificationNotFound, CourseNotFound
from app.domains.courses.repository import ratings
from app.domains.courses.service.managing import tell
from app.domains.courses.types import CourseId, Rating
from app.domains.users.types import UserId


def add_course_rating(session: WriteSession, course_id: CourseId, *, stars: int, count: int) -> None:
    """Count reviews of a course, or take them back: the difference of the stars and of their number. Raises
    `CourseNotFound`."""
    if not ratings.add_course_rating(session, course_id, stars=stars, count=count):
        raise CourseNotFound
    tell(session, course_id)


def add_teacher_rating(session: WriteSession, user_id: UserId, course_id: CourseId, *, stars: int, count: int) -> None:
    """The same for reviews of somebody's teaching of a course. Raises `CertificationNotFound`."""
    if not ratings.add_teacher_rating(session, user_id, course_id, stars=stars, count=count):
        raise CertificationNotFound
    tell(session, course_id)


def course_rating(session: ReadSession, course_id: CourseId) -> Rating:
    """What the course's reviews add up to."""
    return ratings.course_rating(session, course_id)


def teacher_rating(session: ReadSession, user_id: UserId) -> Rating:
    """What the reviews of the person's teaching add up to, over all courses."""
    return ratings.teacher_rating(session, user_id)
