"""/api/certificates and /api/diplomas: being fit to teach, and having finished."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from app.core.pagination import CursorInvalid
from app.domains.certificates import service
from app.domains.certificates.errors import (
    AlreadyCertified,
    AlreadyRecommended,
    CertificateNotFound,
    CertificateNotPending,
    CourseNotCompleted,
    DiplomaNotFound,
    MayNotDecide,
    MayNotRecommend,
)
from app.domains.certificates.schemas import Certificate, CertificateProof, Diploma, RecommendBody
from app.domains.certificates.types import CertificateIdField, VerifyCodeField
from app.domains.courses.errors import WithdrawnByAdmin
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.caching import NOT_MODIFIED, cached
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
from app.edge.tags import course_tag, user_tag

router = APIRouter(prefix="/api", tags=["certificates"], route_class=StrictRoute)

CertificatePath = Annotated[CertificateIdField, Path(description="The certificate.")]


@router.post(
    "/certificates/recommend",
    operation_id="certificates.recommend",
    summary="Recommend a student as a teacher of the course",
    status_code=201,
    response_model=Certificate,
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(
        *VERIFIED,
        MayNotRecommend,
        EnrollmentNotFound,
        UserNotFound,
        CourseNotCompleted,
        AlreadyRecommended,
        AlreadyCertified,
        IdempotencyKeyReused,
    ),
)
async def recommend(body: RecommendBody, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For the teacher of a completed enrollment, the course's creator, and admins. Makes a pending certificate, one
    per person and course at a time, and mails the creator, who decides."""
    return await idem.run(caller.user_id, 201, Certificate, service.recommend, caller, body.enrollment_id)


@router.post(
    "/certificates/{certificate_id}/issue",
    operation_id="certificates.issue",
    summary="Issue a pending certificate",
    response_model=Certificate,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *RECENTLY_LOGGED_IN,
        EmailNotVerified,
        MayNotDecide,
        CertificateNotFound,
        CertificateNotPending,
        WithdrawnByAdmin,
        IdempotencyKeyReused,
    ),
)
async def issue(
    certificate_id: CertificatePath, caller: RecentUser, _verified: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins with a recent log-in, but nobody for themselves. The holder becomes a teacher
    of the course at once and is mailed what to do next."""
    return await idem.run(caller.user_id, 200, Certificate, service.issue, caller, certificate_id)


@router.post(
    "/certificates/{certificate_id}/reject",
    operation_id="certificates.reject",
    summary="Reject a pending certificate",
    response_model=Certificate,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *VERIFIED,
        MayNotDecide,
        CertificateNotFound,
        CertificateNotPending,
        IdempotencyKeyReused,
    ),
)
async def reject(certificate_id: CertificatePath, caller: VerifiedUser, idem: OptionalIdempotency) -> Response:
    """For the course's creator and admins, but nobody for themselves. Keeps the certificate as rejected; the student
    may be recommended again. Nobody is mailed."""
    return await idem.run(caller.user_id, 200, Certificate, service.reject, caller, certificate_id)


@router.get(
    "/certificates",
    operation_id="certificates.list",
    summary="List certificates held or to be decided",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_certificates(
    caller: CurrentUser,
    paging: PagingDep,
    db: Db,
    role: Annotated[
        Literal["holder", "reviewer"],
        Query(description="holder: the caller's own. reviewer: those that await the caller's decision."),
    ] = "holder",
) -> Page[Certificate]:
    """For anybody who is logged in, newest first: their own certificates in every state, or the pending ones of the
    courses they created (of all courses, for an admin)."""
    scope = f"{caller.user_id}:{role}"
    before, limit = paging.moment(scope), paging.fetch
    if role == "reviewer":
        rows = await db.read(service.list_to_review, caller, before=before, limit=limit)
    else:
        rows = await db.read(service.list_held, UserId(caller.user_id), before=before, limit=limit)
    return paging.page(rows, Certificate.model_validate, lambda row: moment_position(row.recommended_at, row.id), scope)


@router.get(
    "/certificates/{code}/verify",
    operation_id="certificates.verify",
    summary="Check that a certificate is genuine",
    response_model=CertificateProof,
    openapi_extra=audience("public"),
    responses=problems(CertificateNotFound) | NOT_MODIFIED,
)
async def verify(
    code: Annotated[VerifyCodeField, Path(description="The code printed on the certificate.")],
    request: Request,
    db: Db,
) -> Response:
    """For anybody who was shown the code. Answers whose certificate it is and for which course; changes nothing."""
    proof = await db.read(service.verify, code)
    tags = [user_tag(proof.holder_id), course_tag(proof.course_id)]
    return cached(request, CertificateProof.model_validate(proof), tags=tags)


@router.get(
    "/diplomas/{enrollment_id}",
    operation_id="diplomas.get",
    summary="Show the diploma of a completed course",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, EnrollmentNotFound, DiplomaNotFound),
)
async def get_diploma(
    enrollment_id: Annotated[EnrollmentIdField, Path(description="The completed enrollment.")],
    caller: CurrentUser,
    db: Db,
) -> Diploma:
    """For the student, the teacher, the course's creator, and admins. Derived from the enrollment; changes nothing."""
    return Diploma.model_validate(await db.read(service.get_diploma, caller, enrollment_id))
