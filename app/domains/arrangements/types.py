"""Values of arrangements that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.enrollments.types import EnrollmentId
from app.domains.holds.types import HoldId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

InviteId = NewType("InviteId", str)
InviteIdField = Annotated[InviteId, id_constraint("siv")]
WaitId = NewType("WaitId", str)
WaitIdField = Annotated[WaitId, id_constraint("swt")]


class InviteStatus(StrEnum):
    """pending → accepted | declined | withdrawn | expired. An invite is answered once."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class InviteFacts:
    """A teacher asks a student of theirs to begin now. `status` is as it was last written; an invite that nobody has
    answered by `expires_at` is over, whatever is written."""

    id: InviteId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    moved_session_id: SessionId | None
    hold_id: HoldId
    status: InviteStatus
    starts_at: datetime
    expires_at: datetime
    session_id: SessionId | None
    answered_at: datetime | None
    created_at: datetime

    def status_at(self, now: datetime) -> InviteStatus:
        """What it is worth at an instant. It expires at the very instant it names."""
        is_over = self.status is InviteStatus.PENDING and self.expires_at <= now
        return InviteStatus.EXPIRED if is_over else self.status


class WaitStatus(StrEnum):
    """waiting → served | withdrawn | ended. While something is offered, somebody still waits."""

    WAITING = "waiting"
    SERVED = "served"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"  # nothing can come of it any more


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """A student waits for a time of their teacher between two instants: instead of a session, or for one more."""

    id: WaitId
    enrollment_id: EnrollmentId
    course_id: CourseId
    teacher_id: UserId
    student_id: UserId
    moved_session_id: SessionId | None
    earliest_at: datetime
    latest_at: datetime
    status: WaitStatus
    hold_id: HoldId | None
    session_id: SessionId | None
    created_at: datetime


class LateHoldPayload(JobPayload):
    """Which hold had expired when which place was paid."""

    hold_id: HoldId
    enrollment_id: EnrollmentId


class WaitersPayload(JobPayload):
    """Whose waitlist to go on with, after which entry."""

    teacher_id: UserId
    after: WaitId | None


class InvitePayload(JobPayload):
    """Which invite to look at again."""

    invite_id: InviteId


class PlacePayload(JobPayload):
    """In which place nothing is planned any more."""

    enrollment_id: EnrollmentId


BOOK_LATE = JobKind("arrangements.book_late", LateHoldPayload)
CHECK_INVITE = JobKind("arrangements.check_invite", InvitePayload)
END_IN_PLACE = JobKind("arrangements.end_in_place", PlacePayload)
OFFER_NEXT = JobKind("arrangements.offer_next", WaitersPayload)
OFFER_WHAT_OPENED = JobKind("arrangements.offer_what_opened", JobPayload)
TIDY = JobKind("arrangements.tidy", JobPayload)
