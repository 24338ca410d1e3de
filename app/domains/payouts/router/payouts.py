"""/api/payouts: the caller's money on its way out."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.payouts import service
from app.domains.payouts.deps import RecentVerified, Rules
from app.domains.payouts.errors import (
    PayoutAccountNotEnabled,
    PayoutMoved,
    PayoutNotFound,
    PayoutTooLarge,
    PayoutTooSmall,
)
from app.domains.payouts.schemas.payouts import Payout, PayoutRequest
from app.domains.payouts.types import PayoutId, PayoutIdField, PayoutRules
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, StepUpNeeded
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/payouts", tags=["payouts"], route_class=StrictRoute)

PayoutPath = Annotated[PayoutIdField, Path(description="The payout.")]


@router.post(
    "",
    operation_id="payouts.request",
    summary="Ask for a payout",
    status_code=201,
    response_model=Payout,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(
        *VERIFIED,
        StepUpNeeded,
        PayoutAccountNotEnabled,
        PayoutTooSmall,
        PayoutTooLarge,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
    ),
)
async def request(body: PayoutRequest, caller: RecentVerified, idem: RequiredIdempotency, rules: Rules) -> Response:
    """For verified members with a recent log-in whose payout account is enabled. Sets the money aside at once; what the
    caller owes is kept back first, and no payout is larger than what is approved on one day. It is sent once an
    administrator approves it."""
    user_id = UserId(caller.user_id)
    return await idem.run(user_id, 201, Payout, _request, user_id, body.amount_cents, rules)


def _request(session: WriteSession, user_id: UserId, amount_cents: int | None, rules: PayoutRules) -> Payout:
    return Payout.of(service.request(session, user_id, amount_cents, rules))


@router.get(
    "",
    operation_id="payouts.list",
    summary="List the caller's payouts",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_payouts(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Payout]:
    """For anybody who is logged in: their own payouts, newest first."""
    scope = caller.user_id
    rows = await db.read(service.list_own, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, Payout.of, lambda row: moment_position(row.requested_at, row.id), scope)


@router.get(
    "/{payout_id}",
    operation_id="payouts.get",
    summary="Show a payout",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, PayoutNotFound),
)
async def get_payout(payout_id: PayoutPath, caller: CurrentUser, db: Db) -> Payout:
    """For its owner; nobody else learns that it exists. Changes nothing."""
    return Payout.of(await db.read(service.get_own, UserId(caller.user_id), payout_id))


@router.post(
    "/{payout_id}/cancel",
    operation_id="payouts.cancel",
    summary="Take a payout back",
    response_model=Payout,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, PayoutNotFound, PayoutMoved, IdempotencyKeyReused),
)
async def cancel(payout_id: PayoutPath, caller: CurrentUser, idem: OptionalIdempotency) -> Response:
    """For its owner, until it is sent, or after the payment service refused it. The money may be asked for again."""
    user_id = UserId(caller.user_id)
    return await idem.run(user_id, 200, Payout, _cancel, user_id, payout_id)


def _cancel(session: WriteSession, user_id: UserId, payout_id: PayoutId) -> Payout:
    return Payout.of(service.cancel_own(session, user_id, payout_id))
