"""SQL of what reviews add up to."""

from sqlalchemy import Update, func, select, update

from app.db.session import ReadSession, WriteSession
from app.domains.courses.models import Certification, Course, Rated
from app.domains.courses.types import CourseId, Rating
from app.domains.users.types import UserId


def add_course_rating(session: WriteSession, course_id: CourseId, *, stars: int, count: int) -> bool:
    """Atomic: what others add at the same time is added too. False when there is no such course."""
    return session.change(_rated(update(Course), Course, stars, count).where(Course.id == course_id)) == 1


def add_teacher_rating(session: WriteSession, user_id: UserId, course_id: CourseId, *, stars: int, count: int) -> bool:
    """As `add_course_rating`. False when the person was never certified for the course."""
    statement = _rated(update(Certification), Certification, stars, count)
    found = statement.where(Certification.user_id == user_id, Certification.course_id == course_id)
    return session.change(found) == 1


def _rated(statement: Update, table: type[Rated], stars: int, count: int) -> Update:
    return statement.values(rating_sum=table.rating_sum + stars, rating_count=table.rating_count + count)


def course_rating(session: ReadSession, course_id: CourseId) -> Rating:
    row = session.execute(select(Course.rating_sum, Course.rating_count).where(Course.id == course_id)).one()
    return Rating(row.rating_sum, row.rating_count)


def teacher_rating(session: ReadSession, user_id: UserId) -> Rating:
    """Over all courses that the person was ever certified for."""
    total, count = func.sum(Certification.rating_sum), func.sum(Certification.rating_count)
    row = session.execute(select(total, count).where(Certification.user_id == user_id)).one()
    return Rating(int(row[0] or 0), int(row[1] or 0))
