"""The table of applications to become a creator."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.roles.types import ApplicationId, ApplicationStatus
from app.domains.users.types import UserId


class CreatorApplication(Stamped, Base):
    """One application; at most one of a person is pending."""

    __tablename__ = "creator_applications"
    __table_args__ = (
        CheckConstraint(one_of("status", ApplicationStatus), name="status"),
        Index(
            "uq_creator_applications_pending",
            "user_id",
            unique=True,
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_creator_applications_status", "status", "created_at"),
    )

    id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(default=ApplicationStatus.PENDING)
    expertise_areas: Mapped[str]
    teaching_experience: Mapped[str]
    course_ideas: Mapped[str]
    motivation: Mapped[str]
    portfolio_url: Mapped[str | None]
    reviewed_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    denial_reason: Mapped[str | None]
