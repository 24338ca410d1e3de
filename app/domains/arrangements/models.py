"""Tables of invites and of the waitlist. What time they keep is a row of `time_holds`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.arrangements.types import InviteId, InviteStatus, WaitId, WaitStatus
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds.types import HoldId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

_PENDING, _WAITING = text("status = 'pending'"), text("status = 'waiting'")


class SessionInvite(Stamped, Base):
    """A teacher asks a student to begin now. One at a time is open between two people."""

    __tablename__ = "session_invites"
    __table_args__ = (
        CheckConstraint(one_of("status", InviteStatus), name="status"),
        CheckConstraint("(status = 'accepted') = (session_id IS NOT NULL)", name="accepted"),
        CheckConstraint("(status = 'pending') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_session_invites_pending",
            "teacher_id",
            "student_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_session_invites_teacher_id", "teacher_id", "created_at"),
        Index("ix_session_invites_student_id", "student_id", "created_at"),
        Index("ix_session_invites_status", "status", "expires_at"),
    )

    id: Mapped[InviteId] = mapped_column(primary_key=True)
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    moved_session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))
    hold_id: Mapped[HoldId] = mapped_column(ForeignKey("time_holds.id"))
    status: Mapped[str]
    starts_at: Mapped[datetime]  # at the earliest
    expires_at: Mapped[datetime]
    session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))  # what came of it
    answered_at: Mapped[datetime | None]


class SessionWait(Stamped, Base):
    """Somebody waits for a time of their teacher. One entry at a time for each place; who came first is served
    first."""

    __tablename__ = "session_waits"
    __table_args__ = (
        CheckConstraint(one_of("status", WaitStatus), name="status"),
        CheckConstraint("(status = 'served') = (session_id IS NOT NULL)", name="served"),
        CheckConstraint("latest_at > earliest_at", name="order"),
        Index(
            "uq_session_waits_waiting",
            "enrollment_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_session_waits_teacher_id", "teacher_id", "status", "created_at"),
        Index("ix_session_waits_student_id", "student_id", "created_at"),
    )

    id: Mapped[WaitId] = mapped_column(primary_key=True)
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    moved_session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))
    earliest_at: Mapped[datetime]
    latest_at: Mapped[datetime]
    status: Mapped[str]
    hold_id: Mapped[HoldId | None] = mapped_column(ForeignKey("time_holds.id"))  # of the last offer
    session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))  # what came of it


class WaitOffer(Stamped, Base):
    """A time that was offered to somebody who waits; the same one never again."""

    __tablename__ = "session_wait_offers"
    __table_args__ = (UniqueConstraint("wait_id", "starts_at"),)

    hold_id: Mapped[HoldId] = mapped_column(ForeignKey("time_holds.id"), primary_key=True)
    wait_id: Mapped[WaitId] = mapped_column(ForeignKey("session_waits.id"))
    starts_at: Mapped[datetime]
