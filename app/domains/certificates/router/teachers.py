"""/api/courses/…/teachers and /api/teachers/me/courses: who may teach a course, and who takes new students."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.pagination import CursorInvalid
from app.domains.certificates import service
from app.domains.certificates.errors import AlreadyCertified, AlreadyRecommended, CourseNotCompleted, MayNotDecide
from app.domains.certificates.schemas import Certification, CertifyBody, TeacherChange, TeachingChange
from app.domains.courses.deps import IdOrSlug
from app.domains.courses.errors import CertificationNotFound, CourseNotFound, WithdrawnByAdmin
from app.domains.courses.types import CourseIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId, UserIdField
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


@router.post(
    "/courses/{id_or_slug}/teachers",
    operation_id="certifications.grant",
    summary="Certify a teacher of a course directly",
    status_code=201,
    response_model=Certification,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *RECENTLY_LOGGED_IN,
        EmailNotVerified,
        MayNotDecide,
        CourseNotFound,
        UserNotFound,
        CourseNotCompleted,
        AlreadyCertified,
        AlreadyRecommended,
        WithdrawnByAdmin,
        IdempotencyKeyReused,
    ),
)
async def grant(
    id_or_slug: IdOrSlug, body: CertifyBody, caller: RecentUser, _verified: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins with a recent log-in. Somebody who completed the course gets the certificate
    and may teach it at once, and is mailed what to do next; a pending recommendation or request of theirs is settled by
    it. Creators certify themselves for their own course, without a certificate."""
    return await idem.run(caller.user_id, 201, Certification, service.grant, caller, id_or_slug, body.user_id)


@router.put(
    "/courses/{id_or_slug}/teachers/{user_id}",
    operation_id="certifications.change",
    summary="Withdraw or restore a teacher's certification",
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *RECENTLY_LOGGED_IN,
        EmailNotVerified,
        MayNotDecide,
        CourseNotFound,
        CertificationNotFound,
        UserNotFound,
        WithdrawnByAdmin,
    ),
)
async def change(
    id_or_slug: IdOrSlug,
    user_id: Annotated[UserIdField, Path(description="The teacher.")],
    body: TeacherChange,
    caller: RecentUser,
    _verified: VerifiedUser,
    db: Db,
) -> Certification:
    """For the course's creator and admins with a recent log-in; what an admin withdrew only an admin restores. Planned
    sessions are called off and go back to the students, and nobody can buy from or book the teacher any more; the
    certificate is revoked and comes back with the certification. The teacher is mailed the reason; the creator and all
    admins are mailed when it was the last teacher who could be booked. What is so already is no change."""
    if body.is_active:
        return Certification.model_validate(await db.write(service.restore, caller, id_or_slug, user_id))
    reason = body.reason or ""
    return Certification.model_validate(await db.write(service.withdraw, caller, id_or_slug, user_id, reason))


@router.get(
    "/courses/{id_or_slug}/certifications",
    operation_id="certifications.list",
    summary="List everybody certified for a course",
    openapi_extra=audience("creator", "admin"),
    responses=problems(*LOGGED_IN, CourseNotFound, CursorInvalid),
)
async def list_teachers(id_or_slug: IdOrSlug, caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Certification]:
    """For the course's creator and admins: teachers in every state, longest certified first, also those who are pausing
    or withdrawn, whom the public list leaves out."""
    scope = id_or_slug
    rows = await db.read(service.list_teachers, caller, scope, after=paging.moment(scope), limit=paging.fetch)
    return paging.page(
        rows, Certification.model_validate, lambda row: moment_position(row.certified_at, row.user_id), scope
    )


@router.get(
    "/teachers/me/courses",
    operation_id="certifications.list_mine",
    summary="List the courses the caller is certified for",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_mine(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Certification]:
    """For anybody who is logged in: their certifications in every state, latest first."""
    scope = caller.user_id
    rows = await db.read(service.list_own, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(
        rows, Certification.model_validate, lambda row: moment_position(row.certified_at, row.course_id), scope
    )


@router.patch(
    "/teachers/me/courses/{course_id}",
    operation_id="certifications.change_mine",
    summary="Pause or resume teaching a course",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*VERIFIED, CertificationNotFound),
)
async def change_mine(
    course_id: Annotated[CourseIdField, Path(description="The course.")],
    body: TeachingChange,
    caller: VerifiedUser,
    db: Db,
) -> Certification:
    """For verified members who are or were certified for the course. While pausing nobody new can buy from them; the
    students they have book on. The creator and all admins are mailed when nobody else can be booked."""
    user_id = UserId(caller.user_id)
    return Certification.model_validate(
        await db.write(service.set_teaching, user_id, course_id, is_teaching=body.is_teaching)
    )
