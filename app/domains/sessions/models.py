"""Tables of teaching sessions and attendance."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.db.types import JsonValue
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users.types import UserId


class TeachingSession(Stamped, Base):
    """One live lesson of one student with one teacher. The instants are what both agreed on and never move by
    themselves; `occupied_*` adds the teacher's buffer as it was at booking."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint(one_of("status", SessionStatus), name="status"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("occupied_from <= starts_at AND occupied_until >= ends_at", name="occupied"),
        Index("ix_sessions_teacher_id", "teacher_id", "occupied_from"),
        Index("ix_sessions_student_id", "student_id", "starts_at"),
        Index("ix_sessions_enrollment_id", "enrollment_id"),
        Index("ix_sessions_course_id", "course_id"),
        Index("ix_sessions_status", "status", "ends_at"),
    )

    id: Mapped[SessionId] = mapped_column(primary_key=True)
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    occupied_from: Mapped[datetime]
    occupied_until: Mapped[datetime]
    status: Mapped[str]
    no_show_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)  # SEQUENCE of the calendar event
    changed_at: Mapped[datetime | None]  # its LAST-MODIFIED; null in rows of before 0010's code
    settled_at: Mapped[datetime | None]  # when it got the last status it has; contesting is counted from here
    counted_at: Mapped[datetime | None]  # when it was counted against the place, which moved the money: once
    reschedule_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cancelled_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))  # null: by the service itself
    cancel_reason: Mapped[str | None]
    is_late_cancel: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    rebooked_as_session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))
    completed_by_user_id: Mapped[UserId | None] = mapped_column(
        ForeignKey("users.id")
    )  # who said so, if attendance did not
    resolved_by_user_id: Mapped[UserId | None] = mapped_column(
        ForeignKey("users.id")
    )  # the administrator whose decision its outcome is
    position: Mapped[int | None]  # the number of its part of the course, once it was held
    taught: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonValue)  # the modules of that part as they were then


class Attendance(Base):
    """One connection of one person to the room. Several rows per person are normal: people reconnect."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "connection_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"))
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    connection_id: Mapped[str]
    joined_at: Mapped[datetime | None]  # unknown when only the leaving was reported
    left_at: Mapped[datetime | None]


class SessionMove(Stamped, Base):
    """A session was given another time. `created_at` is when."""

    __tablename__ = "session_moves"
    __table_args__ = (Index("ix_session_moves_session_id", "session_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"))
    moved_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    from_starts_at: Mapped[datetime]
    to_starts_at: Mapped[datetime]
    reason: Mapped[str | None]


class SessionContest(Stamped, Base):
    """One of the two says that a session did not end as it was settled. Until an administrator has decided, its money
    does not move."""

    __tablename__ = "session_contests"
    __table_args__ = (Index("ix_session_contests_resolved_at", "resolved_at", "created_at"),)

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    opened_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    statement: Mapped[str]
    outcome: Mapped[str | None]
    note: Mapped[str | None]
    resolved_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    resolved_at: Mapped[datetime | None]


class SessionCredit(Stamped, Base):
    """An administrator makes up for a session: one more may be booked for its place, and no more money moves."""

    __tablename__ = "session_credits"
    __table_args__ = (Index("ix_session_credits_enrollment_id", "enrollment_id"),)

    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    granted_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
