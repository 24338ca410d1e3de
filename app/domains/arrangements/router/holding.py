"""/api/session-holds: time that is kept while a student pays."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.pagination import CursorInvalid
from app.db.keyset import Moment
from app.db.session import ReadSession, WriteSession
from app.domains.arrangements import service
from app.domains.arrangements.errors import AlreadyHolding, HeldBefore, HoldNotFound, TooManyHolds
from app.domains.arrangements.policies import HoldWish
from app.domains.arrangements.schemas.holding import HoldBody, SessionHold
from app.domains.arrangements.service import HoldCommand
from app.domains.calendar.deps import Policy
from app.domains.calendar.policies import BookingPolicy
from app.domains.enrollments.errors import NOT_SOLD
from app.domains.holds.types import HoldId, HoldIdField
from app.domains.sessions.errors import NOT_FREE
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db
from app.edge.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused, RequiredIdempotency
from app.edge.limits import HOLD, limited
from app.edge.openapi import audience
from app.edge.paging import PagingDep, itself, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/session-holds", tags=["sessions"], route_class=StrictRoute)

HoldPath = Annotated[HoldIdField, Path(description="The hold.")]


@router.post(
    "",
    operation_id="session_holds.create",
    summary="Keep a time while paying for a course",
    status_code=201,
    response_model=SessionHold,
    openapi_extra=audience("student") | limited(HOLD),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        *NOT_SOLD,
        UserNotFound,
        AlreadyHolding,
        HeldBefore,
        TooManyHolds,
        *NOT_FREE,
    ),
)
async def create_hold(
    body: HoldBody, caller: VerifiedUser, idem: RequiredIdempotency, policy: Policy, settings: AppSettings
) -> Response:
    """For a verified member who may buy the course; who has a place books at once. Takes the time of both people for 15
    minutes, and once as long again from the start of the checkout. When the course is paid meanwhile, or enrolled if it
    is free, the time is a booked session; when it is paid later, it is booked if it is still free. Sends nothing."""
    wish = HoldWish(body.course_id, body.teacher_id, body.starts_at)
    command = HoldCommand(UserId(caller.user_id), wish, settings.session_hold_life)
    return await idem.run(caller.user_id, 201, SessionHold, _create, command, policy)


def _create(session: WriteSession, command: HoldCommand, policy: BookingPolicy) -> SessionHold:
    [shown] = service.show_holds(session, [service.hold_time(session, command, policy)])
    return shown


@router.get(
    "",
    operation_id="session_holds.list",
    summary="List the times the caller keeps or kept",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_holds(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[SessionHold]:
    """For anybody who is logged in: their own holds, over or not, the latest first. Changes nothing."""
    scope = caller.user_id
    shown = await db.read(_list, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(shown, itself, lambda hold: moment_position(hold.created_at, hold.id), scope)


def _list(session: ReadSession, student_id: UserId, *, before: Moment | None, limit: int) -> list[SessionHold]:
    return service.show_holds(session, service.list_holds(session, student_id, before=before, limit=limit))


@router.get(
    "/{hold_id}",
    operation_id="session_holds.get",
    summary="Show a time the caller keeps or kept",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, HoldNotFound),
)
async def get_hold(hold_id: HoldPath, caller: CurrentUser, db: Db) -> SessionHold:
    """For whoever made it; nobody else learns that it exists. Changes nothing."""
    return await db.read(_get, hold_id, UserId(caller.user_id))


def _get(session: ReadSession, hold_id: HoldId, student_id: UserId) -> SessionHold:
    [shown] = service.show_holds(session, [service.get_hold(session, hold_id, student_id)])
    return shown


@router.delete(
    "/{hold_id}",
    operation_id="session_holds.release",
    summary="Give a kept time back",
    status_code=204,
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, HoldNotFound),
)
async def release_hold(hold_id: HoldPath, caller: CurrentUser, db: Db) -> None:
    """For whoever made it. The time is free for everybody at once; a hold that is over stays as it is. Sends nothing to
    anybody but to who waits for an earlier time."""
    await db.write(service.release_hold, hold_id, UserId(caller.user_id))
