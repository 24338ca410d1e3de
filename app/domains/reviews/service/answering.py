"""What the reviewed person replies: once, to be changed or taken back."""

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.reviews import policies, repository
from app.domains.reviews.errors import ReviewNotFound
from app.domains.reviews.events import ReviewAnswered, ReviewsChanged
from app.domains.reviews.schemas import Review
from app.domains.reviews.service.reading import get_review
from app.domains.reviews.service.writing import lock
from app.domains.reviews.types import ReviewFacts, ReviewId
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.etags import Expected


def reply(session: WriteSession, user_id: UserId, review_id: ReviewId, text: str, expected: Expected) -> ReviewFacts:
    """Answer a review of one's teaching or course, or answer it differently. Raises `ReviewNotFound`,
    `PreconditionFailed`."""
    users.hold_people(session, {user_id})
    before = _lock_received(session, user_id, review_id)
    expected.check(Review.model_validate(before))
    since = before.reply.replied_at if before.reply else session.now
    values = {"reply": text, "replied_at": since, "replied_by_user_id": user_id}
    repository.change(session, review_id, values)
    if before.reply is None and before.author_id is not None:
        session.publish(ReviewAnswered(review_id, before.author_id))
    session.publish(ReviewsChanged(before.course.id, before.teacher_id))
    return get_review(session, review_id)


def take_back_reply(session: WriteSession, user_id: UserId, review_id: ReviewId) -> None:
    """What was not answered needs no change. Raises `ReviewNotFound`."""
    before = _lock_received(session, user_id, review_id)
    repository.change(session, review_id, {"reply": None, "replied_at": None, "replied_by_user_id": None})
    session.publish(ReviewsChanged(before.course.id, before.teacher_id))


def _lock_received(session: WriteSession, user_id: UserId, review_id: ReviewId) -> ReviewFacts:
    found = lock(session, review_id)
    course = courses.get_course(session, found.course.id)
    if found.hidden_at is not None or user_id != policies.reviewed_person(found.kind, course, found.teacher_id):
        raise ReviewNotFound
    return found
