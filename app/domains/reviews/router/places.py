"""/api/enrollments/…/review and …/course-review: what the student of a place says."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.domains.courses.errors import CertificationNotFound
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.reviews import service
from app.domains.reviews.errors import AlreadyReviewed, ReviewHidden, ReviewNotFound, ReviewTooEarly
from app.domains.reviews.schemas import CourseReviewBody, PlaceReview, TeacherReviewBody
from app.domains.reviews.types import Opinion, ReviewKind
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/enrollments", tags=["reviews"], route_class=StrictRoute)

PlacePath = Annotated[EnrollmentIdField, Path(description="The enrollment.")]

_PEOPLE = audience("student", "teacher", "creator", "admin")
_WRITING = problems(
    *VERIFIED,
    EnrollmentNotFound,
    UserNotFound,
    CertificationNotFound,
    ReviewTooEarly,
    AlreadyReviewed,
    IdempotencyKeyReused,
)
_READING = problems(*LOGGED_IN, EnrollmentNotFound, ReviewNotFound)
_CHANGING = problems(
    *VERIFIED, EnrollmentNotFound, UserNotFound, CertificationNotFound, ReviewNotFound, ReviewHidden, PreconditionFailed
)


def _opinion(body: TeacherReviewBody) -> Opinion:
    return Opinion(**body.model_dump())


@router.post(
    "/{enrollment_id}/review",
    operation_id="teacher_reviews.write",
    summary="Review the teacher of a completed course",
    status_code=201,
    response_model=PlaceReview,
    openapi_extra=audience("student"),
    responses=_WRITING,
)
async def write_of_teacher(
    enrollment_id: PlacePath, body: TeacherReviewBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the verified student of a completed place, once. Everybody can read it at once, under the first name unless
    the student's profile is public, and it counts for the teacher's rating. The teacher is mailed."""
    author_id = UserId(caller.user_id)
    opinion = _opinion(body)
    return await idem.run(
        author_id, 201, PlaceReview, service.write, author_id, enrollment_id, ReviewKind.TEACHER, opinion
    )


@router.get(
    "/{enrollment_id}/review",
    operation_id="teacher_reviews.get",
    summary="Show what a place's student says of the teacher",
    openapi_extra=_PEOPLE,
    responses=_READING,
)
async def read_of_teacher(enrollment_id: PlacePath, caller: CurrentUser, response: Response, db: Db) -> PlaceReview:
    """For the place's student and teacher, the course's creator, and admins; a hidden review for its author and admins
    only. Changes nothing. `ETag` names the version, for `If-Match`."""
    found = await db.read(service.get_of_place, enrollment_id, ReviewKind.TEACHER, caller)
    return versioned(response, PlaceReview.model_validate(found))


@router.put(
    "/{enrollment_id}/review",
    operation_id="teacher_reviews.change",
    summary="Change the review of a teacher",
    openapi_extra=audience("student"),
    responses=_CHANGING,
)
async def change_of_teacher(
    enrollment_id: PlacePath,
    body: TeacherReviewBody,
    caller: VerifiedUser,
    response: Response,
    db: Db,
    expected: IfMatch,
) -> PlaceReview:
    """For the review's verified author, unless it was hidden. Replaces stars and comment; the teacher's rating follows.
    Sends nothing."""
    author_id = UserId(caller.user_id)
    found = await db.write(service.change, author_id, enrollment_id, ReviewKind.TEACHER, _opinion(body), expected)
    return versioned(response, PlaceReview.model_validate(found))


@router.post(
    "/{enrollment_id}/course-review",
    operation_id="course_reviews.write",
    summary="Review a completed course",
    status_code=201,
    response_model=PlaceReview,
    openapi_extra=audience("student"),
    responses=_WRITING,
)
async def write_of_course(
    enrollment_id: PlacePath, body: CourseReviewBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the verified student of a completed place, once. Everybody can read it at once, under the first name unless
    the student's profile is public, and it counts for the course's rating. The course's creator is mailed."""
    author_id = UserId(caller.user_id)
    opinion = _opinion(body)
    return await idem.run(
        author_id, 201, PlaceReview, service.write, author_id, enrollment_id, ReviewKind.COURSE, opinion
    )


@router.get(
    "/{enrollment_id}/course-review",
    operation_id="course_reviews.get",
    summary="Show what a place's student says of the course",
    openapi_extra=_PEOPLE,
    responses=_READING,
)
async def read_of_course(enrollment_id: PlacePath, caller: CurrentUser, response: Response, db: Db) -> PlaceReview:
    """For the place's student and teacher, the course's creator, and admins; a hidden review for its author and admins
    only. Changes nothing. `ETag` names the version, for `If-Match`."""
    found = await db.read(service.get_of_place, enrollment_id, ReviewKind.COURSE, caller)
    return versioned(response, PlaceReview.model_validate(found))


@router.put(
    "/{enrollment_id}/course-review",
    operation_id="course_reviews.change",
    summary="Change the review of a course",
    openapi_extra=audience("student"),
    responses=_CHANGING,
)
async def change_of_course(
    enrollment_id: PlacePath,
    body: CourseReviewBody,
    caller: VerifiedUser,
    response: Response,
    db: Db,
    expected: IfMatch,
) -> PlaceReview:
    """For the review's verified author, unless it was hidden. Replaces stars, scores and comment; the course's rating
    follows. Sends nothing."""
    author_id = UserId(caller.user_id)
    found = await db.write(service.change, author_id, enrollment_id, ReviewKind.COURSE, _opinion(body), expected)
    return versioned(response, PlaceReview.model_validate(found))
