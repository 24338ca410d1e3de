"""/api/admin/books and /api/admin/reconciliation: whether the books are right."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.pagination import CursorInvalid
from app.db.session import WriteSession
from app.domains.books import service
from app.domains.books.errors import FindingNotFound, FindingNotPostable, FindingOutdated, FindingResolved
from app.domains.books.schemas import AcceptBody, Books, LiftBody, ReconciliationFinding
from app.domains.books.types import FindingId, FindingIdField, FindingStatus
from app.domains.payouts import service as payouts
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import IdempotencyKeyReused, OptionalIdempotency
from app.edge.openapi import audience
from app.edge.paging import PagingDep, moment_position
from app.edge.principal import ADMIN, RECENT_ADMIN, AdminUser, RecentAdmin
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.edge.schemas import Page

router = APIRouter(prefix="/api/admin/books", tags=["admin"], route_class=StrictRoute)
reconciliation = APIRouter(prefix="/api/admin/reconciliation", tags=["admin"], route_class=StrictRoute)

FindingPath = Annotated[FindingIdField, Path(description="The finding.")]


@router.get(
    "",
    operation_id="books.get",
    summary="Show whether the books add up",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN),
)
async def get_books(_caller: AdminUser, db: Db) -> Books:
    """For admins: recomputes everything that must be true of the ledger. Changes nothing."""
    return Books.of(await db.read(service.show_books))


@router.post(
    "/lift-freeze",
    operation_id="books.lift_freeze",
    summary="Let payouts go on",
    response_model=Books,
    openapi_extra=audience("admin"),
    responses=problems(*RECENT_ADMIN, IdempotencyKeyReused),
)
async def lift_freeze(body: LiftBody, caller: RecentAdmin, idem: OptionalIdempotency) -> Response:
    """For admins with a recent log-in who have found and settled what did not add up; if it still does not, the next
    check freezes payouts again. Payouts that were approved meanwhile are sent."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, Books, _lift, actor_id, body.note)


def _lift(session: WriteSession, actor_id: UserId, note: str) -> Books:
    payouts.lift_freeze(session, actor_id, note)
    return Books.of(service.show_books(session))


@reconciliation.get(
    "",
    operation_id="reconciliation.list",
    summary="List differences from the payment service's books",
    openapi_extra=audience("admin"),
    responses=problems(*ADMIN, CursorInvalid),
)
async def list_findings(
    _caller: AdminUser,
    paging: PagingDep,
    db: Db,
    status: Annotated[FindingStatus | None, Query(description="Only those that stand like this.")] = None,
) -> Page[ReconciliationFinding]:
    """For admins: what the nightly comparison found, newest first, with the entry that would set it right. Nothing is
    entered by itself."""
    scope = status or ""
    rows = await db.read(service.list_findings, status=status, before=paging.moment(scope), limit=paging.fetch)
    return paging.page(
        rows, ReconciliationFinding.model_validate, lambda row: moment_position(row.found_at, row.id), scope
    )


@reconciliation.post(
    "/{finding_id}/accept",
    operation_id="reconciliation.accept",
    summary="Enter what a finding proposes",
    response_model=ReconciliationFinding,
    openapi_extra=audience("admin"),
    responses=problems(
        *RECENT_ADMIN, FindingNotFound, FindingNotPostable, FindingResolved, FindingOutdated, IdempotencyKeyReused
    ),
)
async def accept_finding(
    finding_id: FindingPath, body: AcceptBody, caller: RecentAdmin, idem: OptionalIdempotency
) -> Response:
    """For admins with a recent log-in who know why the books differ: the proposed entry is made, once, and the finding
    is resolved. Only entries between the balance, the platform, its bank and money without a place can be accepted;
    what people have follows from payouts, refunds and disputes. Nobody is told; the audit log has the note."""
    actor_id = UserId(caller.user_id)
    return await idem.run(actor_id, 200, ReconciliationFinding, _accept, finding_id, actor_id, body.note)


def _accept(session: WriteSession, finding_id: FindingId, actor_id: UserId, note: str) -> ReconciliationFinding:
    return ReconciliationFinding.model_validate(service.accept(session, finding_id, actor_id, note))
