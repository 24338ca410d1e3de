"""Tables of homework."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.courses.types import CourseId, ModuleId
from app.domains.enrollments.types import EnrollmentId
from app.domains.files.types import FileId
from app.domains.homework.types import AssignmentId, SubmissionId, SubmissionStatus
from app.domains.users.types import UserId


class Assignment(Stamped, Base):
    """Something that the students of a course are to do on their own."""

    __tablename__ = "homework_assignments"
    __table_args__ = (
        CheckConstraint("due_within_days > 0", name="due_within_days"),
        CheckConstraint("max_points > 0", name="max_points"),
        Index("ix_homework_assignments_course_id", "course_id", "created_at"),
        Index("ix_homework_assignments_module_id", "module_id"),
    )

    id: Mapped[AssignmentId] = mapped_column(primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    module_id: Mapped[ModuleId | None] = mapped_column(ForeignKey("course_modules.id"))
    created_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    instructions: Mapped[str]
    due_within_days: Mapped[int | None]
    is_required: Mapped[bool]
    max_points: Mapped[int | None]
    is_active: Mapped[bool]
    updated_at: Mapped[datetime]


class Submission(Stamped, Base):
    """What a student handed in last, and what was said about it. One row for each student and assignment."""

    __tablename__ = "homework_submissions"
    __table_args__ = (
        CheckConstraint(one_of("status", SubmissionStatus), name="status"),
        CheckConstraint("text IS NOT NULL OR url IS NOT NULL OR file_id IS NOT NULL", name="something"),
        CheckConstraint("points >= 0", name="points"),
        UniqueConstraint("assignment_id", "student_id"),
        Index("ix_homework_submissions_newest", "assignment_id", "submitted_at", "id"),
        Index("ix_homework_submissions_student_id", "student_id"),
        Index("ix_homework_submissions_enrollment_id", "enrollment_id"),
    )

    id: Mapped[SubmissionId] = mapped_column(primary_key=True)
    assignment_id: Mapped[AssignmentId] = mapped_column(ForeignKey("homework_assignments.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    text: Mapped[str | None]
    url: Mapped[str | None]
    file_id: Mapped[FileId | None] = mapped_column(ForeignKey("files.id"), unique=True)
    status: Mapped[str]
    attempt: Mapped[int]
    submitted_at: Mapped[datetime]
    reviewed_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    feedback: Mapped[str | None]
    points: Mapped[int | None]
