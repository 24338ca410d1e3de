"""/api/admin/refunds: deciding about refunds."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.db.session import ReadSession, WriteSession
from app.domains.refunds import service
from app.domains.refunds.errors import OwnRefund, QuoteStale, RefundNotFailed, RefundNotFound, RefundNotPending
from app.domains.refunds.router.places import QUOTING
from app.domains.refunds.schemas import ApprovalBody, ManagedRefund, RejectionBody
from app.domains.refunds.types import RefundId, RefundIdField, RefundStatus
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyMissing, IdempotencyKeyReused, RequiredIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/refunds", tags=["admin"], route_class=StrictRoute)

RefundPath = Annotated[RefundIdField, Path(description="The refund.")]
_DECIDING = (*RECENT_ADMIN, IdempotencyKeyMissing, IdempotencyKeyReused, RefundNotFound)


@router.get(
    "",
    operation_id="admin_refunds.list",
    summary="List refunds",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_refunds(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[RefundStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[ManagedRefund]:
    """For admins: everybody's refunds, newest first; `status=requested` are those to be decided, `status=failed` those
    to be looked into."""
    scope = status or ""
    rows = await db.read(service.list_refunds, status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, ManagedRefund.of, lambda row: moment_position(row.created_at, row.id), scope)


@router.get(
    "/{refund_id}",
    operation_id="admin_refunds.get",
    summary="Show a refund",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, RefundNotFound),
)
async def get_refund(refund_id: RefundPath, _caller: AdminUser, db: Db) -> ManagedRefund:
    """For admins: how it stands, and who gave how much."""

    def read(session: ReadSession) -> ManagedRefund:
        return ManagedRefund.of(service.get(session, refund_id))

    return await db.read(read)


@router.post(
    "/{refund_id}/approve",
    operation_id="admin_refunds.approve",
    summary="Grant a refund",
    response_model=ManagedRefund,
    openapi_extra=audience("admin"),
    responses=problems(*_DECIDING, RefundNotPending, OwnRefund, QuoteStale, *QUOTING),
)
async def approve(
    refund_id: RefundPath, body: ApprovalBody, caller: RecentAdmin, idem: RequiredIdempotency
) -> Response:
    """For admins with a recent log-in, and neither get nor lose by it. Carries the present quote
    out: shares are taken back, the place ends if the quote says so, the money is sent, the student is mailed."""
    return await idem.run(caller.user_id, 200, ManagedRefund, _approve, UserId(caller.user_id), refund_id, body)


def _approve(session: WriteSession, admin_id: UserId, refund_id: RefundId, body: ApprovalBody) -> ManagedRefund:
    found = service.approve(session, admin_id, refund_id, quote_id=body.quote_id, amount_cents=body.amount_cents)
    return ManagedRefund.of(found)


@router.post(
    "/{refund_id}/reject",
    operation_id="admin_refunds.reject",
    summary="Turn a refund down",
    response_model=ManagedRefund,
    openapi_extra=audience("admin"),
    responses=problems(*_DECIDING, RefundNotPending, OwnRefund),
)
async def reject(
    refund_id: RefundPath, body: RejectionBody, caller: RecentAdmin, idem: RequiredIdempotency
) -> Response:
    """For admins with a recent log-in, and neither get nor lose by it. No money moves; the student is mailed the
    reason."""
    return await idem.run(caller.user_id, 200, ManagedRefund, _reject, UserId(caller.user_id), refund_id, body.reason)


def _reject(session: WriteSession, admin_id: UserId, refund_id: RefundId, reason: str) -> ManagedRefund:
    return ManagedRefund.of(service.reject(session, admin_id, refund_id, reason))


@router.post(
    "/{refund_id}/retry",
    operation_id="admin_refunds.retry",
    summary="Send a failed refund again",
    response_model=ManagedRefund,
    openapi_extra=audience("admin"),
    responses=problems(*_DECIDING, RefundNotFailed),
)
async def retry(refund_id: RefundPath, caller: RecentAdmin, idem: RequiredIdempotency) -> Response:
    """For admins with a recent log-in: the payment service had refused it, or the buyer's bank
    did. It is sent under a new reference."""
    return await idem.run(caller.user_id, 200, ManagedRefund, _retry, UserId(caller.user_id), refund_id)


def _retry(session: WriteSession, admin_id: UserId, refund_id: RefundId) -> ManagedRefund:
    return ManagedRefund.of(service.retry(session, admin_id, refund_id))
