"""What happened to somebody's time."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class AvailabilityChanged(Event):
    """A person offers other hours than before."""

    user_id: UserId
