"""/api/enrollments/{id}/refund-quote and …/refunds: what a refund would do, and asking for it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.core.errors import Forbidden
from app.db.session import ReadSession, WriteSession
from app.domains.enrollments.errors import EnrollmentNotFound
from app.domains.enrollments.types import EnrollmentId, EnrollmentIdField
from app.domains.payments.errors import RefundExceedsPayment
from app.domains.refunds import service
from app.domains.refunds.errors import (
    AmountNotYours,
    NothingPaid,
    NothingToRefund,
    OwnRefund,
    PlaceDisputed,
    QuoteStale,
    RefundNotFound,
    RefundNotPending,
    RefundPending,
)
from app.domains.refunds.schemas import RefundBody, RefundQuote, RefundRow, RefundRows, Wanted
from app.domains.refunds.types import RefundId, RefundIdField, RefundWish
from app.domains.sessions.errors import SessionOutcomeOpen
from app.domains.users.types import UserId
from app.edge.deps import Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, RECENTLY_LOGGED_IN, CurrentUser, Principal, RecentUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute

router = APIRouter(prefix="/api/enrollments", tags=["enrollments"], route_class=StrictRoute)

PlacePath = Annotated[EnrollmentIdField, Path(description="The enrollment.")]
RefundPath = Annotated[RefundIdField, Path(description="The refund.")]
QUOTING = (
    EnrollmentNotFound,
    NothingPaid,
    NothingToRefund,
    PlaceDisputed,
    SessionOutcomeOpen,
    RefundExceedsPayment,
)


@router.get(
    "/{enrollment_id}/refund-quote",
    operation_id="refunds.quote",
    summary="Say what a refund of a place would do",
    openapi_extra=audience("student", "admin"),
    responses=problems(*LOGGED_IN, AmountNotYours, *QUOTING),
)
async def get_quote(
    enrollment_id: PlacePath,
    caller: CurrentUser,
    db: Db,
    amount_cents: Annotated[
        Wanted | None, Query(description="Another amount than the untaught sessions' price; for administrators only.")
    ] = None,
) -> RefundQuote:
    """For the place's student and admins. Who gets, loses and returns what: the price times the share of the sessions
    that were not held, unless an administrator names another amount. Nothing changes."""

    def read(session: ReadSession) -> RefundQuote:
        found = service.get_quote(session, enrollment_id, caller, amount_cents=amount_cents)
        return RefundQuote.of(found, is_admin=caller.is_admin)

    return await db.read(read)


@router.post(
    "/{enrollment_id}/refunds",
    operation_id="refunds.ask",
    summary="Ask for a refund, or grant one",
    status_code=201,
    response_model=RefundRow,
    openapi_extra=audience("student", "admin"),
    responses=problems(
        *RECENTLY_LOGGED_IN,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        Forbidden,
        AmountNotYours,
        *QUOTING,
        QuoteStale,
        RefundPending,
        OwnRefund,
    ),
)
async def ask(enrollment_id: PlacePath, body: RefundBody, caller: RecentUser, idem: RequiredIdempotency) -> Response:
    """For the place's student and admins, with a recent log-in. A student's wish waits until an administrator approves
    it, all of whom are mailed. An administrator's is carried out: shares are taken back, the place ends and its
    sessions are called off if the quote said so, the money is sent, the student is mailed."""
    wish = RefundWish(enrollment_id, body.quote_id, body.reason, body.amount_cents)
    return await idem.run(caller.user_id, 201, RefundRow, _ask, caller, wish)


def _ask(session: WriteSession, caller: Principal, wish: RefundWish) -> RefundRow:
    return RefundRow.model_validate(service.ask(session, caller, wish))


@router.get(
    "/{enrollment_id}/refunds",
    operation_id="refunds.of_enrollment",
    summary="List the refunds of a place",
    openapi_extra=audience("student", "admin"),
    responses=problems(*LOGGED_IN, EnrollmentNotFound),
)
async def list_refunds(enrollment_id: PlacePath, caller: CurrentUser, db: Db) -> RefundRows:
    """For the place's student and admins: what was asked for and given back, newest first."""

    def read(session: ReadSession) -> RefundRows:
        rows = service.list_of_place(session, enrollment_id, caller)
        return RefundRows(items=[RefundRow.model_validate(row) for row in rows])

    return await db.read(read)


@router.post(
    "/{enrollment_id}/refunds/{refund_id}/withdraw",
    operation_id="refunds.withdraw",
    summary="Take back a wish for a refund",
    response_model=RefundRow,
    openapi_extra=audience("student"),
    responses=problems(*LOGGED_IN, RefundNotFound, RefundNotPending, IdempotencyKeyReused),
)
async def withdraw(
    enrollment_id: PlacePath, refund_id: RefundPath, caller: CurrentUser, idem: OptionalIdempotency
) -> Response:
    """For the place's student, until an administrator has decided. Nothing has moved, and nothing is sent; another
    refund may be asked for."""
    student_id = UserId(caller.user_id)
    return await idem.run(student_id, 200, RefundRow, _withdraw, student_id, enrollment_id, refund_id)


def _withdraw(session: WriteSession, student_id: UserId, enrollment_id: EnrollmentId, refund_id: RefundId) -> RefundRow:
    return RefundRow.model_validate(service.withdraw(session, student_id, enrollment_id, refund_id))
