"""Values of certificates that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import StringConstraints

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.users.types import UserId

CertificateId = NewType("CertificateId", str)
CertificateIdField = Annotated[CertificateId, id_constraint("crt")]
VerifyCodeField = Annotated[str, StringConstraints(to_lower=True, pattern="^[0-9A-Za-z]{5}(-[0-9A-Za-z]{5}){3}$")]


TeachingRequestId = NewType("TeachingRequestId", str)
TeachingRequestIdField = Annotated[TeachingRequestId, id_constraint("trq")]


class CertificateStatus(StrEnum):
    """pending → issued | rejected; issued ⇄ revoked, with the permission to teach that it documents."""

    PENDING = "pending"
    ISSUED = "issued"
    REJECTED = "rejected"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate with the names that a reader needs. The code exists for others only once it proves something."""

    id: CertificateId
    user_id: UserId
    holder_name: str
    course_id: CourseId
    course_title: str
    enrollment_id: EnrollmentId
    status: CertificateStatus
    verify_code: str | None
    recommended_by_user_id: UserId
    recommended_at: datetime
    decided_at: datetime | None


class RequestStatus(StrEnum):
    """pending → certified | declined."""

    PENDING = "pending"
    CERTIFIED = "certified"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class CourseTeacher:
    """Somebody's permission to teach a course, with the names that a reader needs."""

    user_id: UserId
    name: str
    handle: str
    course_id: CourseId
    course_title: str
    certified_at: datetime
    is_active: bool
    is_teaching: bool
    is_bookable: bool
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class TeachingRequestFacts:
    """A student's wish to teach a course, with the names that a reader needs."""

    id: TeachingRequestId
    user_id: UserId
    name: str
    handle: str
    course_id: CourseId
    course_title: str
    status: RequestStatus
    created_at: datetime
    decided_at: datetime | None
    decline_reason: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a code proves to whoever was shown it, and of whom and what; the ids are not shown."""

    holder_id: UserId
    holder_name: str
    course_id: CourseId
    course_title: str
    status: CertificateStatus
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Diploma:
    """What a completed enrollment is worth on paper."""

    enrollment_id: EnrollmentId
    holder_name: str
    course_id: CourseId
    course_title: str
    session_count: int
    completed_at: datetime
