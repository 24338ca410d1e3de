"""/api/earnings: what the caller has earned, month by month, and every movement of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.core.money import CURRENCY
from app.core.pagination import CursorInvalid
from app.db.session import ReadSession
from app.domains.payments import service as payments
from app.domains.payouts import service
from app.domains.payouts.schemas.earnings import MONTH_PATTERN, Earning, Earnings, EarningsMonth, EarningsMonths
from app.domains.payouts.service.months import MOST_MONTHS
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.openapi import audience
from app.edge.paging import Paging, PagingDep
from app.edge.principal import LOGGED_IN, CurrentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/earnings", tags=["earnings"], route_class=StrictRoute)


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
    page = paging.page(rows, _earning, lambda row: [row[0].transaction_id, row[0].share, row[0].turn], user_id)
    balances = payments.get_balances(session, user_id, CURRENCY)
    return Earnings(
        pending_cents=balances.pending_cents,
        releasable_cents=balances.releasable_cents,
        available_cents=balances.available_cents,
        in_payout_cents=balances.in_payout_cents,
        paid_cents=service.paid_cents(session, user_id, CURRENCY),
        owed_cents=balances.owed_cents,
        currency=balances.currency,
        items=page.items,
        next_cursor=page.next_cursor,
        limit=page.limit,
    )


def _position(paging: Paging, scope: str) -> tuple[str, str, int] | None:
    match paging.position(scope):
        case None:
            return None
        case [str(transaction_id), str(share), int(turn)]:
            return transaction_id, share, turn
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


@router.get(
    "/months",
    operation_id="earnings.months",
    summary="Sum up what the caller earned by month",
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN),
)
async def list_months(
    caller: CurrentUser,
    db: Db,
    count: Annotated[int, Query(ge=1, le=MOST_MONTHS, description="How many months back.")] = 12,
) -> EarningsMonths:
    """For anybody who is logged in: what each month sold, taught, took back and paid out, in the caller's time zone."""
    return await db.read(_months, UserId(caller.user_id), count)


def _months(session: ReadSession, user_id: UserId, count: int) -> EarningsMonths:
    months = service.list_months(session, user_id, count)
    return EarningsMonths(
        timezone=users.get_person(session, user_id).timezone,
        items=[EarningsMonth.of(month, CURRENCY) for month in months],
    )


@router.get(
    "/statement.csv",
    operation_id="earnings.statement",
    summary="Download a month's movements",
    response_class=Response,
    openapi_extra=audience("teacher", "creator"),
    responses=problems(*LOGGED_IN)
    | {200: {"description": "One line for each movement (RFC 4180).", "content": {"text/csv": {}}}},
)
async def get_statement(
    caller: CurrentUser,
    db: Db,
    month: Annotated[str, Query(pattern=MONTH_PATTERN, description="Year and month.", examples=["2026-12"])],
) -> Response:
    """For anybody who is logged in: every movement of their balances in that month of their time zone, for a
    spreadsheet. What could be read as a formula is marked as text."""
    first = date.fromisoformat(f"{month}-01")
    body = await db.read(service.statement_of, UserId(caller.user_id), first)
    headers = {"Content-Disposition": f'attachment; filename="peerloop-{month}.csv"'}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")
