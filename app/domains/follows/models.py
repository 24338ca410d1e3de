"""Tables of follows."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId


class MemberFollow(Stamped, Base):
    """One member follows another."""

    __tablename__ = "member_follows"
    __table_args__ = (
        CheckConstraint("follower_id <> followed_id", name="not_oneself"),
        Index("ix_member_follows_follower_id", "follower_id", "created_at"),
        Index("ix_member_follows_followed_id", "followed_id", "created_at"),
    )

    follower_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    followed_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)


class CourseFollow(Stamped, Base):
    """A member follows a course."""

    __tablename__ = "course_follows"
    __table_args__ = (
        Index("ix_course_follows_user_id", "user_id", "created_at"),
        Index("ix_course_follows_course_id", "course_id"),
    )

    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"), primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"), primary_key=True)
