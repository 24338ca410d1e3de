"""Values of teaching sessions that other domains use."""

from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint

SessionId = NewType("SessionId", str)
SessionIdField = Annotated[SessionId, id_constraint("ses")]


class SessionStatus(StrEnum):
    """scheduled → in_progress → completed; scheduled → cancelled | no_show."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
