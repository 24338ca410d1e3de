"""/api/courses/…/teaching-request and /api/teaching-requests: asking to teach a course, and deciding about it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.domains.certificates import service
from app.domains.certificates.errors import (
    AlreadyCertified,
    AlreadyRecommended,
    CourseNotCompleted,
    MayNotDecide,
    TeachingRequestNotFound,
    TeachingRequestNotPending,
)
from app.domains.certificates.schemas import DeclineBody, TeachingRequest
from app.domains.certificates.types import RequestStatus, TeachingRequestIdField
from app.domains.courses.deps import IdOrSlug
from app.domains.courses.errors import CourseNotFound, WithdrawnByAdmin
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import (
    LOGGED_IN,
    RECENTLY_LOGGED_IN,
    VERIFIED,
    CurrentUser,
    EmailNotVerified,
    RecentUser,
    VerifiedUser,
)
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api", tags=["certificates"], route_class=StrictRoute)

RequestPath = Annotated[TeachingRequestIdField, Path(description="The request.")]


@router.post(
    "/courses/{id_or_slug}/teaching-request",
    operation_id="teaching_requests.send",
    summary="Ask to teach a completed course",
    status_code=201,
    response_model=TeachingRequest,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        CourseNotFound,
        UserNotFound,
        CourseNotCompleted,
        AlreadyCertified,
        AlreadyRecommended,
        TeachingRequestNotPending,
        IdempotencyKeyReused,
    ),
)
async def send(id_or_slug: IdOrSlug, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For verified members who completed the course and are not certified for it. Mails the course's creator, who
    decides. While a request is open, asking again answers that one and mails nobody."""
    return await idem.run(caller.user_id, 201, TeachingRequest, service.ask, caller, id_or_slug)


@router.get(
    "/courses/{id_or_slug}/teaching-requests",
    operation_id="teaching_requests.list",
    summary="List who asked to teach a course",
    openapi_extra=audience("creator", "admin"),
    responses=problems(*LOGGED_IN, CourseNotFound, CursorInvalid),
)
async def list_requests(
    id_or_slug: IdOrSlug,
    caller: CurrentUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[RequestStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[TeachingRequest]:
    """For the course's creator and admins, newest first."""
    scope = f"{id_or_slug}:{status or ''}"
    before, limit = paging.moment(scope), paging.fetch
    rows = await db.read(service.list_requests, caller, id_or_slug, status, before=before, limit=limit)
    return paging.page(rows, TeachingRequest.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@router.get(
    "/users/me/teaching-requests",
    operation_id="teaching_requests.list_mine",
    summary="List the caller's requests to teach",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_mine(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[TeachingRequest]:
    """For anybody who is logged in: what they asked to teach and what became of it, newest first."""
    scope = caller.user_id
    rows = await db.read(service.list_own_requests, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, TeachingRequest.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@router.post(
    "/teaching-requests/{teaching_request_id}/accept",
    operation_id="teaching_requests.accept",
    summary="Certify somebody who asked to teach",
    response_model=TeachingRequest,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *RECENTLY_LOGGED_IN,
        EmailNotVerified,
        MayNotDecide,
        TeachingRequestNotFound,
        UserNotFound,
        TeachingRequestNotPending,
        CourseNotCompleted,
        AlreadyCertified,
        AlreadyRecommended,
        WithdrawnByAdmin,
        IdempotencyKeyReused,
    ),
)
async def accept(
    teaching_request_id: RequestPath, caller: RecentUser, _verified: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins with a recent log-in, but nobody for themselves. Certifies the person as
    POST /api/courses/{id_or_slug}/teachers does, who is mailed what to do next."""
    return await idem.run(caller.user_id, 200, TeachingRequest, service.accept, caller, teaching_request_id)


@router.post(
    "/teaching-requests/{teaching_request_id}/decline",
    operation_id="teaching_requests.decline",
    summary="Decline a request to teach",
    response_model=TeachingRequest,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *VERIFIED,
        MayNotDecide,
        TeachingRequestNotFound,
        UserNotFound,
        TeachingRequestNotPending,
        IdempotencyKeyReused,
    ),
)
async def decline(
    teaching_request_id: RequestPath, body: DeclineBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins, but nobody for themselves. The person is mailed the reason and may ask
    again."""
    return await idem.run(
        caller.user_id, 200, TeachingRequest, service.decline, caller, teaching_request_id, body.reason
    )
