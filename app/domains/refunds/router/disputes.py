"""/api/admin/disputes: payments that buyers' banks question or took back."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.core.pagination import CursorInvalid
from app.domains.refunds import service
from app.domains.refunds.errors import DisputeNotFound
from app.domains.refunds.schemas import DisputeRow
from app.domains.refunds.types import DisputeIdField, DisputeStatus
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, AdminUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/disputes", tags=["admin"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="admin_disputes.list",
    summary="List disputes",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_disputes(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[DisputeStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[DisputeRow]:
    """For admins: all disputes, newest first; `status=needs_response` are those to be answered."""
    scope = status or ""
    rows = await db.read(service.list_disputes, status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, DisputeRow.model_validate, lambda row: moment_position(row.created_at, row.id), scope)


@router.get(
    "/{dispute_id}",
    operation_id="admin_disputes.get",
    summary="Show a dispute",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, DisputeNotFound),
)
async def get_dispute(
    dispute_id: Annotated[DisputeIdField, Path(description="The dispute.")], _caller: AdminUser, db: Db
) -> DisputeRow:
    """For admins: what the bank took and why, and until when it takes evidence."""
    return DisputeRow.model_validate(await db.read(service.get_dispute, dispute_id))
