"""Values of enrollments that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.payments.types import TransactionId
from app.domains.users.types import UserId

EnrollmentId = NewType("EnrollmentId", str)
EnrollmentIdField = Annotated[EnrollmentId, id_constraint("enr")]


class EnrollmentStatus(StrEnum):
    """enrolled → in_progress → completed; refunds cancel, disputes freeze."""

    ENROLLED = "enrolled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"

    @property
    def is_active(self) -> bool:
        """Whether sessions can be booked and are counted."""
        return self in {EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class EnrollmentFacts:
    """What booking and certifying need to know of an enrollment."""

    id: EnrollmentId
    student_id: UserId
    course_id: CourseId
    teacher_id: UserId | None  # None until the first booking, when none was named at the checkout
    status: EnrollmentStatus
    sessions_bought: int
    sessions_completed: int
    transaction_id: TransactionId | None
    created_at: datetime
    completed_at: datetime | None

    @property
    def is_delivered(self) -> bool:
        """Whether every session that was bought was held."""
        return self.sessions_completed == self.sessions_bought
