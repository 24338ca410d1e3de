"""The table of teaching certificates. A diploma is derived from a completed enrollment and has no table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.certificates.types import CertificateId, CertificateStatus
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.users.types import UserId

_STANDS = text("status IN ('pending', 'issued')")


class Certificate(Stamped, Base):
    """A document that somebody is fit to teach a course: recommended, then decided. Rejected rows are kept."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint(one_of("status", CertificateStatus), name="status"),
        Index(
            "uq_certificates_standing",
            "user_id",
            "course_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_certificates_course_id", "course_id", "status"),
    )

    id: Mapped[CertificateId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    enrollment_id: Mapped[EnrollmentId] = mapped_column(ForeignKey("enrollments.id"))
    status: Mapped[str]
    verify_code: Mapped[str] = mapped_column(unique=True)
    recommended_by_user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    decided_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
