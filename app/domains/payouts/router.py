"""/api/earnings: what the caller has earned."""

from fastapi import APIRouter

from app.core.money import CURRENCY
from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.payments import service as payments
from app.domains.payouts.schemas import Earning, Earnings
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import Paging, PagingDep
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/earnings", tags=["earnings"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="earnings.get",
    summary="Show what the caller has earned",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN, CursorInvalid),
)
async def get_earnings(caller: CurrentUser, paging: PagingDep, db: Db) -> Earnings:
    """For anybody who is logged in: their balances from the ledger, and the sales behind them."""
    return await db.read(_read, UserId(caller.user_id), paging)


def _read(session: ReadSession, user_id: UserId, paging: Paging) -> Earnings:
    rows = payments.list_splits(session, user_id, before=_position(paging, user_id), limit=paging.fetch)
    page = paging.page(rows, _earning, lambda row: [row[0].transaction_id, row[0].share], user_id)
    balances = payments.get_balances(session, user_id, CURRENCY)
    return Earnings(
        pending_cents=balances.pending_cents,
        releasable_cents=balances.releasable_cents,
        currency=balances.currency,
        items=page.items,
        next_cursor=page.next_cursor,
        limit=page.limit,
    )


def _position(paging: Paging, scope: str) -> tuple[str, str] | None:
    match paging.position(scope):
        case None:
            return None
        case [str(transaction_id), str(share)]:
            return transaction_id, share
        case _:
            raise CursorInvalid


def _earning(row: payments.SplitOfSale) -> Earning:
    split, sale = row
    return Earning(
        transaction_id=sale.id,
        title=sale.title,
        share=split.share,
        percent=split.percent,
        sale_cents=sale.amount_cents,
        amount_cents=split.amount_cents,
        released_cents=split.released_cents,
        currency=sale.currency,
        sold_at=sale.created_at,
    )
