"""What happened to reviews."""

from dataclasses import dataclass

from app.core.events import Event
from app.domains.courses.types import CourseId
from app.domains.reviews.types import ReviewId
from app.domains.users.types import UserId


@dataclass(frozen=True, slots=True)
class ReviewWritten(Event):
    """Somebody's teaching or course was reviewed; they are told."""

    review_id: ReviewId
    reviewed_id: UserId


@dataclass(frozen=True, slots=True)
class ReviewAnswered(Event):
    """The reviewed person replied for the first time; the author is told."""

    review_id: ReviewId
    author_id: UserId


@dataclass(frozen=True, slots=True)
class ReviewTakenDown(Event):
    """An administrator has hidden a review; the author is told why."""

    review_id: ReviewId
    author_id: UserId


@dataclass(frozen=True, slots=True)
class ReviewsChanged(Event):
    """What visitors see of a course's or a teacher's reviews is different now."""

    course_id: CourseId
    teacher_id: UserId
