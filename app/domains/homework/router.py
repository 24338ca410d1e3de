"""Homework: given in a course, handed in by its students, reviewed by those who teach them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.courses.errors import ModuleNotFound
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.files import service as files
from app.domains.files.deps import Storage
from app.domains.files.errors import FileInUse, FileNotFound, FileNotReady, FileOfOtherPurpose
from app.domains.homework import service
from app.domains.homework.errors import (
    AssignmentInactive,
    AssignmentInUse,
    AssignmentNotFound,
    MayNotAssign,
    MayNotReview,
    NoFurtherAttempt,
    NotLearning,
    PointsTooMany,
    SubmissionHasNoFile,
    SubmissionNotFound,
    SubmissionNotWaiting,
    SubmissionReviewed,
    TooManyAssignments,
)
from app.domains.homework.schemas import (
    EnrollmentHomework,
    Homework,
    HomeworkBody,
    HomeworkChange,
    ReviewBody,
    Submission,
    SubmissionBody,
)
from app.domains.homework.types import (
    AssignmentDraft,
    AssignmentIdField,
    HandIn,
    Review,
    SubmissionIdField,
    SubmissionStatus,
)
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.etags import IfMatch, PreconditionFailed, versioned
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import DownloadAddress, Page

router = APIRouter(prefix="/api", tags=["homework"], route_class=StrictRoute)

CoursePath = Annotated[CourseIdField, Path(description="The course's id; a slug will not do here.")]
AssignmentPath = Annotated[AssignmentIdField, Path(description="The homework.")]
SubmissionPath = Annotated[SubmissionIdField, Path(description="The submission.")]


@router.get(
    "/courses/{course_id}/homework",
    operation_id="homework.list",
    summary="List the homework of a course",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, AssignmentNotFound, CursorInvalid),
)
async def list_homework(course_id: CoursePath, caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Homework]:
    """For the course's students, unless their place was cancelled, its teachers, its creator and admins, in the order
    in which it was written. Only the latter two see what is not given at present. Changes nothing."""
    rows = await db.read(
        service.list_assignments, course_id, caller, after=paging.moment(course_id), limit=paging.fetch
    )
    return paging.page(rows, Homework.model_validate, lambda row: moment_position(row.created_at, row.id), course_id)


@router.post(
    "/courses/{course_id}/homework",
    operation_id="homework.create",
    summary="Give homework in a course",
    status_code=201,
    response_model=Homework,
    openapi_extra=audience("creator", "admin"),
    responses=problems(
        *VERIFIED, AssignmentNotFound, MayNotAssign, ModuleNotFound, TooManyAssignments, IdempotencyKeyReused
    ),
)
async def create_homework(
    course_id: CoursePath, body: HomeworkBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the course's creator and admins. Students see it at once if it is active. Required, it holds up those who
    have not completed the course yet, and nobody else. Nobody is mailed."""
    draft = AssignmentDraft(**body.model_dump())
    return await idem.run(caller.user_id, 201, Homework, service.create_assignment, caller, course_id, draft)


@router.get(
    "/homework/{assignment_id}",
    operation_id="homework.get",
    summary="Show homework",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, AssignmentNotFound),
)
async def get_homework(assignment_id: AssignmentPath, response: Response, caller: CurrentUser, db: Db) -> Homework:
    """For those who may list the course's homework, active or not. Changes nothing. `ETag` names the version, for
    `If-Match`."""
    found = await db.read(service.get_assignment, assignment_id, caller)
    return versioned(response, Homework.model_validate(found))


@router.patch(
    "/homework/{assignment_id}",
    operation_id="homework.change",
    summary="Change homework",
    openapi_extra=audience("creator", "admin"),
    responses=problems(*VERIFIED, AssignmentNotFound, MayNotAssign, ModuleNotFound, PreconditionFailed),
)
async def change_homework(
    assignment_id: AssignmentPath,
    change: HomeworkChange,
    response: Response,
    caller: VerifiedUser,
    db: Db,
    expected: IfMatch,
) -> Homework:
    """For the course's creator and admins. Changes the fields that are given. Deactivated or no longer required, it
    completes the course for those who waited for nothing else, and they are mailed their diplomas; made required, it
    holds up those who have not completed the course yet."""
    changes = change.model_dump(exclude_unset=True)
    changed = await db.write(service.change_assignment, caller, assignment_id, changes, expected)
    return versioned(response, Homework.model_validate(changed))


@router.delete(
    "/homework/{assignment_id}",
    operation_id="homework.delete",
    summary="Delete homework that nobody handed in",
    status_code=204,
    openapi_extra=audience("creator", "admin"),
    responses=problems(*VERIFIED, AssignmentNotFound, MayNotAssign, AssignmentInUse),
)
async def delete_homework(assignment_id: AssignmentPath, caller: VerifiedUser, db: Db) -> None:
    """For the course's creator and admins, as long as nobody handed anything in; afterwards it can be deactivated. The
    course is completed for those who waited for nothing else, and they are mailed their diplomas."""
    await db.write(service.delete_assignment, caller, assignment_id)


