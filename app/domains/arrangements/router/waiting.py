"""/api/session-waitlist: who wants an earlier time is offered what becomes free."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.errors import InvalidRequest
from app.core.pagination import CursorInvalid
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements import service
from app.domains.arrangements.errors import AlreadyWaiting, NothingOffered, NotWaiting, TimesAreFree, WaitNotFound
from app.domains.arrangements.router.answers import PLANNING, REDEEMING
from app.domains.arrangements.schemas.waiting import SessionWait, WaitBody
from app.domains.arrangements.service import WaitCommand
from app.domains.arrangements.types import WaitId, WaitIdField
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.errors import TeacherNotChosen
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.paging import PagingDep, itself, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/session-waitlist", tags=["sessions"], route_class=StrictRoute)

WaitPath = Annotated[WaitIdField, Path(description="The entry of the waitlist.")]


@router.post(
    "",
    operation_id="session_waitlist.join",
    summary="Wait for an earlier time",
    status_code=201,
    response_model=SessionWait,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyReused,
        InvalidRequest,
        *PLANNING,
        TeacherNotChosen,
        TimesAreFree,
        AlreadyWaiting,
    ),
)
async def join_waitlist(body: WaitBody, caller: VerifiedUser, idem: OptionalIdempotency, policy: Policy) -> Response:
    """For the student of an active place, who has a session left to book or one that is to be earlier. When a time of
    its teacher becomes free in the range, it is kept for half an hour for whoever has waited the longest, who is
    mailed; then the next is asked. Refused while something is free."""
    command = WaitCommand(UserId(caller.user_id), body.enrollment_id, body.session_id, body.earliest_at, body.latest_at)
    return await idem.run(caller.user_id, 201, SessionWait, _join, command, policy)


def _join(session: WriteSession, command: WaitCommand, policy: BookingPolicy) -> SessionWait:
    [shown] = service.show_waits(session, [service.join_waitlist(session, command, policy)])
    return shown


@router.get(
    "",
    operation_id="session_waitlist.list",
    summary="List what the caller waits for",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_waits(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[SessionWait]:
    """For anybody who is logged in: their own entries, over or not, the latest first. Changes nothing."""
    scope = caller.user_id
    shown = await db.read(_list, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(shown, itself, lambda entry: moment_position(entry.created_at, entry.id), scope)


def _list(session: ReadSession, student_id: UserId, *, before: Moment | None, limit: int) -> list[SessionWait]:
    return service.show_waits(session, service.list_waits(session, student_id, before=before, limit=limit))


@router.get(
    "/{wait_id}",
    operation_id="session_waitlist.get",
    summary="Show what the caller waits for",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, WaitNotFound),
)
async def get_wait(wait_id: WaitPath, caller: CurrentUser, db: Db) -> SessionWait:
    """For whoever waits, with what is offered now; nobody else learns that it exists. Changes nothing."""
    return await db.read(_show, wait_id, UserId(caller.user_id))


def _show(session: ReadSession, wait_id: WaitId, student_id: UserId) -> SessionWait:
    [shown] = service.show_waits(session, [service.get_wait(session, wait_id, student_id)])
    return shown


@router.post(
    "/{wait_id}/accept",
    operation_id="session_waitlist.accept",
    summary="Take the time that is offered",
    response_model=SessionWait,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        WaitNotFound,
        NotWaiting,
        NothingOffered,
        *REDEEMING,
    ),
)
async def accept_offer(wait_id: WaitPath, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy) -> Response:
    """For whoever the time is kept for, until the offer expires. Books it, or moves the session to it, which counts
    as none of the times it may be moved; the entry is served. Both people are mailed as for any booking or move."""
    return await idem.run(caller.user_id, 200, SessionWait, _accept, wait_id, UserId(caller.user_id), policy)


def _accept(session: WriteSession, wait_id: WaitId, student_id: UserId, policy: BookingPolicy) -> SessionWait:
    service.accept_offer(session, wait_id, student_id, policy)
    return _show(session, wait_id, student_id)


@router.post(
    "/{wait_id}/decline",
    operation_id="session_waitlist.decline",
    summary="Let the time that is offered go",
    response_model=SessionWait,
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, IdempotencyKeyReused, WaitNotFound, NotWaiting, NothingOffered),
)
async def decline_offer(wait_id: WaitPath, caller: CurrentUser, idem: OptionalIdempotency) -> Response:
    """For whoever the time is kept for. The next in the line is asked; the caller waits on, but is not offered this
    time again."""
    return await idem.run(caller.user_id, 200, SessionWait, _decline, wait_id, UserId(caller.user_id))


def _decline(session: WriteSession, wait_id: WaitId, student_id: UserId) -> SessionWait:
    [shown] = service.show_waits(session, [service.decline_offer(session, wait_id, student_id)])
    return shown


@router.delete(
    "/{wait_id}",
    operation_id="session_waitlist.leave",
    summary="Wait no more",
    status_code=204,
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, WaitNotFound),
)
async def leave_waitlist(wait_id: WaitPath, caller: CurrentUser, db: Db) -> None:
    """For whoever waits. What is offered to them goes to the next; what is over stays so. Sends nothing to the
    caller."""
    await db.write(service.leave_waitlist, wait_id, UserId(caller.user_id))
