"""/api/session-invites: a teacher asks a student to begin now."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements import service
from app.domains.arrangements.errors import InviteNotFound, InviteNotOpen, InviteOpen, TooManyInvites
from app.domains.arrangements.router.answers import PLANNING, REDEEMING
from app.domains.arrangements.schemas.inviting import InviteBody, SessionInvite
from app.domains.arrangements.service import InviteCommand
from app.domains.arrangements.types import InviteId, InviteIdField
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions.errors import SlotNotOffered, SlotTaken, StartsAnyway, StudentNotFree
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.limits import HOLD, limited
from app.edge.openapi import audience
from app.edge.paging import PagingDep, itself, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/session-invites", tags=["sessions"], route_class=StrictRoute)

InvitePath = Annotated[InviteIdField, Path(description="The invite.")]


@router.post(
    "",
    operation_id="session_invites.send",
    summary="Ask a student to begin a session now",
    status_code=201,
    response_model=SessionInvite,
    openapi_extra=audience("teacher") | limited(HOLD),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        *PLANNING,
        StartsAnyway,
        InviteOpen,
        TooManyInvites,
        SlotNotOffered,
        SlotTaken,
        StudentNotFree,
    ),
)
async def send_invite(body: InviteBody, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy) -> Response:
    """For the teacher of an active place. Keeps the time of both for half an hour, hours and notice notwithstanding,
    and for less if either has something else soon. The student is mailed. One invite at a time is open between two
    people."""
    command = InviteCommand(UserId(caller.user_id), body.enrollment_id, body.session_id)
    return await idem.run(caller.user_id, 201, SessionInvite, _send, command, policy)


def _send(session: WriteSession, command: InviteCommand, policy: BookingPolicy) -> SessionInvite:
    [shown] = service.show_invites(session, [service.invite(session, command, policy)])
    return shown


@router.get(
    "",
    operation_id="session_invites.list",
    summary="List the invites the caller sent and received",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_invites(
    caller: CurrentUser,
    paging: PagingDep,
    db: Db,
    role: Annotated[
        Literal["student", "teacher"] | None, Query(description="Only those the caller received, or sent.")
    ] = None,
) -> Page[SessionInvite]:
    """For anybody who is logged in: what they were asked and asked themselves, the latest first. Changes nothing."""
    scope = f"{caller.user_id}:{role}"
    shown = await db.read(_list, UserId(caller.user_id), role, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(shown, itself, lambda invite: moment_position(invite.created_at, invite.id), scope)


def _list(
    session: ReadSession,
    user_id: UserId,
    role: Literal["student", "teacher"] | None,
    *,
    before: Moment | None,
    limit: int,
) -> list[SessionInvite]:
    found = service.list_invites(session, user_id, role, before=before, limit=limit)
    return service.show_invites(session, found)


@router.get(
    "/{invite_id}",
    operation_id="session_invites.get",
    summary="Show an invite",
    openapi_extra=audience("student", "teacher"),
    responses=problems(*LOGGED_IN, InviteNotFound),
)
async def get_invite(invite_id: InvitePath, caller: CurrentUser, db: Db) -> SessionInvite:
    """For the two it is between; nobody else learns that it exists. Changes nothing."""
    return await db.read(_show, invite_id, UserId(caller.user_id))


def _show(session: ReadSession, invite_id: InviteId, user_id: UserId) -> SessionInvite:
    [shown] = service.show_invites(session, [service.get_invite(session, invite_id, user_id)])
    return shown


@router.post(
    "/{invite_id}/accept",
    operation_id="session_invites.accept",
    summary="Come to a session now",
    response_model=SessionInvite,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        InviteNotFound,
        InviteNotOpen,
        *REDEEMING,
    ),
)
async def accept_invite(
    invite_id: InvitePath, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy
) -> Response:
    """For the student who was asked, until the invite expires. Makes a session of the place that begins at `starts_at`,
    or at the next five minutes if that has passed; or moves the planned one to then. Both people are mailed an
    invitation, as for any session."""
    return await idem.run(caller.user_id, 200, SessionInvite, _accept, invite_id, UserId(caller.user_id), policy)


def _accept(session: WriteSession, invite_id: InviteId, student_id: UserId, policy: BookingPolicy) -> SessionInvite:
    service.accept_invite(session, invite_id, student_id, policy)
    return _show(session, invite_id, student_id)


@router.post(
    "/{invite_id}/decline",
    operation_id="session_invites.decline",
    summary="Do not come to a session now",
    response_model=SessionInvite,
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, IdempotencyKeyReused, InviteNotFound, InviteNotOpen),
)
async def decline_invite(invite_id: InvitePath, caller: CurrentUser, idem: OptionalIdempotency) -> Response:
    """For the student who was asked, until the invite expires. The time is free at once; the teacher is mailed."""
    return await idem.run(caller.user_id, 200, SessionInvite, _decline, invite_id, UserId(caller.user_id))


def _decline(session: WriteSession, invite_id: InviteId, student_id: UserId) -> SessionInvite:
    service.decline_invite(session, invite_id, student_id)
    return _show(session, invite_id, student_id)


@router.delete(
    "/{invite_id}",
    operation_id="session_invites.withdraw",
    summary="Take an invite back",
    status_code=204,
    openapi_extra=audience("teacher"),
    responses=problems(*LOGGED_IN, InviteNotFound, InviteNotOpen),
)
async def withdraw_invite(invite_id: InvitePath, caller: CurrentUser, db: Db) -> None:
    """For the teacher who sent it, while it is open. The time is free at once. Sends nothing."""
    await db.write(service.withdraw_invite, invite_id, UserId(caller.user_id))
