"""/api/reviews: one review, and what the reviewed person answers."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.domains.reviews import service
from app.domains.reviews.errors import ReviewNotFound
from app.domains.reviews.schemas import ReplyBody, Review
from app.domains.reviews.types import ReviewIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.caching import NOT_MODIFIED, cached
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.openapi import audience
from app.edge.principal import VERIFIED, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.tags import REVIEWS

router = APIRouter(prefix="/api/reviews", tags=["reviews"], route_class=StrictRoute)

ReviewPath = Annotated[ReviewIdField, Path(description="The review.")]


@router.get(
    "/{review_id}",
    operation_id="reviews.get",
    summary="Show a review",
    response_model=Review,
    openapi_extra=audience("public"),
    responses=problems(ReviewNotFound) | NOT_MODIFIED,
)
async def read_review(request: Request, review_id: ReviewPath, db: Db) -> Response:
    """For anybody, unless it is hidden. Changes nothing. `ETag` names the version, for `If-Match` of a reply."""
    return cached(request, Review.model_validate(await db.read(service.get_visible, review_id)), tags=[REVIEWS])


@router.put(
    "/{review_id}/reply",
    operation_id="reviews.reply",
    summary="Answer a review",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, UserNotFound, ReviewNotFound, PreconditionFailed),
)
async def reply(
    review_id: ReviewPath, body: ReplyBody, caller: VerifiedUser, response: Response, db: Db, expected: IfMatch
) -> Review:
    """For the verified person whom the review is about: its teacher, or the course's creator. Everybody can read the
    reply; sent again, it replaces the one before. The author is mailed about the first one."""
    found = await db.write(service.reply, UserId(caller.user_id), review_id, body.text, expected)
    return versioned(response, Review.model_validate(found))


@router.delete(
    "/{review_id}/reply",
    operation_id="reviews.take_back_reply",
    summary="Take the answer to a review back",
    status_code=204,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, ReviewNotFound),
)
async def take_back_reply(review_id: ReviewPath, caller: VerifiedUser, db: Db) -> None:
    """For the verified person whom the review is about. Without a reply nothing changes. Sends nothing."""
    await db.write(service.take_back_reply, UserId(caller.user_id), review_id)