@router.get(
    "/homework/{assignment_id}/submissions",
    operation_id="homework.list_submissions",
    summary="List what students handed in",
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, AssignmentNotFound, MayNotReview, CursorInvalid),
)
async def list_submissions(
    assignment_id: AssignmentPath,
    caller: CurrentUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[SubmissionStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[Submission]:
    """For the course's creator and admins: everybody's; for its teachers: that of their own students. What was handed
    in last comes first. Changes nothing."""
    scope = f"{caller.user_id}:{assignment_id}:{status or ''}"
    rows = await db.read(
        service.list_submissions,
        assignment_id,
        caller,
        status=status,
        before=paging.moment(scope),
        limit=paging.fetch,
    )
    return paging.page(rows, Submission.model_validate, lambda row: moment_position(row.submitted_at, row.id), scope)


@router.post(
    "/homework/{assignment_id}/submissions",
    operation_id="homework.submit",
    summary="Hand in homework",
    status_code=201,
    response_model=Submission,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        AssignmentNotFound,
        NotLearning,
        AssignmentInactive,
        SubmissionReviewed,
        UserNotFound,
        FileNotFound,
        FileNotReady,
        FileInUse,
        FileOfOtherPurpose,
        IdempotencyKeyReused,
    ),
)
async def submit(
    assignment_id: AssignmentPath, body: SubmissionBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For students whose place in the course is under way. Takes the place of what they handed in before, until that
    was accepted; a file that is replaced is deleted. Mails the teacher, who reviews it."""
    work = HandIn(**body.model_dump())
    return await idem.run(caller.user_id, 201, Submission, service.submit, caller, assignment_id, work)


@router.get(
    "/homework/{assignment_id}/submissions/me",
    operation_id="homework.own_submission",
    summary="Show what the caller handed in",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, SubmissionNotFound),
)
async def get_own_submission(assignment_id: AssignmentPath, caller: CurrentUser, db: Db) -> Submission:
    """For the student who handed it in, however the place in the course stands now. Changes nothing."""
    found = await db.read(service.find_own_submission, assignment_id, UserId(caller.user_id))
    return Submission.model_validate(found)


@router.get(
    "/homework-submissions/{submission_id}",
    operation_id="homework.get_submission",
    summary="Show what a student handed in",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, SubmissionNotFound),
)
async def get_submission(submission_id: SubmissionPath, caller: CurrentUser, db: Db) -> Submission:
    """For the student, the teacher of the place, the course's creator and admins. Changes nothing."""
    return Submission.model_validate(await db.read(service.get_submission, submission_id, caller))


@router.post(
    "/homework-submissions/{submission_id}/review",
    operation_id="homework.review",
    summary="Accept homework, or ask for another attempt",
    response_model=Submission,
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(
        *VERIFIED,
        SubmissionNotFound,
        MayNotReview,
        PointsTooMany,
        SubmissionNotWaiting,
        NoFurtherAttempt,
        AssignmentInactive,
        IdempotencyKeyReused,
    ),
)
async def review(
    submission_id: SubmissionPath, body: ReviewBody, caller: VerifiedUser, idem: OptionalIdempotency
) -> Response:
    """For the teacher of the place, the course's creator and admins, but nobody for themselves; once for each attempt.
    Another attempt is asked only of a student who can hand it in: whose place is under way, in homework that is given.
    Mails the student. When all sessions were held and nothing that is required is open any more, the course is
    completed and the diploma mailed."""
    judged = Review(**body.model_dump())
    return await idem.run(caller.user_id, 200, Submission, service.review, caller, submission_id, judged)


@router.get(
    "/homework-submissions/{submission_id}/download",
    operation_id="homework.download_submission",
    summary="Get an address of the file that was handed in",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(
        *LOGGED_IN, SubmissionNotFound, SubmissionHasNoFile, FileNotFound, ProviderUnavailable, ProviderRejected
    ),
)
async def download(submission_id: SubmissionPath, caller: CurrentUser, db: Db, store: Storage) -> DownloadAddress:
    """For those who see the submission. The address works for everybody who has it, 15 minutes at the most. Changes
    nothing."""
    file = await db.read(service.get_submitted_file, submission_id, caller)
    return DownloadAddress.model_validate(await files.sign_download(store, file, now=db.clock.now()))


@router.get(
    "/enrollments/{enrollment_id}/homework",
    operation_id="homework.of_enrollment",
    summary="Show the homework of a place in a course",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, EnrollmentNotFound),
)
async def get_enrollment_homework(
    enrollment_id: Annotated[EnrollmentIdField, Path(description="The enrollment.")], caller: CurrentUser, db: Db
) -> EnrollmentHomework:
    """For the place's student and teacher, the course's creator, and admins: what is given, what became of it, and how
    much of it completing the course waits for. Changes nothing."""

    def read(session: ReadSession) -> EnrollmentHomework:
        return EnrollmentHomework.of(*service.list_tasks(session, enrollment_id, caller))

    return await db.read(read)
