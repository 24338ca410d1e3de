"""/api/teachers/…/availability and /api/sessions: free slots, booking, and the caller's sessions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses.types import CourseIdField
from app.domains.enrollments.errors import EnrollmentNotFound, TeacherNotAvailable
from app.domains.sessions import service
from app.domains.sessions.deps import PlatformDep, SlotWindow
from app.domains.sessions.errors import (
    EnrollmentNotActive,
    NoSessionsLeft,
    SessionNotFound,
    SlotNotOffered,
    SlotTaken,
    StudentBusy,
    TeacherNotFound,
)
from app.domains.sessions.policies import Platform
from app.domains.sessions.schemas import BookBody, FreeSlots, SessionCard, SessionDetail
from app.domains.sessions.service import BookCommand, SessionFilter, SlotQuestion
from app.domains.sessions.types import SessionIdField, SessionStatus
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused, RequiredIdempotency
from app.edge.openapi import ALSO_WITH_TOKEN, audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, AccountSuspended, CurrentUser, OptionalUser, Principal, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page
from app.edge.timezones import TimezoneField

teachers = APIRouter(prefix="/teachers", tags=["availability"], route_class=StrictRoute)
router = APIRouter(prefix="/sessions", tags=["sessions"], route_class=StrictRoute)

SessionPath = Annotated[SessionIdField, Path(description="The session.")]


@teachers.get(
    "/{teacher_id}/availability",
    operation_id="availability.slots",
    summary="List a teacher's free slots for a course",
    openapi_extra=audience("public", "student") | ALSO_WITH_TOKEN,
    responses=problems(AccountSuspended, TeacherNotFound),
)
async def list_free_slots(
    teacher_id: Annotated[UserIdField, Path(description="The teacher.")],
    course_id: Annotated[CourseIdField, Query(description="The course; it says how long a session lasts.")],
    caller: OptionalUser,
    window: SlotWindow,
    db: Db,
    policy: Policy,
    timezone: Annotated[
        TimezoneField | None, Query(description="IANA zone for `local.viewer`; by default the caller's own.")
    ] = None,
) -> FreeSlots:
    """For anybody. Lists the starts that can be booked now, as instants in UTC with ready-made texts for the teacher's
    and the viewer's clocks. The instants do not depend on who asks; of a teacher who has paused, only students of theirs
    see any. Changes nothing and holds nothing."""
    question = SlotQuestion(
        teacher_id=teacher_id,
        course_id=course_id,
        window=window,
        viewer_id=UserId(caller.user_id) if caller else None,
        zone=timezone,
    )
    return await db.read(service.find_free_slots, question, policy)


@router.post(
    "",
    operation_id="sessions.book",
    summary="Book a session",
    status_code=201,
    response_model=SessionDetail,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        EnrollmentNotFound,
        EnrollmentNotActive,
        TeacherNotAvailable,
        NoSessionsLeft,
        SlotNotOffered,
        SlotTaken,
        StudentBusy,
    ),
)
async def book_session(
    body: BookBody, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy, platform: PlatformDep
) -> Response:
    """For the student of an active enrollment. Takes the time of both people at once; of any number of callers exactly
    one gets a slot, the others a 409 with `alternatives`. Both people are mailed an invitation."""
    command = BookCommand(UserId(caller.user_id), body.enrollment_id, body.starts_at)
    return await idem.run(caller.user_id, 201, SessionDetail, _book, command, caller, policy, platform)


def _book(
    session: WriteSession, command: BookCommand, caller: Principal, policy: BookingPolicy, platform: Platform
) -> SessionDetail:
    session_id = service.book(session, command, policy)
    return service.get_session(session, session_id, caller, policy=policy, platform=platform)


@router.get(
    "",
    operation_id="sessions.list",
    summary="List the caller's sessions",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_sessions(
    caller: CurrentUser,
    paging: PagingDep,
    db: Db,
    policy: Policy,
    role: Annotated[
        Literal["student", "teacher"] | None, Query(description="Only those the caller attends, or gives.")
    ] = None,
    status: Annotated[SessionStatus | None, Query(description="Only those in this state.")] = None,
    upcoming: Annotated[bool, Query(description="Only those not over yet, the next one first.")] = False,
) -> Page[SessionCard]:
    """For anybody who is logged in: the sessions they attend or give, the latest start first. With `upcoming=true`
    those to come, by start."""
    scope = f"{caller.user_id}:{role}:{status}:{upcoming}"
    cards = await db.read(
        service.list_sessions,
        UserId(caller.user_id),
        SessionFilter(role, status, upcoming),
        position=paging.moment(scope),
        limit=paging.fetch,
        policy=policy,
    )
    return paging.page(cards, _itself, lambda card: moment_position(card.starts_at, card.id), scope)


def _itself(card: SessionCard) -> SessionCard:
    return card


@router.get(
    "/{session_id}",
    operation_id="sessions.get",
    summary="Show a session",
    openapi_extra=audience("student", "teacher", "admin"),
    responses=problems(*LOGGED_IN, SessionNotFound),
)
async def get_session(
    session_id: SessionPath, caller: CurrentUser, db: Db, policy: Policy, platform: PlatformDep
) -> SessionDetail:
    """For the session's two people and admins; nobody else learns that it exists. Changes nothing."""
    return await db.read(service.get_session, session_id, caller, policy=policy, platform=platform)


@router.get(
    "/{session_id}/calendar.ics",
    operation_id="sessions.calendar_file",
    summary="Download a session's calendar file",
    response_class=Response,
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, SessionNotFound)
    | {200: {"description": "The session as an iCalendar file (RFC 5545).", "content": {"text/calendar": {}}}},
)
async def get_calendar_file(session_id: SessionPath, caller: CurrentUser, db: Db, platform: PlatformDep) -> Response:
    """For the session's two people. A file for any calendar program, the same bytes until the session changes."""
    body = await db.read(service.calendar_file, session_id, UserId(caller.user_id), platform=platform)
    headers = {"Content-Disposition": 'attachment; filename="session.ics"'}
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")
