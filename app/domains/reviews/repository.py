"""SQL of reviews and session ratings."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, SQLColumnExpression, func, select, type_coerce, update

from app.db.export import Plain, plain_rows
from app.db.keyset import Moment, page_after
from app.db.session import ReadSession, WriteSession
from app.db.upsert import insert_or_skip
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.reviews.models import Review, SessionRating
from app.domains.reviews.types import ReviewId, ReviewKind, ReviewSort, SessionRatingFacts
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_REVIEW = tuple(Review.__table__.c)
_RATING = (
    SessionRating.rater_id,
    SessionRating.rating,
    SessionRating.teaching,
    SessionRating.interaction,
    SessionRating.materials,
    SessionRating.comment,
    SessionRating.created_at,
)
_IS_VISIBLE = Review.hidden_at.is_(None)


def insert(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the place has a review of this kind."""
    return insert_or_skip(session, Review, values | {"created_at": session.now}) == 1


def by_id(session: ReadSession, review_id: ReviewId) -> Row[Any] | None:
    return session.execute(select(*_REVIEW).where(Review.id == review_id)).one_or_none()


def locked(session: WriteSession, review_id: ReviewId) -> Row[Any] | None:
    """As it is now, and nobody else changes it in this transaction: what it counted for is taken back exactly once."""
    return session.execute(select(*_REVIEW).where(Review.id == review_id).with_for_update()).one_or_none()


def id_of_place(session: ReadSession, enrollment_id: EnrollmentId, kind: ReviewKind) -> ReviewId | None:
    return session.scalar(select(Review.id).where(Review.enrollment_id == enrollment_id, Review.kind == kind))


def change(session: WriteSession, review_id: ReviewId, values: dict[str, Any]) -> None:
    """Lock it first."""
    session.change(update(Review).where(Review.id == review_id).values(values))


def page(
    session: ReadSession,
    *subject: ColumnElement[bool],
    sort: ReviewSort,
    after: Sequence[str | int] | None,
    limit: int,
) -> list[Row[Any]]:
    """Visible reviews, in the order asked for."""
    statement = select(*_REVIEW).where(_IS_VISIBLE, *subject)
    return list(session.execute(page_after(statement, *_sort_keys(sort), place=after, limit=limit)))


def _sort_keys(sort: ReviewSort) -> Sequence[SQLColumnExpression[Any]]:
    """The columns of an order, all descending. What a cursor holds of them: `position` in the policies."""
    newest = (type_coerce(Review.created_at, BigInteger), Review.id)
    match sort:
        case ReviewSort.NEWEST:
            return newest
        case ReviewSort.HIGHEST:
            return (Review.rating, *newest)
        case ReviewSort.LOWEST:
            return (-Review.rating, *newest)


def about_course(course_id: CourseId) -> tuple[ColumnElement[bool], ...]:
    """The conditions of reviews of a course's material."""
    return Review.course_id == course_id, Review.kind == ReviewKind.COURSE


def about_teacher(teacher_id: UserId) -> tuple[ColumnElement[bool], ...]:
    """The conditions of reviews of somebody's teaching."""
    return Review.teacher_id == teacher_id, Review.kind == ReviewKind.TEACHER


def stars(session: ReadSession, *subject: ColumnElement[bool]) -> dict[int, int]:
    """How many visible reviews gave how many stars; those that nobody gave are absent."""
    statement = select(Review.rating, func.count().label("number")).where(_IS_VISIBLE, *subject)
    statement = statement.group_by(Review.rating)
    return {row.rating: row.number for row in session.execute(statement)}


def all_of_them(session: ReadSession, *, is_hidden: bool | None, before: Moment | None, limit: int) -> list[Row[Any]]:
    """Newest first."""
    statement = select(*_REVIEW)
    if is_hidden is not None:
        statement = statement.where(Review.hidden_at.is_not(None) if is_hidden else _IS_VISIBLE)
    return list(session.execute(page_after(statement, Review.created_at, Review.id, place=before, limit=limit)))


def insert_rating(session: WriteSession, values: dict[str, Any]) -> bool:
    """False when the person has rated the session."""
    return insert_or_skip(session, SessionRating, values | {"created_at": session.now}) == 1


def ratings_of(session: ReadSession, session_id: SessionId) -> list[SessionRatingFacts]:
    """At most two: one of each person."""
    rows = session.execute(select(*_RATING).where(SessionRating.session_id == session_id))
    return [SessionRatingFacts(*row) for row in rows]


def export_written(session: ReadSession, author_id: UserId) -> list[Plain]:
    statement = select(
        Review.id,
        Review.kind,
        Review.enrollment_id,
        Review.course_id,
        Review.rating,
        Review.clarity,
        Review.relevance,
        Review.depth,
        Review.comment,
        Review.created_at,
        Review.edited_at,
        Review.hidden_at,
        Review.hidden_reason,
    ).where(Review.author_id == author_id)
    return plain_rows(session, statement.order_by(Review.created_at.desc(), Review.id))


def export_received(session: ReadSession, teacher_id: UserId) -> list[Plain]:
    statement = select(Review.id, Review.course_id, Review.rating, Review.created_at).where(*about_teacher(teacher_id))
    return plain_rows(session, statement.order_by(Review.created_at.desc(), Review.id))


def export_replies(session: ReadSession, user_id: UserId) -> list[Plain]:
    statement = select(Review.id, Review.course_id, Review.reply, Review.replied_at).where(
        Review.replied_by_user_id == user_id
    )
    return plain_rows(session, statement.order_by(Review.replied_at.desc(), Review.id))


def export_ratings(session: ReadSession, rater_id: UserId) -> list[Plain]:
    statement = select(SessionRating.session_id, *_RATING[1:]).where(SessionRating.rater_id == rater_id)
    return plain_rows(session, statement.order_by(SessionRating.created_at.desc(), SessionRating.session_id))


def forget_person(session: WriteSession, user_id: UserId) -> None:
    """Their words go; the stars they gave stay."""
    written = {"author_id": None, "comment": None, "hidden_reason": None}
    session.change(update(Review).where(Review.author_id == user_id).values(written))
    replied = {"reply": None, "replied_at": None, "replied_by_user_id": None}
    session.change(update(Review).where(Review.replied_by_user_id == user_id).values(replied))
    session.change(update(SessionRating).where(SessionRating.rater_id == user_id).values(comment=None))
