"""Values of reviews and session ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.courses.types import CourseId, Rating
from app.domains.enrollments.types import EnrollmentId
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId

ReviewId = NewType("ReviewId", str)
ReviewIdField = Annotated[ReviewId, id_constraint("rev")]

SCORES = range(1, 6)
"""Stars that can be given."""


class ReviewKind(StrEnum):
    """What a review is about: the course's material, or the teacher of the place."""

    COURSE = "course"
    TEACHER = "teacher"


class ReviewSort(StrEnum):
    """The orders of reviews. Of equal stars the newest comes first."""

    NEWEST = "newest"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a student says. The three finer scores are about material, so only reviews of courses have them."""

    rating: int
    comment: str
    clarity: int | None = None
    relevance: int | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever wrote a review, as far as they want to be seen: the first name alone, and no handle, unless their profile
    is public."""

    name: str
    handle: str | None


@dataclass(frozen=True, slots=True)
class ReviewedCourse:
    """The course that was taken."""

    id: CourseId
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the reviewed person answered."""

    text: str
    replied_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review with the names that a reader needs. The comment goes when its author leaves; the stars stay."""

    id: ReviewId
    kind: ReviewKind
    enrollment_id: EnrollmentId
    course: ReviewedCourse
    teacher_id: UserId
    author_id: UserId | None
    author: Author
    rating: int
    clarity: int | None
    relevance: int | None
    depth: int | None
    comment: str | None
    created_at: datetime
    edited_at: datetime | None
    reply: Reply | None
    hidden_at: datetime | None
    hidden_reason: str | None


@dataclass(frozen=True, slots=True)
class Stars:
    """How the visible reviews of a course or teacher are spread."""

    counts: Mapping[int, int]

    @property
    def rating(self) -> Rating:
        """Recounted from the reviews themselves."""
        return Rating(sum(score * number for score, number in self.counts.items()), sum(self.counts.values()))


@dataclass(frozen=True, slots=True)
class SessionOpinion:
    """What one of the two says about a session. The three finer scores are the student's."""

    rating: int
    comment: str | None = None
    teaching: int | None = None
    interaction: int | None = None
    materials: int | None = None

    @property
    def has_scores(self) -> bool:
        return any(score is not None for score in (self.teaching, self.interaction, self.materials))


@dataclass(frozen=True, slots=True)
class SessionRatingFacts:
    """A rating that was given."""

    rater_id: UserId
    rating: int
    teaching: int | None
    interaction: int | None
    materials: int | None
    comment: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionFeedback:
    """How the two rated a session, as one of them sees it: the other's rating shows once the own one is given."""

    session_id: SessionId
    can_rate: bool
    own: SessionRatingFacts | None
    other: SessionRatingFacts | None
