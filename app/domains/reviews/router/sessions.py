"""/api/sessions/…/rating: how the two people of a session found it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.domains.reviews import service
from app.domains.reviews.errors import AlreadyRated, OnlyStudentsScore, SessionNotCompleted
from app.domains.reviews.schemas import SessionFeedback, SessionRating, SessionRatingBody
from app.domains.reviews.types import SessionOpinion
from app.domains.sessions.errors import SessionNotFound
from app.domains.sessions.types import SessionIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/sessions", tags=["reviews"], route_class=StrictRoute)

SessionPath = Annotated[SessionIdField, Path(description="The session.")]


@router.get(
    "/{session_id}/rating",
    operation_id="session_ratings.get",
    summary="Show how a session was rated",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, SessionNotFound),
)
async def read_rating(session_id: SessionPath, caller: CurrentUser, db: Db) -> SessionFeedback:
    """For the session's two people: the own rating, whether it can be given now, and the other one's, which is shown
    only to whoever has rated. Changes nothing."""
    return SessionFeedback.model_validate(await db.read(service.get_feedback, UserId(caller.user_id), session_id))


@router.post(
    "/{session_id}/rating",
    operation_id="session_ratings.rate",
    summary="Rate a session",
    status_code=201,
    response_model=SessionRating,
    openapi_extra=audience("student", "teacher"),
    responses=problems(
        *VERIFIED,
        UserNotFound,
        SessionNotFound,
        OnlyStudentsScore,
        SessionNotCompleted,
        AlreadyRated,
        IdempotencyKeyReused,
    ),
)
async def rate(
    session_id: SessionPath, body: SessionRatingBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For each of the session's two people, verified, once, after it was held. Only the two can read it, and it counts
    for no public rating. Sends nothing."""
    rater_id, opinion = UserId(caller.user_id), SessionOpinion(**body.model_dump())
    return await idem.run(rater_id, 201, SessionRating, service.rate_session, rater_id, session_id, opinion)
