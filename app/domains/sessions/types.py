"""Values of teaching sessions that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

SessionId = NewType("SessionId", str)
SessionIdField = Annotated[SessionId, id_constraint("ses")]
MoveId = NewType("MoveId", str)


class SessionStatus(StrEnum):
    """scheduled → in_progress → completed; both → cancelled | no_show. Who comes before the start puts it in progress,
    and moving makes it scheduled again. Late reports and people may still turn no_show into completed until an
    administrator has decided, and administrators any outcome that has moved no money into any other."""

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

    `ended_at` is when a completed session was over; of any other, when its room was last closed, if it was.
    `changed_at` is when what calendars show of it last changed, which raised `revision`. `settled_at` is when it got
    the last status that it has; `counted_at`, when it was counted against its place, which released its money.
    `resolved_by_user_id` is the administrator who decided how it ended, which nobody else changes. `position` and
    `taught` say which part of the course it was, once it was counted.
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
    settled_at: datetime | None
    counted_at: datetime | None
    reschedule_count: int
    cancelled_by_user_id: UserId | None
    cancel_reason: str | None
    is_late_cancel: bool
    completed_by_user_id: UserId | None
    resolved_by_user_id: UserId | None
    position: int | None
    taught: list[dict[str, Any]] | None

    @property
    def is_used(self) -> bool:
        """Whether it counts as one of the bought sessions: booked, held, or missed by the student."""
        match self.status:
            case SessionStatus.SCHEDULED | SessionStatus.IN_PROGRESS | SessionStatus.COMPLETED:
                return True
            case SessionStatus.NO_SHOW:
                return self.no_show_user_id == self.student_id
            case SessionStatus.CANCELLED:
                return False

    @property
    def people(self) -> frozenset[UserId]:
        """Teacher and student."""
        return frozenset({self.teacher_id, self.student_id})


@dataclass(frozen=True, slots=True)
class PlaceUses:
    """How many sessions of a place are booked, held or missed by its student, and how many administrators added to
    it."""

    used: int
    credited: int

    def is_open(self, place: EnrollmentFacts) -> bool:
        """Whether sessions of the place can be planned at all: of a finished one those that were added, of one that is
        frozen or has ended none."""
        return place.status.is_active or (place.status is EnrollmentStatus.COMPLETED and self.credited > 0)

    def left_in(self, place: EnrollmentFacts) -> int:
        """How many more were bought or added than are used; less than none after a correction."""
        return place.sessions_bought + self.credited - self.used

    def bookable_in(self, place: EnrollmentFacts) -> int:
        """How many more may be booked."""
        return max(0, self.left_in(place)) if self.is_open(place) else 0


@dataclass(frozen=True, slots=True)
class Presence:
    """One connection of one person to the room. Either end is None while it was not reported."""

    user_id: UserId
    joined_at: datetime | None
    left_at: datetime | None


class ContestOutcome(StrEnum):
    """What an administrator finds a session to have been."""

    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Contest:
    """What one of the two says against how a session was settled, and what became of it."""

    opened_by_user_id: UserId
    statement: str
    outcome: str | None
    note: str | None
    resolved_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a session's time."""

    id: MoveId
    session_id: SessionId
    moved_by_user_id: UserId
    from_starts_at: datetime
    to_starts_at: datetime
    reason: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManagedFilter:
    """Which of everybody's sessions administrators want to see."""

    status: SessionStatus | None = None
    user_id: UserId | None = None
    is_contested: bool = False


class EndingCause(StrEnum):
    """Why the service itself calls planned sessions off."""

    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    PLACE_ENDED = "place_ended"


class EndingPayload(JobPayload):
    """Whose planned sessions are to be called off, and why; of one course where the cause is about one."""

    cause: EndingCause
    user_id: UserId
    course_id: CourseId | None


class CallOffPayload(JobPayload):
    """One of them."""

    cause: EndingCause
    user_id: UserId
    session_id: SessionId


class SessionPayload(JobPayload):
    """Which session a job is about."""

    session_id: SessionId


SETTLE_OVERDUE = JobKind("sessions.settle_overdue", JobPayload)
SETTLE_ONE = JobKind("sessions.settle_one", SessionPayload)
RELEASE_AFTER_CONTEST = JobKind("sessions.release_after_contest", SessionPayload)
END_PLANNED = JobKind("sessions.end_planned", EndingPayload)
CALL_OFF = JobKind("sessions.call_off", CallOffPayload)
CLOSE_ROOM = JobKind("sessions.close_room", SessionPayload)
