"""What happened to time that is kept."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class TimeHeld(Event):
    """Time of these two cannot be booked by others for a while."""

    teacher_id: UserId
    student_id: UserId


@dataclass(frozen=True, slots=True)
class TimeFreed(Event):
    """A hold ended and nothing came of it: its time is to be had again."""

    teacher_id: UserId
    student_id: UserId
