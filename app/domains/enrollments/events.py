"""What happened to a place in a course."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.payments.types import TransactionId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class CheckoutStarted(Event):
    """Somebody begins to pay for a place, or comes back to do so."""

    student_id: UserId
    course_id: CourseId
    teacher_id: UserId | None


@dataclass(frozen=True, slots=True)
class EnrollmentStarted(Event):
    """A place was paid for (or is free: then there is no transaction)."""

    enrollment_id: EnrollmentId
    student_id: UserId
    course_id: CourseId
    teacher_id: UserId | None
    transaction_id: TransactionId | None


@dataclass(frozen=True, slots=True)
class TeacherAssigned(Event):
    """Somebody teaches a place from now on: whom its first booking named, or who took it over from the former
    teacher."""

    enrollment_id: EnrollmentId
    student_id: UserId
    course_id: CourseId
    teacher_id: UserId
    former_id: UserId | None


@dataclass(frozen=True, slots=True)
class SessionsDelivered(Event):
    """The last bought session of a place was held. Whoever knows what else is asked of the student completes it."""

    enrollment_id: EnrollmentId


@dataclass(frozen=True, slots=True)
class PlaceGivenUp(Event):
    """A student holds no place in the course any more."""

    student_id: UserId
    course_id: CourseId
    teacher_id: UserId | None


@dataclass(frozen=True, slots=True)
class PlaceFrozen(Event):
    """Somebody else decides about the money of a place: until then nothing new is planned in it."""

    enrollment_id: EnrollmentId
    student_id: UserId
    teacher_id: UserId | None


@dataclass(frozen=True, slots=True)
class PlaceThawed(Event):
    """A frozen place goes on."""

    enrollment_id: EnrollmentId
    student_id: UserId
    teacher_id: UserId | None


@dataclass(frozen=True, slots=True)
class CourseCompleted(Event):
    """All sessions of a place were held and all its required homework was reviewed: the diploma is earned."""

    enrollment_id: EnrollmentId
    student_id: UserId
    course_id: CourseId
    teacher_id: UserId
