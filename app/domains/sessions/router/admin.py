"""/api/admin/sessions: seeing everybody's sessions, booking for people, deciding how one ended, making up for one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.sessions import service
from app.domains.sessions.deps import PlatformDep, SessionPath
from app.domains.sessions.errors import (
    NOT_BOOKABLE,
    NOT_FREE,
    AlreadyCredited,
    EnrollmentNotActive,
    NoSessionsLeft,
    NothingToMakeUp,
    OwnPlace,
    SessionCounted,
    SessionNotFound,
    SessionNotOver,
    SessionSettled,
    TeacherChanged,
)
from app.domains.sessions.policies import Platform
from app.domains.sessions.schemas import BookForBody, CreditBody, ResolveBody, SessionCard, SessionDetail
from app.domains.sessions.service import Resolution
from app.domains.sessions.types import ManagedFilter, SessionId, SessionStatus
from app.domains.users.types import UserId, UserIdField
from app.edge.deps import Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, Principal, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/sessions", tags=["admin"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="admin_sessions.list",
    summary="List everybody's sessions",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_sessions(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    policy: Policy,
    contested: Annotated[bool, Query(description="Only those that wait for a decision.")] = False,
    status: Annotated[SessionStatus | None, Query(description="Only those in this state.")] = None,
    user_id: Annotated[UserIdField | None, Query(description="Only those that this person gives or attends.")] = None,
) -> Page[SessionCard]:
    """For admins: the latest start first. Changes nothing."""
    wanted = ManagedFilter(status, user_id, contested)
    scope = str(wanted)
    cards = await db.read(service.list_managed, wanted, before=paging.moment(scope), limit=paging.fetch, policy=policy)
    return paging.page(cards, SessionCard.model_validate, lambda card: moment_position(card.starts_at, card.id), scope)


@router.post(
    "",
    operation_id="admin_sessions.book",
    summary="Book a session for a student",
    status_code=201,
    response_model=SessionDetail,
    openapi_extra=audience("admin"),
    responses=problems(
        *ADMIN,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        OwnPlace,
        *NOT_BOOKABLE,
        *NOT_FREE,
    ),
)
async def book_for(
    body: BookForBody, caller: AdminUser, idem: RequiredIdempotency, policy: Policy, platform: PlatformDep
) -> Response:
    """For admins, by the rules of the student's own booking. Both people are mailed an invitation; the audit log keeps
    it."""
    return await idem.run(caller.user_id, 201, SessionDetail, _book_for, body, caller, policy, platform)


def _book_for(
    session: WriteSession, body: BookForBody, caller: Principal, policy: BookingPolicy, platform: Platform
) -> SessionDetail:
    admin_id = UserId(caller.user_id)
    place, start, with_whom = body.enrollment_id, body.starts_at, body.teacher_id
    session_id = service.book_for(session, admin_id, place, start, body.reason, policy, teacher_id=with_whom)
    return service.get_session(session, session_id, caller, policy=policy, platform=platform)


@router.post(
    "/{session_id}/resolve",
    operation_id="admin_sessions.resolve",
    summary="Decide how a session ended",
    response_model=SessionDetail,
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN,
        IdempotencyKeyReused,
        OwnPlace,
        SessionNotFound,
        SessionNotOver,
        SessionSettled,
        SessionCounted,
        TeacherChanged,
        EnrollmentNotFound,
        NoSessionsLeft,
    ),
)
async def resolve(
    session_id: SessionPath,
    body: ResolveBody,
    caller: RecentAdmin,
    idem: OptionalIdempotency,
    policy: Policy,
    platform: PlatformDep,
) -> Response:
    """For admins with a recent log-in, once the session is over: contested or not. Completed, and missed by the
    student, counts it and moves its money at once; anything else gives it back to its place. Both people are mailed the
    note; the audit log keeps it. What was counted before cannot be given back here. Nobody decides about a place that
    they hold, teach or earn from."""
    found = Resolution(body.outcome, body.no_show_user_id, body.note)
    return await idem.run(caller.user_id, 200, SessionDetail, _resolve, session_id, caller, found, policy, platform)


def _resolve(
    session: WriteSession,
    session_id: SessionId,
    caller: Principal,
    found: Resolution,
    policy: BookingPolicy,
    platform: Platform,
) -> SessionDetail:
    service.resolve(session, UserId(caller.user_id), session_id, found)
    return service.get_session(session, session_id, caller, policy=policy, platform=platform)


@router.post(
    "/{session_id}/credit",
    operation_id="admin_sessions.credit",
    summary="Make up for a session",
    status_code=201,
    response_model=SessionDetail,
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN,
        IdempotencyKeyReused,
        OwnPlace,
        SessionNotFound,
        NothingToMakeUp,
        EnrollmentNotActive,
        AlreadyCredited,
    ),
)
async def make_up(
    session_id: SessionPath,
    body: CreditBody,
    caller: RecentAdmin,
    idem: OptionalIdempotency,
    policy: Policy,
    platform: PlatformDep,
) -> Response:
    """For admins with a recent log-in, once for a session that was used up. The student may book one more session of
    this place, also when it is finished, and is mailed so; no more money moves for it. Nobody adds to a place that they
    hold, teach or earn from. The audit log keeps it."""
    return await idem.run(
        caller.user_id, 201, SessionDetail, _make_up, session_id, caller, body.reason, policy, platform
    )


def _make_up(
    session: WriteSession,
    session_id: SessionId,
    caller: Principal,
    reason: str,
    policy: BookingPolicy,
    platform: Platform,
) -> SessionDetail:
    service.make_up(session, UserId(caller.user_id), session_id, reason)
    return service.get_session(session, session_id, caller, policy=policy, platform=platform)
