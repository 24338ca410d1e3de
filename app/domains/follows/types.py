"""Values of follows."""

from dataclasses import dataclass
from datetime import datetime

from app.domains.courses.types import CourseId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class PersonFollow:
    """One end of a member follow: who follows, or is followed, and since when."""

    id: UserId
    name: str
    handle: str
    followed_at: datetime


@dataclass(frozen=True, slots=True)
class CourseFollow:
    """A course that somebody follows, and since when. It may have left the catalogue."""

    id: CourseId
    slug: str
    title: str
    is_on_sale: bool
    followed_at: datetime


@dataclass(frozen=True, slots=True)
class FollowRows:
    """People of one page, and how many there are in all when that was asked."""

    people: list[PersonFollow]
    total: int | None
