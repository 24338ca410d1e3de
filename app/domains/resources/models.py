"""The table of resources."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.courses.types import CourseId, ModuleId
from app.domains.files.types import FileId
from app.domains.resources.types import ResourceId, ResourceKind
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId


class Resource(Stamped, Base):
    """A file or an address that belongs to a course, one of its modules, or one session."""

    __tablename__ = "course_resources"
    __table_args__ = (
        CheckConstraint(one_of("kind", ResourceKind), name="kind"),
        CheckConstraint("(url IS NULL) <> (file_id IS NULL)", name="one_source"),
        CheckConstraint("session_id IS NULL OR (module_id IS NULL AND NOT is_public)", name="session"),
        Index("ix_course_resources_course_id", "course_id", "position", "id"),
        Index("ix_course_resources_session_id", "session_id"),
        Index("ix_course_resources_module_id", "module_id"),
        Index("ix_course_resources_created_by_user_id", "created_by_user_id"),
    )

    id: Mapped[ResourceId] = mapped_column(primary_key=True)
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    module_id: Mapped[ModuleId | None] = mapped_column(ForeignKey("course_modules.id"))
    session_id: Mapped[SessionId | None] = mapped_column(ForeignKey("sessions.id"))
    created_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    title: Mapped[str]
    url: Mapped[str | None]
    file_id: Mapped[FileId | None] = mapped_column(ForeignKey("files.id"), unique=True)
    is_public: Mapped[bool]
    position: Mapped[int]
    download_count: Mapped[int]
    updated_at: Mapped[datetime]
