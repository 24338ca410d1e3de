"""How the two people of a session rate it: once each, for each other alone, and unseen until both have."""

from dataclasses import asdict

from app.db.session import ReadSession, WriteSession
from app.domains.reviews import repository
from app.domains.reviews.errors import AlreadyRated, OnlyStudentsScore, SessionNotCompleted
from app.domains.reviews.types import SessionFeedback, SessionOpinion, SessionRatingFacts
from app.domains.sessions import service as sessions
from app.domains.sessions.types import SessionId, SessionStatus
from app.domains.users import service as users
from app.domains.users.types import UserId


def rate_session(
    session: WriteSession, rater_id: UserId, session_id: SessionId, opinion: SessionOpinion
) -> SessionRatingFacts:
    """Rate a session that was held. Raises `SessionNotFound`, `OnlyStudentsScore`, `SessionNotCompleted`,
    `AlreadyRated`."""
    users.hold_people(session, {rater_id})
    lesson = sessions.get_own_session(session, session_id, rater_id)
    if opinion.has_scores and rater_id != lesson.student_id:
        raise OnlyStudentsScore
    if lesson.status is not SessionStatus.COMPLETED:
        raise SessionNotCompleted
    values = {"session_id": session_id, "rater_id": rater_id}
    if not repository.insert_rating(session, values | asdict(opinion)):
        raise AlreadyRated
    return SessionRatingFacts(rater_id, created_at=session.now, **asdict(opinion))


def get_feedback(session: ReadSession, viewer_id: UserId, session_id: SessionId) -> SessionFeedback:
    """For one of the two people. Raises `SessionNotFound`."""
    lesson = sessions.get_own_session(session, session_id, viewer_id)
    given = {rating.rater_id: rating for rating in repository.ratings_of(session, session_id)}
    own = given.pop(viewer_id, None)
    is_held = lesson.status is SessionStatus.COMPLETED
    others = next(iter(given.values()), None)
    return SessionFeedback(session_id, is_held and own is None, own, others if own else None)
