"""Tables of reviews and session ratings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.reviews.types import ReviewId, ReviewKind
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


def _score(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 1 AND 5", name=column)


class Review(Stamped, Base):
    """What a student says about a course or about its teacher, once of each for a place. Author and comment are empty
    when the author has left."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(one_of("kind", ReviewKind), name="kind"),
        *map(_score, ("rating", "clarity", "relevance", "depth")),
        UniqueConstraint("enrollment_id", "kind"),
        Index("ix_reviews_course_id", "course_id", "kind", "created_at"),
        Index("ix_reviews_teacher_id", "teacher_id", "kind", "created_at"),
        Index("ix_reviews_author_id", "author_id"),
        Index("ix_reviews_created_at", "created_at", "id"),
    )

    id: Mapped[ReviewId] = mapped_column(primary_key=True)
    kind: Mapped[str]
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    author_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    rating: Mapped[int]
    clarity: Mapped[int | None]
    relevance: Mapped[int | None]
    depth: Mapped[int | None]
    comment: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    replied_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None]


class SessionRating(Stamped, Base):
    """How one of the two people of a session found it, for the two alone."""

    __tablename__ = "session_ratings"
    __table_args__ = (
        *map(_score, ("rating", "teaching", "interaction", "materials")),
        Index("ix_session_ratings_rater_id", "rater_id"),
    )

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    rater_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    rating: Mapped[int]
    teaching: Mapped[int | None]
    interaction: Mapped[int | None]
    materials: Mapped[int | None]
    comment: Mapped[str | None]
