"""Reviews as visitors, the people of a place, and administrators see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.db.keyset import Moment
from app.db.session import ReadSession
from app.domains.courses import service as courses
from app.domains.courses.policies import as_named
from app.domains.courses.types import CourseFacts, CourseId, Renamed
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.types import EnrollmentId
from app.domains.reviews import policies, repository
from app.domains.reviews.errors import ReviewNotFound
from app.domains.reviews.types import (
    SCORES,
    Reply,
    ReviewedCourse,
    ReviewFacts,
    ReviewId,
    ReviewKind,
    ReviewSort,
    Stars,
)
from app.domains.users import service as users
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.principal import Principal


def get_review(session: ReadSession, review_id: ReviewId) -> ReviewFacts:
    """In any state. Raises `ReviewNotFound`."""
    row = repository.by_id(session, review_id)
    if row is None:
        raise ReviewNotFound
    return _facts(session, [row])[0]


def get_visible(session: ReadSession, review_id: ReviewId) -> ReviewFacts:
    """As visitors see it. Raises `ReviewNotFound`, for a hidden one too."""
    found = get_review(session, review_id)
    if found.hidden_at is not None:
        raise ReviewNotFound
    return found


def get_of_place(session: ReadSession, enrollment_id: EnrollmentId, kind: ReviewKind, viewer: Principal) -> ReviewFacts:
    """The review of a place, for its people and admins; a hidden one for its author and admins. Raises
    `EnrollmentNotFound`, `ReviewNotFound`."""
    viewer_id = UserId(viewer.user_id)
    enrollments.get_visible(session, enrollment_id, viewer_id, is_admin=viewer.is_admin)
    review_id = repository.id_of_place(session, enrollment_id, kind)
    if review_id is None:
        raise ReviewNotFound
    found = get_review(session, review_id)
    if found.hidden_at is not None and not (viewer.is_admin or viewer_id == found.author_id):
        raise ReviewNotFound
    return found


def list_of_course(
    session: ReadSession, id_or_slug: str, sort: ReviewSort, *, after: Sequence[str | int] | None, limit: int
) -> list[ReviewFacts] | Renamed:
    """Visible reviews of a course on sale, or its present slug. Raises `CourseNotFound`."""
    course = as_named(courses.find_published(session, id_or_slug), id_or_slug)
    if isinstance(course, Renamed):
        return course
    about = repository.about_course(course.id)
    return _facts(session, repository.page(session, *about, sort=sort, after=after, limit=limit))


def list_of_teacher(
    session: ReadSession, handle: str, sort: ReviewSort, *, after: Sequence[str | int] | None, limit: int
) -> list[ReviewFacts]:
    """Visible reviews of somebody who teaches. Raises `UserNotFound`."""
    about = repository.about_teacher(_find_teacher(session, handle))
    return _facts(session, repository.page(session, *about, sort=sort, after=after, limit=limit))


def stars_of_course(session: ReadSession, id_or_slug: str) -> Stars | Renamed:
    """The stars of a course on sale, or its present slug. Raises `CourseNotFound`."""
    course = as_named(courses.find_published(session, id_or_slug), id_or_slug)
    if isinstance(course, Renamed):
        return course
    return _stars(repository.stars(session, *repository.about_course(course.id)))


def stars_of_teacher(session: ReadSession, handle: str) -> Stars:
    """Over all courses. Raises `UserNotFound`."""
    return _stars(repository.stars(session, *repository.about_teacher(_find_teacher(session, handle))))


def _stars(found: dict[int, int]) -> Stars:
    return Stars({score: found.get(score, 0) for score in SCORES})


def _find_teacher(session: ReadSession, handle: str) -> UserId:
    """Teachers are known by what they teach, whether their profile is public or not."""
    user_id = users.find_by_id_or_handle(session, handle)
    if user_id is None or not courses.teaches(session, user_id):
        raise UserNotFound
    return user_id


def list_all(session: ReadSession, *, is_hidden: bool | None, before: Moment | None, limit: int) -> list[ReviewFacts]:
    """Reviews of everything, hidden ones too unless narrowed, newest first."""
    return _facts(session, repository.all_of_them(session, is_hidden=is_hidden, before=before, limit=limit))


def _facts(session: ReadSession, rows: Sequence[Row[Any]]) -> list[ReviewFacts]:
    authors = {row.author_id for row in rows if row.author_id is not None}
    people, listed = users.get_people(session, authors), users.listed_ids(session, authors)
    taken: dict[CourseId, CourseFacts] = courses.get_courses(session, {row.course_id for row in rows})
    return [
        ReviewFacts(
            id=row.id,
            kind=ReviewKind(row.kind),
            enrollment_id=row.enrollment_id,
            course=_course(taken[row.course_id]),
            teacher_id=row.teacher_id,
            author_id=row.author_id,
            author=policies.author_of(people.get(row.author_id), is_listed=row.author_id in listed),
            rating=row.rating,
            clarity=row.clarity,
            relevance=row.relevance,
            depth=row.depth,
            comment=row.comment,
            created_at=row.created_at,
            edited_at=row.edited_at,
            reply=Reply(row.reply, row.replied_at) if row.reply is not None else None,
            hidden_at=row.hidden_at,
            hidden_reason=row.hidden_reason,
        )
        for row in rows
    ]


def _course(course: CourseFacts) -> ReviewedCourse:
    return ReviewedCourse(course.id, course.slug, course.title)
