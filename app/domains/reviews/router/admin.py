"""/api/admin/reviews: hiding reviews, and showing them again."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.courses.errors import CertificationNotFound, CourseNotFound
from app.domains.reviews import service
from app.domains.reviews.errors import ReviewHidden, ReviewNotFound, ReviewShown
from app.domains.reviews.router.replies import ReviewPath
from app.domains.reviews.schemas import HideBody, PlaceReview, ReviewVisibility
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, AdminUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/reviews", tags=["admin"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="admin_reviews.list",
    summary="List reviews",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_reviews(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    is_hidden: Annotated[bool | None, Query(description="Only those that are hidden, or that are not.")] = None,
) -> Page[PlaceReview]:
    """For admins: everybody's reviews of courses and teachers, newest first. Changes nothing."""
    scope = str(is_hidden)
    rows = await db.read(service.list_all, is_hidden=is_hidden, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, PlaceReview.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@router.post(
    "/{review_id}/hide",
    operation_id="admin_reviews.hide",
    summary="Hide a review",
    response_model=ReviewVisibility,
    openapi_extra=audience("admin"),
    responses=problems(
        *ADMIN, ReviewNotFound, ReviewHidden, CourseNotFound, CertificationNotFound, IdempotencyKeyReused
    ),
)
async def hide(review_id: ReviewPath, body: HideBody, caller: AdminUser, idem: OptionalIdempotency) -> Response:
    """For admins. Only its author and admins see the review from now on, and it no longer counts. The author is mailed
    the reason; the audit log keeps it."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ReviewVisibility, service.hide, actor_id, review_id, body.reason)


@router.post(
    "/{review_id}/show",
    operation_id="admin_reviews.show",
    summary="Show a hidden review again",
    response_model=ReviewVisibility,
    openapi_extra=audience("admin"),
    responses=problems(
        *ADMIN, ReviewNotFound, ReviewShown, CourseNotFound, CertificationNotFound, IdempotencyKeyReused
    ),
)
async def show(review_id: ReviewPath, caller: AdminUser, idem: OptionalIdempotency) -> Response:
    """For admins. Everybody sees the review again, and it counts. Kept in the audit log; sends nothing."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ReviewVisibility, service.show, actor_id, review_id)
