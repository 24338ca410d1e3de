"""What happened to a certificate."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.certificates.types import CertificateId, TeachingRequestId
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


@dataclass(frozen=True, slots=True)
class TeacherWithdrawn(Event):
    """Somebody may no longer teach a course, whose creator or an administrator said why."""

    user_id: UserId
    course_id: CourseId


@dataclass(frozen=True, slots=True)
class TeacherRestored(Event):
    """Somebody may teach a course again."""

    user_id: UserId
    course_id: CourseId


@dataclass(frozen=True, slots=True)
class LastTeacherLost(Event):
    """Nobody can be booked any more for a course that is on sale."""

    course_id: CourseId
    creator_id: UserId


@dataclass(frozen=True, slots=True)
class TeachingRequested(Event):
    """Somebody who finished a course wants to teach it; its creator is to decide."""

    request_id: TeachingRequestId
    creator_id: UserId


@dataclass(frozen=True, slots=True)
class TeachingDeclined(Event):
    """The creator or an administrator turned a wish to teach down."""

    request_id: TeachingRequestId
    user_id: UserId
