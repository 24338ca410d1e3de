"""Values of courses: what other domains use, what is asked for, and what is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.core.money import CURRENCY
from app.domains.files.types import FileId
from app.domains.users.types import Person, UserId

CourseId = NewType("CourseId", str)
CourseIdField = Annotated[CourseId, id_constraint("crs")]
ModuleId = NewType("ModuleId", str)
ModuleIdField = Annotated[ModuleId, id_constraint("mod")]
TopicId = NewType("TopicId", str)
TopicIdField = Annotated[TopicId, id_constraint("top")]

MOST_MODULES = 50
"""That a curriculum can have."""


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


class CourseState(StrEnum):
    """draft → published ⇄ unpublished → retired; published courses can be retired too. Suspension is beside it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    RETIRED = "retired"


class CheckCode(StrEnum):
    """What a course needs before it is put on sale."""

    TITLE = "title"
    DESCRIPTION = "description"
    THUMBNAIL = "thumbnail"
    TAGS = "tags"
    PRICE = "price"
    MODULES = "modules"
    SESSIONS = "sessions"
    DURATION = "duration"


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


@dataclass(frozen=True, slots=True)
class Renamed:
    """The course is found under this slug now."""

    slug: str


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """How somebody's permission to teach a course stands. Bookable means both flags are set."""

    user_id: UserId
    course_id: CourseId
    certified_at: datetime
    is_active: bool
    is_teaching: bool
    withdrawn_reason: str | None
    withdrawn_by_admin: bool

    @property
    def is_offered(self) -> bool:
        """Whether the course is taught by this person as far as the course's creator and the person decide."""
        return self.is_active and self.is_teaching


@dataclass(frozen=True, slots=True)
class Rating:
    """What reviews add up to: the sum of their stars, and how many there are."""

    total: int
    count: int

    @property
    def average(self) -> float | None:
        """Stars to two decimals, a half rounded up; None without reviews. In whole numbers, so that every machine and
        both databases say the same."""
        return (200 * self.total + self.count) // (2 * self.count) / 100 if self.count else None


@dataclass(frozen=True, slots=True)
class ModuleDraft:
    """A unit of a curriculum to be, taught in the course's session of that number (from 1)."""

    title: str
    description: str
    session_number: int
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A course to be. Only what a table demands must be given; publishing asks for the rest."""

    creator_id: UserId
    topic: str  # slug of the one it is filed under
    title: str
    tagline: str = ""
    description: str = ""
    level: Level = Level.BEGINNER
    price_cents: int = 0
    currency: str = CURRENCY
    session_count: int = 1
    session_duration_minutes: int = 60
    modules: tuple[ModuleDraft, ...] = ()
    points: Mapping[PointKind, tuple[str, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    is_priced: bool = True  # whether somebody chose the price; 0 by mistake must not be sold
    thumbnail_key: str | None = None
    thumbnail_file_id: FileId | None = None  # what the picture was made of; to be attached to the course
    more_topics: tuple[str, ...] = ()  # slugs, two at the most


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic as it is shown."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Testimonial:
    """What somebody said about the course or its creator."""

    quote: str
    student_name: str
    student_role: str | None
    is_featured: bool


@dataclass(frozen=True, slots=True)
class CourseDetails:
    """Everything that is shown of a course, in any state, but its curriculum and its people. The first topic is the one
    it is filed under; tags are in alphabetical order."""

    facts: CourseFacts
    tagline: str
    description: str
    level: str
    topics: list[TopicView]
    tags: list[str]
    points: Mapping[PointKind, list[str]]
    testimonials: list[Testimonial]
    module_count: int
    thumbnail_key: str | None
    rating_sum: int
    rating_count: int
    featured_at: datetime | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A unit of a curriculum. The description is for those who teach, take or own the course."""

    id: ModuleId
    position: int
    session_number: int
    title: str
    duration_minutes: int
    description: str | None


@dataclass(frozen=True, slots=True)
class TeacherView:
    """Somebody who can be booked for a course."""

    id: UserId
    name: str
    handle: str
    timezone: str
    certified_at: datetime
    is_creator: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the publish checklist, and what fulfils it."""

    code: CheckCode
    is_met: bool
    hint: str


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """A unit of a whole curriculum that is sent: one with an id is kept and changed, one without is new."""

    id: ModuleId | None
    title: str
    description: str
    session_number: int
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class ManagedFilter:
    """What the list of all courses is narrowed to."""

    state: CourseState | None = None
    is_suspended: bool | None = None
    creator_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class ManagedCourse:
    """A course as the lists of its creator and of administrators show it."""

    id: CourseId
    slug: str
    title: str
    state: CourseState
    creator: Person
    price_cents: int
    currency: str
    module_count: int
    is_on_sale: bool
    published_at: datetime | None
    suspended_at: datetime | None
    suspended_reason: str | None
    created_at: datetime
    updated_at: datetime
