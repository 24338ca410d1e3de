"""Pure rules of reviews: who answers, how an author is named, and where a review stands in an order."""

from app.db.types import microseconds
from app.domains.courses.types import CourseFacts
from app.domains.reviews.types import Author, ReviewFacts, ReviewKind, ReviewSort
from app.domains.users.types import NAMELESS, Person, UserId

FORMER_MEMBER = Author("Former member", None)


def reviewed_person(kind: ReviewKind, course: CourseFacts, teacher_id: UserId) -> UserId:
    """Whom a review is about, and who may answer it: the teacher, or the course's creator."""
    match kind:
        case ReviewKind.COURSE:
            return course.creator_id
        case ReviewKind.TEACHER:
            return teacher_id


def author_of(person: Person | None, *, is_listed: bool) -> Author:
    """The author as readers see them."""
    if person is None:
        return FORMER_MEMBER
    if is_listed:
        return Author(person.name, person.handle)
    return Author(person.name if person.name == NAMELESS else person.name.split()[0], None)


def position(review: ReviewFacts, sort: ReviewSort) -> list[str | int]:
    """Where the review stands in that order, for the next page."""
    newest: list[str | int] = [microseconds(review.created_at), review.id]
    match sort:
        case ReviewSort.NEWEST:
            return newest
        case ReviewSort.HIGHEST:
            return [review.rating, *newest]
        case ReviewSort.LOWEST:
            return [-review.rating, *newest]
