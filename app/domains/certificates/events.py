"""What happened to a certificate."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.certificates.types import CertificateId
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class CertificateRecommended(Event):
    """Somebody was recommended to teach a course; its creator is to decide."""

    certificate_id: CertificateId
    user_id: UserId
    course_id: CourseId
    creator_id: UserId


@dataclass(frozen=True, slots=True)
class CertificateIssued(Event):
    """Somebody may teach a course from now on."""

    certificate_id: CertificateId
    user_id: UserId
    course_id: CourseId
