"""Writing and changing a review, and counting it: the sums of the course or the teacher change in the same
transaction, by one UPDATE that adds the difference."""

from dataclasses import asdict

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentFacts, EnrollmentId, EnrollmentStatus
from app.domains.reviews import policies, repository
from app.domains.reviews.errors import AlreadyReviewed, ReviewHidden, ReviewNotFound, ReviewTooEarly
from app.domains.reviews.events import ReviewsChanged, ReviewWritten
from app.domains.reviews.schemas import PlaceReview
from app.domains.reviews.service.reading import get_review
from app.domains.reviews.types import Opinion, ReviewFacts, ReviewId, ReviewKind
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected


def write(
    session: WriteSession, author_id: UserId, enrollment_id: EnrollmentId, kind: ReviewKind, opinion: Opinion
) -> ReviewFacts:
    """Review what was completed. Raises `EnrollmentNotFound`, `ReviewTooEarly`, `AlreadyReviewed`."""
    users.hold_people(session, {author_id})  # whoever leaves takes their words along
    place = _own_place(session, author_id, enrollment_id)
    if place.status is not EnrollmentStatus.COMPLETED:
        raise ReviewTooEarly
    review_id = _insert(session, place, kind, opinion)
    found = get_review(session, review_id)
    count(session, found, stars=opinion.rating, number=1)
    course = courses.get_course(session, place.course_id)
    session.publish(ReviewWritten(review_id, policies.reviewed_person(kind, course, enrollments.teacher_of(place))))
    return found


def _own_place(session: WriteSession, author_id: UserId, enrollment_id: EnrollmentId) -> EnrollmentFacts:
    place = enrollments.get_enrollment(session, enrollment_id)
    if place.student_id != author_id:
        raise EnrollmentNotFound
    return place


def _insert(session: WriteSession, place: EnrollmentFacts, kind: ReviewKind, opinion: Opinion) -> ReviewId:
    review_id = ReviewId(new_id("rev"))
    values = {
        "id": review_id,
        "kind": kind,
        "enrollment_id": place.id,
        "course_id": place.course_id,
        "teacher_id": place.teacher_id,
        "author_id": place.student_id,
    }
    if not repository.insert(session, values | asdict(opinion)):
        raise AlreadyReviewed
    return review_id


def change(
    session: WriteSession,
    author_id: UserId,
    enrollment_id: EnrollmentId,
    kind: ReviewKind,
    opinion: Opinion,
    expected: Expected,
) -> ReviewFacts:
    """Say something else. Raises `EnrollmentNotFound`, `ReviewNotFound`, `ReviewHidden`, `PreconditionFailed`."""
    users.hold_people(session, {author_id})
    _own_place(session, author_id, enrollment_id)
    review_id = repository.id_of_place(session, enrollment_id, kind)
    if review_id is None:
        raise ReviewNotFound
    before = lock(session, review_id)
    if before.hidden_at is not None:
        raise ReviewHidden
    expected.check(PlaceReview.model_validate(before))
    repository.change(session, review_id, asdict(opinion) | {"edited_at": session.now})
    count(session, before, stars=opinion.rating - before.rating, number=0)
    return get_review(session, review_id)


def lock(session: WriteSession, review_id: ReviewId) -> ReviewFacts:
    """The review as of now, which nobody else changes until this unit is done. Raises `ReviewNotFound`."""
    if repository.locked(session, review_id) is None:
        raise ReviewNotFound
    return get_review(session, review_id)


def count(session: WriteSession, review: ReviewFacts, *, stars: int, number: int) -> None:
    """Add to what the course's or the teacher's reviews amount to, and say that something is to be seen."""
    match review.kind:
        case ReviewKind.COURSE:
            courses.add_course_rating(session, review.course.id, stars=stars, count=number)
        case ReviewKind.TEACHER:
            courses.add_teacher_rating(session, review.teacher_id, review.course.id, stars=stars, count=number)
    session.publish(ReviewsChanged(review.course.id, review.teacher_id))
