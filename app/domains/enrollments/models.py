"""The table of enrollments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId, EnrollmentStatus
from app.domains.payments.types import TransactionId
from app.domains.users.types import UserId

_HOLDS_THE_PLACE = text("status IN ('enrolled', 'in_progress', 'disputed')")


class Enrollment(Stamped, Base):
    """A place in a course. It exists only once it is paid for (or free); one active place per student and course."""

    __tablename__ = "enrollments"
    __table_args__ = (
        CheckConstraint(one_of("status", EnrollmentStatus), name="status"),
        CheckConstraint("sessions_completed BETWEEN 0 AND sessions_bought", name="sessions_completed"),
        Index(
            "uq_enrollments_active",
            "student_id",
            "course_id",
            unique=True,
            sqlite_where=_HOLDS_THE_PLACE,
            postgresql_where=_HOLDS_THE_PLACE,
        ),
        Index("ix_enrollments_course_id", "course_id", "status"),
        Index("ix_enrollments_teacher_id", "teacher_id"),
    )

    id: Mapped[EnrollmentId] = mapped_column(primary_key=True)
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    teacher_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))  # None: chosen by the first booking
    transaction_id: Mapped[TransactionId | None] = mapped_column(ForeignKey("transactions.id"), unique=True)
    status: Mapped[str]
    sessions_bought: Mapped[int]
    sessions_completed: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None]
