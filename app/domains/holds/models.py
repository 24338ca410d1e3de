"""The table of holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.courses.types import CourseId
from app.domains.holds.types import HoldId, HoldPurpose, HoldStatus
from app.domains.users.types import UserId


class TimeHold(Stamped, Base):
    """Time of two people that nobody else may book until `expires_at`. While it is held it owns their `taken_cells`."""

    __tablename__ = "time_holds"
    __table_args__ = (
        CheckConstraint(one_of("purpose", HoldPurpose), name="purpose"),
        CheckConstraint(one_of("status", HoldStatus), name="status"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("occupied_from <= starts_at AND occupied_until >= ends_at", name="occupied"),
        CheckConstraint("(status = 'used') = (session_id IS NOT NULL)", name="used"),
        Index("ix_time_holds_teacher_id", "teacher_id", "status", "occupied_until"),
        Index("ix_time_holds_student_id", "student_id", "created_at"),
        Index("ix_time_holds_status", "status", "expires_at"),
    )

    id: Mapped[HoldId] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    occupied_from: Mapped[datetime]
    occupied_until: Mapped[datetime]
    status: Mapped[str]
    expires_at: Mapped[datetime]
    checkout_at: Mapped[datetime | None]  # when paying began, which moved `expires_at`, once
    ended_at: Mapped[datetime | None]
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id"))  # what came of it
