"""What happened to a person's account."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.users.types import SecurityChange, UserId


@dataclass(frozen=True, slots=True)
class ProfileChanged(Event):
    """What others see of a person is no longer what it was: name, handle, picture, words, zone, or whether
    they see anything."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class PersonRenamed(Event):
    """A person is called otherwise now."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class SecurityChanged(Event):
    """The protection of an account was changed."""

    user_id: UserId
    change: SecurityChange
