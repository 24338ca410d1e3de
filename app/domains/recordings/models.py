"""The table of recordings."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.enrollments.types import EnrollmentId
from app.domains.recordings.types import RecordingId, RecordingState
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


class Recording(Stamped, Base):
    """One recording of a session; of a room that was opened again there is another one. What the video service calls it
    and where it is kept never change. `is_unwanted` once somebody in it has left."""

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint(one_of("state", RecordingState), name="state"),
        CheckConstraint(
            "state <> 'kept' OR (size_bytes IS NOT NULL AND sha256 IS NOT NULL AND kept_at IS NOT NULL)", name="kept"
        ),
        UniqueConstraint("provider", "provider_id"),
        Index("ix_recordings_session_id", "session_id", "created_at"),
        Index("ix_recordings_state", "state", "kept_at"),
        Index("ix_recordings_teacher_id", "teacher_id"),
        Index("ix_recordings_student_id", "student_id"),
    )

    id: Mapped[RecordingId] = mapped_column(primary_key=True)
    session_id: Mapped[SessionId] = mapped_column(ForeignKey("sessions.id"))
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    teacher_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    student_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str]
    provider_id: Mapped[str]
    state: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    kept_at: Mapped[datetime | None]
    is_unwanted: Mapped[bool]
