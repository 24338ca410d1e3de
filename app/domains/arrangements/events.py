"""What came of arrangements."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.arrangements.types import InviteId
from app.domains.holds.types import HoldId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class HeldTimeLost(Event):
    """The payment came after the hold had expired, and the time cannot be had any more. The place stands."""

    hold_id: HoldId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionInvited(Event):
    """A teacher asks a student to begin now."""

    invite_id: InviteId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class SessionInviteAnswered(Event):
    """The student comes, then there is a session, or does not come now."""

    invite_id: InviteId
    teacher_id: UserId


@dataclass(frozen=True, slots=True)
class EarlierTimeOffered(Event):
    """A time that somebody waited for is kept for them, for a while."""

    hold_id: HoldId
    student_id: UserId
