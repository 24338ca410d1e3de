"""Values of the catalogue: what is asked for, and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final, NamedTuple

from app.domains.courses.types import CourseId, Level
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload


def rating_hundredths(rating_sum: int, rating_count: int) -> int:
    """The average in hundredths of a star, rounded half up; 0 while nobody has rated."""
    return (200 * rating_sum + rating_count) // (2 * rating_count) if rating_count else 0


class CourseSort(StrEnum):
    """The orders of the catalogue; where two are equal, the newer one comes first in all that descend."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    TITLE = "title"
    RATING = "rating"
    POPULAR = "popular"


class LabelKind(StrEnum):
    """What courses are filed under."""

    TOPIC = "topic"
    TAG = "tag"


class Match(StrEnum):
    """How a word of a search is looked for: as a whole word, as one or the beginning of one, or with a typo in it."""

    WHOLE = "whole"
    BEGINNING = "beginning"
    NEAR = "near"


class Weight(IntEnum):
    """How prominent a place of a course is: each more than all that follow it together."""

    TITLE = 8
    LABELS = 4
    TAGLINE = 2
    DESCRIPTION = 1


HEAVIEST: Final = sum(Weight)
"""A word that is in all of them."""


class Part(StrEnum):
    """As what somebody is listed."""

    CREATOR = "creator"
    TEACHER = "teacher"


class Listed(NamedTuple):
    """What a change of a course on sale is compared with."""

    creator_id: UserId
    session_duration_minutes: int


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What a list of courses is narrowed to and how it is ordered. `creator` and `teacher` are ids or handles;
    `min_rating` is in hundredths of a star."""

    q: str | None = None
    topic: str | None = None
    tag: str | None = None
    level: Level | None = None
    creator: str | None = None
    teacher: str | None = None
    min_price_cents: int | None = None
    max_price_cents: int | None = None
    min_rating: int | None = None
    is_available_soon: bool = False
    is_featured: bool = False
    sort: CourseSort = CourseSort.NEWEST


@dataclass(frozen=True, slots=True)
class SearchWord:
    """A word of a search, how to look for it, and the words that are meant if it has a typo."""

    text: str
    match: Match
    meant: Sequence[str] = ()


class Listing(NamedTuple):
    """A course as lists show it, each value as it is stored: instants are microseconds, `topics` and `tags` JSON."""

    id: CourseId
    slug: str
    title: str
    tagline: str
    level: str
    topics: str
    tags: str
    creator_id: UserId
    creator_name: str
    creator_handle: str
    creator_avatar_key: str | None
    thumbnail_key: str | None
    price_cents: int
    currency: str
    session_count: int
    session_duration_minutes: int
    module_count: int
    rating_hundredths: int
    rating_count: int
    student_count: int
    next_free_at: int | None
    is_featured: bool
    published_at: int | None


class Placed(NamedTuple):
    """Which course a list has, in which version, and where it stands in that list, for the next page."""

    id: CourseId
    version: int
    position: tuple[str | int, ...]


class Card(NamedTuple):
    """A course as lists show it, as JSON, and whose it is."""

    text: str
    creator_id: UserId


@dataclass(frozen=True, slots=True)
class Details:
    """A course as its own page shows it."""

    listing: Listing
    words: dict[str, Any]  # description, and the lists by kind


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """Courses of one page, each with its card, and how many match in all when that was asked."""

    placed: list[Placed]
    cards: list[Card]
    total: int | None


@dataclass(frozen=True, slots=True)
class TopicCount:
    """A topic, and how many courses on sale are filed under it."""

    slug: str
    name: str
    course_count: int


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, and how many courses on sale have it."""

    tag: str
    course_count: int


@dataclass(frozen=True, slots=True)
class PersonListing:
    """Somebody in the directories. The numbers are those of the part that the directory is about."""

    id: UserId
    handle: str
    name: str
    title: str | None
    bio_short: str | None
    avatar_key: str | None
    course_count: int
    student_count: int
    rating_hundredths: int
    rating_count: int


@dataclass(frozen=True, slots=True)
class PersonNumbers:
    """What somebody has on sale and who took it; what they teach and whom. Students of two courses count twice among
    `student_count`, those of two lessons once among `taught_student_count`."""

    course_count: int
    student_count: int
    rating_sum: int
    rating_count: int
    taught_course_count: int
    taught_student_count: int


class TeacherPayload(JobPayload):
    """Whose courses a job is about."""

    teacher_id: UserId


class RebuildPayload(JobPayload):
    """After which course to go on; from the first one when there is none."""

    after: CourseId | None = None


class RelabelPayload(JobPayload):
    """The slug of a topic that is called otherwise, and after which of its courses to go on."""

    topic: str
    after: CourseId | None = None


FIND_FREE_OF_TEACHER = JobKind("catalogue.find_free_of_teacher", TeacherPayload)
FIND_DUE = JobKind("catalogue.find_due", JobPayload)
REBUILD = JobKind("catalogue.rebuild", RebuildPayload)
RELABEL = JobKind("catalogue.relabel", RelabelPayload)
