"""/api/transactions: what the caller paid."""

from fastapi import APIRouter

from app.core.pagination import CursorInvalid
from app.domains.payments import service
from app.domains.payments.schemas import Receipt
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/transactions", tags=["checkout"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="transactions.list",
    summary="List what the caller paid",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def list_transactions(caller: CurrentUser, paging: PagingDep, db: Db) -> Page[Receipt]:
    """For anybody who is logged in: their own payments, newest first."""
    scope = caller.user_id
    rows = await db.read(service.list_transactions, UserId(scope), before=paging.moment(scope), limit=paging.fetch)
    return paging.page(rows, Receipt.model_validate, lambda row: moment_position(row.created_at, row.id), scope)
