"""Values of the catalogue that other domains use."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.users.types import UserId

CourseId = NewType("CourseId", str)
CourseIdField = Annotated[CourseId, id_constraint("crs")]
ModuleId = NewType("ModuleId", str)
TopicId = NewType("TopicId", str)


class Level(StrEnum):
    """How much a course expects of its students."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class PointKind(StrEnum):
    """The short texts that describe a course."""

    OBJECTIVE = "objective"
    INCLUDES = "includes"
    AUDIENCE = "audience"
    PREREQUISITE_REQUIRED = "prerequisite_required"
    PREREQUISITE_NICE = "prerequisite_nice"
    PREREQUISITE_NONE = "prerequisite_none"


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What buying, booking and certifying need to know of a course."""

    id: CourseId
    slug: str
    title: str
    creator_id: UserId
    price_cents: int
    currency: str
    session_count: int
    session_duration_minutes: int
    is_on_sale: bool
