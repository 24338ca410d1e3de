"""Values of holds that other domains use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

HoldId = NewType("HoldId", str)
HoldIdField = Annotated[HoldId, id_constraint("hld")]


class HoldPurpose(StrEnum):
    """What is decided while the time is kept."""

    PURCHASE = "purchase"  # whether the student buys the course
    INVITE = "invite"  # whether the student comes at once
    OFFER = "offer"  # whether somebody who waited takes the earlier time


class HoldStatus(StrEnum):
    """held → used | released | expired. A hold that is over never begins again."""

    HELD = "held"
    USED = "used"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class HeldTime:
    """Whose time for what course: the student's from `starts_at` to `ends_at`, the teacher's with the pauses."""

    teacher_id: UserId
    student_id: UserId
    course_id: CourseId
    starts_at: datetime
    ends_at: datetime
    occupied_from: datetime
    occupied_until: datetime


@dataclass(frozen=True, slots=True)
class HoldFacts(HeldTime):
    """A hold. `status` is as it was last written: whether it still counts, `is_live` says."""

    id: HoldId
    purpose: HoldPurpose
    status: HoldStatus
    expires_at: datetime
    ended_at: datetime | None
    session_id: str | None
    created_at: datetime
    has_checkout: bool

    def is_live(self, now: datetime) -> bool:
        """Whether the time is kept. It ends at the very instant it expires."""
        return self.status is HoldStatus.HELD and now < self.expires_at


EXPIRE_HOLDS = JobKind("holds.expire", JobPayload)
