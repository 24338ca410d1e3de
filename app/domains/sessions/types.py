"""Values of teaching sessions that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

SessionId = NewType("SessionId", str)
SessionIdField = Annotated[SessionId, id_constraint("ses")]


class SessionStatus(StrEnum):
    """scheduled → in_progress → completed; scheduled → cancelled | no_show; late reports: no_show → completed."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def is_live(self) -> bool:
        """Whether the session is still to come or being held."""
        return self in {SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What other domains need to know of a session.

    `ended_at` is when a completed session was over; of any other, when its room was last closed, if it was. `changed_at`
    is when what calendars show of it last changed, which raised `revision`.
    """

    id: SessionId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    no_show_user_id: UserId | None
    started_at: datetime | None
    ended_at: datetime | None
    revision: int
    created_at: datetime
    changed_at: datetime

    @property
    def people(self) -> frozenset[UserId]:
        """Teacher and student."""
        return frozenset({self.teacher_id, self.student_id})


@dataclass(frozen=True, slots=True)
class Presence:
    """One connection of one person to the room. Either end is None while it was not reported."""

    user_id: UserId
    joined_at: datetime | None
    left_at: datetime | None


class SessionPayload(JobPayload):
    """Which session a job is about."""

    session_id: SessionId


SETTLE_OVERDUE = JobKind("sessions.settle_overdue", JobPayload)
SETTLE_ONE = JobKind("sessions.settle_one", SessionPayload)
RELEASE_AFTER_CONTEST = JobKind("sessions.release_after_contest", SessionPayload)
