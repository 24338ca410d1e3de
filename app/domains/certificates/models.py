"""The tables of teaching certificates and of wishes for one. A diploma is derived from a completed enrollment and has
no table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Stamped, one_of
from app.domains.certificates.types import CertificateId, CertificateStatus, RequestStatus, TeachingRequestId
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.users.types import UserId

_STANDS = text("status IN ('pending', 'issued')")
_PENDING = text("status = 'pending'")


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


class TeachingRequest(Stamped, Base):
    """A student's wish to teach a course that they finished. Decided ones are kept."""

    __tablename__ = "teaching_requests"
    __table_args__ = (
        CheckConstraint(one_of("status", RequestStatus), name="status"),
        Index(
            "uq_teaching_requests_pending",
            "user_id",
            "course_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_teaching_requests_user_id", "user_id", "created_at"),
        Index("ix_teaching_requests_course_id", "course_id", "created_at"),
    )

    id: Mapped[TeachingRequestId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(ForeignKey("users.id"))
    course_id: Mapped[CourseId] = mapped_column(ForeignKey("courses.id"))
    status: Mapped[str]
    decided_by_user_id: Mapped[UserId | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
