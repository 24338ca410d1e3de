"""What administrators do to reviews: hide them with a reason, and show them again. Each is written into the audit
log."""

from typing import Any

from app.db.session import WriteSession
from app.domains.audit import service as audit
from app.domains.audit.service import Change
from app.domains.reviews import repository
from app.domains.reviews.errors import ReviewHidden, ReviewShown
from app.domains.reviews.events import ReviewTakenDown
from app.domains.reviews.service.reading import get_review
from app.domains.reviews.service.writing import count, lock
from app.domains.reviews.types import ReviewFacts, ReviewId
from app.domains.users import service as users
from app.domains.users.types import UserId


def hide(session: WriteSession, actor_id: UserId, review_id: ReviewId, reason: str) -> ReviewFacts:
    """Nobody but its author and administrators sees it any more, and it counts no more. Raises `Forbidden`,
    `ReviewNotFound`, `ReviewHidden`."""
    users.require_admin(session, actor_id)
    before = lock(session, review_id)
    if before.hidden_at is not None:
        raise ReviewHidden
    repository.change(session, review_id, {"hidden_at": session.now, "hidden_reason": reason})
    count(session, before, stars=-before.rating, number=-1)
    _record(session, actor_id, review_id, is_hidden=True, reason=reason)
    if before.author_id is not None:
        session.publish(ReviewTakenDown(review_id, before.author_id))
    return get_review(session, review_id)


def show(session: WriteSession, actor_id: UserId, review_id: ReviewId) -> ReviewFacts:
    """Everybody sees it again, and it counts. Raises `Forbidden`, `ReviewNotFound`, `ReviewShown`."""
    users.require_admin(session, actor_id)
    before = lock(session, review_id)
    if before.hidden_at is None:
        raise ReviewShown
    nothing: dict[str, Any] = {"hidden_at": None, "hidden_reason": None}
    repository.change(session, review_id, nothing)
    count(session, before, stars=before.rating, number=1)
    _record(session, actor_id, review_id, is_hidden=False, reason=None)
    return get_review(session, review_id)


def _record(
    session: WriteSession, actor_id: UserId, review_id: ReviewId, *, is_hidden: bool, reason: str | None
) -> None:
    action = "review.hidden" if is_hidden else "review.shown"
    before, after = {"is_hidden": not is_hidden}, {"is_hidden": is_hidden}
    audit.record(session, actor_id, Change(action, "review", review_id, before, after, reason))
