"""Refusals about reviews and session ratings."""

from app.core.errors import Conflict, Forbidden, NotFound


class ReviewNotFound(NotFound):
    """There is no such review, or it is hidden, or it is not the caller's to see or to answer."""

    code = "review_not_found"
    title = "There is no such review."
    hint = "GET /api/courses/{id}/reviews and GET /api/teachers/{handle}/reviews list reviews."


class ReviewTooEarly(Conflict):
    """Courses and teachers are reviewed by those who have completed the course."""

    code = "review_too_early"
    title = "A review can be written once the course is completed."
    hint = "Each session can be rated by itself: POST /api/sessions/{session_id}/rating."


class AlreadyReviewed(Conflict):
    """There is one review of each kind for a place."""

    code = "already_reviewed"
    title = "You have reviewed this already."
    hint = "PUT changes the review."


class ReviewHidden(Conflict):
    """An administrator has hidden the review."""

    code = "review_hidden"
    title = "This review was hidden by an administrator."
    hint = "Write to the support address; an admin can show it again."


class ReviewShown(Conflict):
    """Nobody has hidden the review."""

    code = "review_shown"
    title = "This review is not hidden."
    hint = "GET /api/admin/reviews?is_hidden=true lists those that are."


class SessionNotCompleted(Conflict):
    """Only sessions that were held are rated."""

    code = "session_not_completed"
    title = "A session can be rated once it was held."
    hint = "GET /api/sessions/{id} shows how it stands; what was held can be rated."


class AlreadyRated(Conflict):
    """Each of the two rates a session once."""

    code = "already_rated"
    title = "You have rated this session already."
    hint = "GET /api/sessions/{id}/rating shows the ratings; they are not changed."


class OnlyStudentsScore(Forbidden):
    """Teaching, interaction and materials are scored by the student."""

    code = "only_students_score"
    title = "Only the student scores teaching, interaction and materials."
    hint = "Send `rating` and, if you like, `comment`."
