"""/api/admin/payouts: deciding about payouts."""

from collections.abc import Callable
from typing import Annotated, Concatenate, ParamSpec

from fastapi import APIRouter, Query, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.payouts import service
from app.domains.payouts.deps import Rules
from app.domains.payouts.errors import (
    DailyCapReached,
    OwnPayout,
    PayeeOwes,
    PayoutAccountNotEnabled,
    PayoutMoved,
    PayoutNotFound,
    PayoutsFrozen,
    ReviewNoteMissing,
)
from app.domains.payouts.router.payouts import PayoutPath
from app.domains.payouts.schemas.payouts import (
    BatchBody,
    BatchResults,
    DecisionBody,
    HoldBody,
    ManagedPayout,
    NoteBody,
)
from app.domains.payouts.types import PayoutFacts, PayoutRules, PayoutStatus
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

P = ParamSpec("P")
router = APIRouter(prefix="/api/admin/payouts", tags=["admin"], route_class=StrictRoute)

_DECISION = (*RECENT_ADMIN, PayoutNotFound, OwnPayout, PayoutMoved, IdempotencyKeyReused)
_SENDING = (*_DECISION, PayoutsFrozen, PayeeOwes, PayoutAccountNotEnabled)


@router.get(
    "",
    operation_id="admin_payouts.list",
    summary="List payouts",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_payouts(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[PayoutStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[ManagedPayout]:
    """For admins: everybody's payouts, newest first. Those that wait for a decision are `requested`."""
    scope = status or ""
    rows = await db.read(service.list_payouts, status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, ManagedPayout.of, lambda row: moment_position(row.requested_at, row.id), scope)


@router.post(
    "/approve-batch",
    operation_id="admin_payouts.approve_batch",
    summary="Approve many payouts",
    response_model=BatchResults,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, IdempotencyKeyReused),
)
async def approve_batch(body: BatchBody, caller: RecentAdmin, idem: OptionalIdempotency, rules: Rules) -> Response:
    """For admins with a recent log-in. Approves each that can be; one that cannot is named with the code of its problem
    and stops none of the others."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, BatchResults, _approve_batch, actor_id, body, rules)


def _approve_batch(session: WriteSession, actor_id: UserId, body: BatchBody, rules: PayoutRules) -> BatchResults:
    return BatchResults.of(service.approve_batch(session, actor_id, body.payout_ids, body.note, rules))


@router.get(
    "/{payout_id:unreserved}",
    operation_id="admin_payouts.get",
    summary="Show anybody's payout",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, PayoutNotFound),
)
async def get_payout(payout_id: PayoutPath, _caller: AdminUser, db: Db) -> ManagedPayout:
    """For admins. Changes nothing."""
    return ManagedPayout.of(await db.read(service.get_payout, payout_id))


@router.post(
    "/{payout_id}/approve",
    operation_id="admin_payouts.approve",
    summary="Approve a payout",
    response_model=ManagedPayout,
    openapi_extra=audience("admin"),
    responses=problems(*_SENDING, ReviewNoteMissing, DailyCapReached),
)
async def approve(
    payout_id: PayoutPath, body: NoteBody, caller: RecentAdmin, idem: OptionalIdempotency, rules: Rules
) -> Response:
    """For admins with a recent log-in, but nobody for themselves. The money is sent at once; what has a `review_reason`
    needs a note. The payee is mailed when it has arrived."""
    actor_id = UserId(caller.user_id)
    return await _run(idem, actor_id, service.approve, actor_id, payout_id, body.note, rules)


@router.post(
    "/{payout_id}/reject",
    operation_id="admin_payouts.reject",
    summary="Turn a payout down",
    response_model=ManagedPayout,
    openapi_extra=audience("admin"),
    responses=problems(*_DECISION),
)
async def reject(payout_id: PayoutPath, body: DecisionBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves. The payee sees the reason and may ask again."""
    actor_id = UserId(caller.user_id)
    return await _run(idem, actor_id, service.reject, actor_id, payout_id, body.reason)


@router.post(
    "/{payout_id}/hold",
    operation_id="admin_payouts.hold",
    summary="Have a payout looked at twice",
    response_model=ManagedPayout,
    openapi_extra=audience("admin"),
    responses=problems(*_DECISION),
)
async def hold(payout_id: PayoutPath, body: HoldBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves. It stays requested; whoever approves it must say what
    they saw."""
    actor_id = UserId(caller.user_id)
    return await _run(idem, actor_id, service.hold, actor_id, payout_id, body.note)


@router.post(
    "/{payout_id}/cancel",
    operation_id="admin_payouts.cancel",
    summary="Stop a payout",
    response_model=ManagedPayout,
    openapi_extra=audience("admin"),
    responses=problems(*_DECISION),
)
async def cancel(payout_id: PayoutPath, body: DecisionBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves: until it is sent, approved or not, or after the
    payment service refused it. The payee sees the reason and may ask again."""
    actor_id = UserId(caller.user_id)
    return await _run(idem, actor_id, service.cancel_by_admin, actor_id, payout_id, body.reason)


@router.post(
    "/{payout_id}/retry",
    operation_id="admin_payouts.retry",
    summary="Send a refused payout again",
    response_model=ManagedPayout,
    openapi_extra=audience("admin"),
    responses=problems(*_SENDING),
)
async def retry(payout_id: PayoutPath, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in, but nobody for themselves: what the payment service refused, once its reason is
    gone. An `unknown` payout needs none: it is asked about by itself."""
    actor_id = UserId(caller.user_id)
    return await _run(idem, actor_id, service.retry, actor_id, payout_id)


async def _run(
    idem: OptionalIdempotency,
    actor_id: UserId,
    unit: Callable[Concatenate[WriteSession, P], PayoutFacts],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    def run(session: WriteSession) -> ManagedPayout:
        return ManagedPayout.of(unit(session, *args, **kwargs))

    return await idem.run(actor_id, 200, ManagedPayout, run)
