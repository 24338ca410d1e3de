"""/api/teachers/…/availability, /api/courses/…/availability, /api/sessions: free slots, booking, the caller's
sessions."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.courses.deps import MOVED, IdOrSlug, moved
from app.domains.courses.errors import CourseNotFound
from app.domains.courses.types import Renamed
from app.domains.sessions import service
from app.domains.sessions.deps import (
    PlatformDep,
    SessionFilterDep,
    SessionPath,
    SlotQuestionDep,
    SlotWindow,
    ViewerZone,
)
from app.domains.sessions.errors import (
    NOT_BOOKABLE,
    NOT_FREE,
    SessionNotFound,
    TeacherNotFound,
)
from app.domains.sessions.policies import Platform
from app.domains.sessions.schemas import BookBody, BusyRanges, CourseSlots, FreeSlots, SessionCard, SessionDetail
from app.domains.sessions.service import BookCommand, UnionQuestion
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused, RequiredIdempotency
from app.edge.openapi import ALSO_WITH_TOKEN, audience
from app.edge.paging import PagingDep, itself, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, AccountSuspended, CurrentUser, OptionalUser, Principal, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

teachers = APIRouter(prefix="/api/teachers", tags=["availability"], route_class=StrictRoute)
courses = APIRouter(prefix="/api/courses", tags=["availability"], route_class=StrictRoute)
router = APIRouter(prefix="/api/sessions", tags=["sessions"], route_class=StrictRoute)


@teachers.get(
    "/{teacher_id}/availability",  # noqa: FAST003 - `SlotQuestionDep` reads it
    operation_id="availability.slots",
    summary="List a teacher's free slots for a course",
    openapi_extra=audience("public", "student") | ALSO_WITH_TOKEN,
    responses=problems(AccountSuspended, TeacherNotFound, SessionNotFound),
    response_model=FreeSlots,
)
async def list_free_slots(question: SlotQuestionDep, db: Db, policy: Policy) -> Response:
    """For anybody. Lists the starts that can be booked now, as instants in UTC with ready-made texts for the teacher's
    and the viewer's clocks, and a mark where a clock is changed before. The instants do not depend on who asks; of a
    teacher who has paused, only students who have a place with them see any, as long as sessions of it can be planned.
    With `exclude_session_id`, for the session's two people, the starts to which it can be moved. Changes nothing and
    holds nothing."""
    found = await db.glance(service.find_free_slots, question, policy)
    return Response(found, media_type="application/json")


@teachers.get(
    "/{teacher_id}/bookings",
    operation_id="availability.bookings",
    summary="List when a teacher has sessions",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, TeacherNotFound),
)
async def list_busy_ranges(
    teacher_id: Annotated[UserIdField, Path(description="The teacher.")],
    caller: CurrentUser,  # noqa: ARG001 - only who is logged in may ask
    window: SlotWindow,
    db: Db,
) -> BusyRanges:
    """For anybody who is logged in: from now on, when the teacher gives or takes sessions, and not with whom, in what,
    or how many. What the teacher does elsewhere is not told. Changes nothing."""
    return await db.read(service.find_busy_ranges, teacher_id, window)


@courses.get(
    "/{id_or_slug}/availability",
    operation_id="courses.slots",
    summary="List when a course can be taken",
    openapi_extra=audience("public", "student") | ALSO_WITH_TOKEN,
    responses=problems(AccountSuspended, CourseNotFound) | MOVED,
    response_model=CourseSlots,
)
async def list_course_slots(
    request: Request,
    id_or_slug: IdOrSlug,
    caller: OptionalUser,
    window: SlotWindow,
    db: Db,
    policy: Policy,
    timezone: ViewerZone = None,
) -> Response:
    """For anybody; of a course that is not on sale for its creator and administrators. Lists each start at which one of
    the course's teachers can be booked now, and who. The instants do not depend on who asks. Looks at no more than 200
    teachers, the longest certified. Changes nothing and holds nothing."""
    question = UnionQuestion(id_or_slug, window, caller, timezone)
    found = await db.glance(service.find_course_slots, question, policy)
    return moved(request, found) if isinstance(found, Renamed) else Response(found, media_type="application/json")


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
        *NOT_BOOKABLE,
        *NOT_FREE,
    ),
)
async def book_session(
    body: BookBody, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy, platform: PlatformDep
) -> Response:
    """For the student of an active enrollment. Takes the time of both people at once; of any number of callers exactly
    one gets a slot, the others a 409 with `alternatives`. Both people are mailed an invitation. The first booking of a
    place without a teacher names one, who teaches it from then on and has a teacher's share of what was paid."""
    command = BookCommand(UserId(caller.user_id), body.enrollment_id, body.starts_at, body.teacher_id)
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
    wanted: SessionFilterDep,
) -> Page[SessionCard]:
    """For anybody who is logged in: the sessions they attend or give, the latest start first. With `upcoming=true`
    those to come, by start."""
    scope = f"{caller.user_id}:{wanted}"
    cards = await db.read(
        service.list_sessions,
        UserId(caller.user_id),
        wanted,
        position=paging.moment(scope),
        limit=paging.fetch,
        policy=policy,
    )
    return paging.page(cards, itself, lambda card: moment_position(card.starts_at, card.id), scope)


@router.get(
    "/{session_id:unreserved}",
    operation_id="sessions.get",
    summary="Show a session",
    openapi_extra=audience("student", "teacher", "admin"),
    responses=problems(*LOGGED_IN, SessionNotFound),
)
async def get_session(
    session_id: SessionPath, caller: CurrentUser, db: Db, policy: Policy, platform: PlatformDep
) -> SessionDetail:
    """For the session's two people and admins; nobody else learns that it exists. Says which part of the course it is,
    how its time was changed, and in `options` what the caller may do with it now. Changes nothing."""
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
