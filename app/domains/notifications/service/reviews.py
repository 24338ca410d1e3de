"""What mails about reviews say. Nothing of the review itself: it may be changed or hidden until the mail is read."""

from app.domains.notifications.service.occasion import Draft, Occasion, Values
from app.domains.reviews import service as reviews
from app.domains.reviews.types import ReviewFacts, ReviewId, ReviewKind


def received(occasion: Occasion) -> Draft | None:
    """None when it was hidden meanwhile."""
    found = _review(occasion)
    return Draft(_values(found)) if found.hidden_at is None else None


def answered(occasion: Occasion) -> Draft | None:
    """None when the review was hidden or the reply taken back meanwhile."""
    found = _review(occasion)
    return Draft(_values(found)) if found.hidden_at is None and found.reply else None


def hidden(occasion: Occasion) -> Draft | None:
    """None when it is shown again."""
    found = _review(occasion)
    return Draft(_values(found) | {"hidden_reason": found.hidden_reason}) if found.hidden_at else None


def _review(occasion: Occasion) -> ReviewFacts:
    return reviews.get_review(occasion.session, ReviewId(occasion.order.about_id))


def _values(found: ReviewFacts) -> Values:
    return {
        "review_id": found.id,
        "enrollment_id": found.enrollment_id,
        "course_title": found.course.title,
        "author_name": found.author.name,
        "is_about_course": found.kind is ReviewKind.COURSE,
        "stars": "one star" if found.rating == 1 else f"{found.rating} stars",
    }
