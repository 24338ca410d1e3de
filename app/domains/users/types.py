"""Values that other domains use of a person."""

from dataclasses import dataclass
from typing import Annotated, NewType

from app.core.ids import id_constraint

UserId = NewType("UserId", str)
UserIdField = Annotated[UserId, id_constraint("usr")]


@dataclass(frozen=True, slots=True)
class Person:
    """What another domain may know of somebody: enough to greet, mail and show times."""

    id: UserId
    name: str
    handle: str
    email: str
    timezone: str
    is_email_verified: bool
