"""/api/transactions: what the caller paid, and the way of every payment's money."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.core.pagination import CursorInvalid
from app.domains.payments import service
from app.domains.payments.errors import PurchaseNotFound
from app.domains.payments.schemas import MoneyExplained, Receipt
from app.domains.payments.types import TransactionIdField
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/transactions", tags=["checkout"], route_class=StrictRoute)

TransactionPath = Annotated[TransactionIdField, Path(description="The transaction.")]


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


@router.get(
    "/{transaction_id}",
    operation_id="transactions.get",
    summary="Show a receipt",
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, PurchaseNotFound),
)
async def get_transaction(transaction_id: TransactionPath, caller: CurrentUser, db: Db) -> Receipt:
    """For the buyer: what was paid, when, and how much of it came back. The transaction's id is the receipt's
    number."""
    found = await db.read(service.get_own_transaction, transaction_id, UserId(caller.user_id))
    return Receipt.model_validate(found)


@router.get(
    "/{transaction_id}/explain",
    operation_id="transactions.explain",
    summary="Explain where a payment's money went",
    openapi_extra=audience("student", "teacher", "creator", "admin"),
    responses=problems(*LOGGED_IN, PurchaseNotFound),
)
async def explain(transaction_id: TransactionPath, caller: CurrentUser, db: Db) -> MoneyExplained:
    """For the buyer what was paid, how it was shared, and what came back; for who has a share of it, the lines of that
    share; for admins every line of the books. Each says by which rule it was made."""
    found = await db.read(service.explain, transaction_id, UserId(caller.user_id), is_admin=caller.is_admin)
    return MoneyExplained.model_validate(found)
