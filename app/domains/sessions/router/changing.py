"""/api/sessions/bundle and /api/sessions/{id}/…: what its people do with a session."""

from fastapi import APIRouter, Response

from app.db.session import WriteSession
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.errors import EnrollmentNotFound, TeacherNotAvailable
from app.domains.sessions import service
from app.domains.sessions.deps import PlatformDep, SessionPath
from app.domains.sessions.errors import (
    NOT_BOOKABLE,
    NOT_FREE,
    AlreadyContested,
    AttendanceDisagrees,
    BundleRefused,
    EnrollmentNotActive,
    MayNotComplete,
    NoSessionsLeft,
    NotContestable,
    PlaceEnded,
    ReasonNeeded,
    SameTime,
    SessionNotFound,
    SessionNotOver,
    SessionNotPlanned,
    SessionSettled,
    StudentNotFree,
    TeacherChanged,
    TooManyReschedules,
)
from app.domains.sessions.policies import Platform
from app.domains.sessions.schemas import (
    Bundle,
    BundleBody,
    CancelBody,
    ContestBody,
    RescheduleBody,
    SessionDetail,
    SessionOutcome,
)
from app.domains.sessions.service import CancelCommand, MoveCommand
from app.domains.sessions.types import SessionId
from app.domains.users.types import UserId
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, Principal, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)


@router.post(
    "/bundle",
    operation_id="sessions.book_bundle",
    summary="Book several sessions at once",
    status_code=201,
    response_model=Bundle,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        *NOT_BOOKABLE,
        BundleRefused,
    ),
)
async def book_bundle(
    body: BundleBody, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy, platform: PlatformDep
) -> Response:
    """For the student of an active enrollment: all of these sessions or none. A 409 says of each start that cannot be
    had why, with `alternatives`. Both people are mailed an invitation to each session. A place without a teacher is
    given the one who is named."""
    return await idem.run(caller.user_id, 201, Bundle, _book_bundle, body, caller, policy, platform)


def _book_bundle(
    session: WriteSession, body: BundleBody, caller: Principal, policy: BookingPolicy, platform: Platform
) -> Bundle:
    student_id, starts = UserId(caller.user_id), body.starts_at
    ids = service.book_bundle(session, student_id, body.enrollment_id, starts, policy, teacher_id=body.teacher_id)
    return service.get_sessions(session, ids, caller, policy=policy, platform=platform)


@router.post(
    "/{session_id}/reschedule",
    operation_id="sessions.reschedule",
    summary="Move a session to another time",
    response_model=SessionDetail,
    openapi_extra=audience("student", "teacher", "admin"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        SessionNotFound,
        SessionNotPlanned,
        TooManyReschedules,
        ReasonNeeded,
        SameTime,
        EnrollmentNotFound,
        EnrollmentNotActive,
        TeacherNotAvailable,
        *NOT_FREE,
        StudentNotFree,
    ),
)
async def reschedule_session(
    session_id: SessionPath,
    body: RescheduleBody,
    caller: VerifiedUser,
    idem: RequiredIdempotency,
    policy: Policy,
    platform: PlatformDep,
) -> Response:
    """For the session's two people until its start, twice at most, and for admins, who are not counted. The new start
    must be one that the teacher offers, with the usual notice, and suit the student; the session's own old time is
    never in the way. It stays the same session: both people are mailed, and their calendars follow."""
    command = MoveCommand(caller, session_id, body.starts_at, body.reason)
    return await idem.run(caller.user_id, 200, SessionDetail, _reschedule, command, policy, platform)


def _reschedule(
    session: WriteSession, command: MoveCommand, policy: BookingPolicy, platform: Platform
) -> SessionDetail:
    service.reschedule(session, command, policy)
    return service.get_session(session, command.session_id, command.caller, policy=policy, platform=platform)


@router.post(
    "/{session_id}/cancel",
    operation_id="sessions.cancel",
    summary="Cancel a session",
    response_model=SessionDetail,
    openapi_extra=audience("student", "teacher", "admin"),
    responses=problems(*LOGGED_IN, IdempotencyKeyReused, SessionNotFound, SessionNotPlanned, ReasonNeeded),
)
async def cancel_session(
    session_id: SessionPath,
    body: CancelBody,
    caller: CurrentUser,
    idem: OptionalIdempotency,
    policy: Policy,
    platform: PlatformDep,
) -> Response:
    """For the session's two people until its start, always; for other admins until it has an outcome. The time is free
    at once, and the place has the session back. Both people are mailed; a room that is open is closed. What a student
    books in place of a session that they cancelled counts as moved once more."""
    command = CancelCommand(caller, session_id, body.reason)
    return await idem.run(caller.user_id, 200, SessionDetail, _cancel, command, policy, platform)


def _cancel(session: WriteSession, command: CancelCommand, policy: BookingPolicy, platform: Platform) -> SessionDetail:
    service.cancel(session, command, policy)
    return service.get_session(session, command.session_id, command.caller, policy=policy, platform=platform)


@router.post(
    "/{session_id}/complete",
    operation_id="sessions.complete",
    summary="Say that a session was held",
    response_model=SessionOutcome,
    openapi_extra=audience("teacher", "creator", "admin"),
    responses=problems(
        *LOGGED_IN,
        IdempotencyKeyReused,
        SessionNotFound,
        MayNotComplete,
        SessionNotOver,
        PlaceEnded,
        SessionSettled,
        AttendanceDisagrees,
        TeacherChanged,
        EnrollmentNotFound,
        NoSessionsLeft,
    ),
)
async def complete_session(session_id: SessionPath, caller: CurrentUser, idem: OptionalIdempotency) -> Response:
    """For the teacher, the course's creator and admins, after the session's end; never for the student. Sessions
    complete by themselves when both came: this is for those where attendance is not known. The answer says what is.
    Unless it proves the session, the student is mailed and may contest it for 72 hours; it is counted, and its money
    moves, then. What an admin has decided stays."""
    return await idem.run(caller.user_id, 200, SessionOutcome, _complete, session_id, caller)


def _complete(session: WriteSession, session_id: SessionId, caller: Principal) -> SessionOutcome:
    service.complete_by_hand(session, session_id, caller)
    return service.get_outcome(session, session_id)


@router.post(
    "/{session_id}/contest",
    operation_id="sessions.contest",
    summary="Contest how a session was settled",
    response_model=SessionDetail,
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, IdempotencyKeyReused, SessionNotFound, PlaceEnded, AlreadyContested, NotContestable),
)
async def contest_session(
    session_id: SessionPath,
    body: ContestBody,
    caller: CurrentUser,
    idem: OptionalIdempotency,
    policy: Policy,
    platform: PlatformDep,
) -> Response:
    """For the session's two people, within 72 hours of its being called missed or completed by hand. Its money does not
    move until an admin has decided; the other one and all admins are mailed."""
    return await idem.run(
        caller.user_id, 200, SessionDetail, _contest, session_id, caller, body.statement, policy, platform
    )


def _contest(
    session: WriteSession,
    session_id: SessionId,
    caller: Principal,
    statement: str,
    policy: BookingPolicy,
    platform: Platform,
) -> SessionDetail:
    service.contest(session, session_id, UserId(caller.user_id), statement)
    return service.get_session(session, session_id, caller, policy=policy, platform=platform)
