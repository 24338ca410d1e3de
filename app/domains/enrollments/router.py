"""/api/checkout: buying a place."""

from fastapi import APIRouter, Response

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.db.session import WriteSession
from app.domains.enrollments import service
from app.domains.enrollments.deps import Payments
from app.domains.enrollments.errors import NOT_SOLD, PriceChanged
from app.domains.enrollments.schemas import Checkout, CheckoutBody, CheckoutVerifyBody
from app.domains.enrollments.service import CheckoutCommand
from app.domains.payments import service as payments
from app.domains.payments.errors import CheckoutTooOld, PurchaseNotFound
from app.domains.users.errors import UserNotFound
from app.domains.users.types import UserId
from app.edge.deps import AppSettings, Db
from app.edge.idempotency import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    OptionalIdempotency,
    RequiredIdempotency,
)
from app.edge.openapi import audience
from app.edge.principal import LOGGED_IN, VERIFIED, CurrentUser, VerifiedUser
from app.edge.problems import problems
from app.edge.routing import StrictRoute
from app.providers.payments.port import Checkout as ProviderCheckout

router = APIRouter(prefix="/api/checkout", tags=["checkout"], route_class=StrictRoute)


@router.post(
    "/session",
    operation_id="checkout.create_session",
    summary="Start buying a place in a course",
    status_code=201,
    response_model=Checkout,
    openapi_extra=audience("student"),
    responses=problems(
        *VERIFIED,
        IdempotencyKeyMissing,
        IdempotencyKeyReused,
        *NOT_SOLD,
        UserNotFound,
        CheckoutTooOld,
        PriceChanged,
        PurchaseNotFound,
        ProviderUnavailable,
        ProviderRejected,
    ),
)
async def create_session(
    body: CheckoutBody,
    caller: VerifiedUser,
    idem: RequiredIdempotency,
    db: Db,
    provider: Payments,
    settings: AppSettings,
) -> Response:
    """For a verified member who does not have, own or teach the course. Makes a purchase at the price in our database
    and answers the page where to pay; a free course is enrolled at once. Nothing is enrolled before it is paid. Without
    a teacher the place has none until its first booking names one; somebody must be bookable all the same."""
    if stored := await idem.replay(caller.user_id):
        return stored
    command = CheckoutCommand(
        buyer_id=UserId(caller.user_id),
        course_id=body.course_id,
        teacher_id=body.teacher_id,
        request_key=idem.key or "",
        life=settings.checkout_life,
        return_url=settings.app_url,
    )
    order = await db.write(service.start_checkout, command)
    if order is None:
        return await idem.run(caller.user_id, 201, Checkout, _enroll_free, command)
    return await idem.run(caller.user_id, 201, Checkout, _apply_and_show, await provider.create_checkout(order))


def _enroll_free(session: WriteSession, command: CheckoutCommand) -> Checkout:
    return Checkout.free(service.enroll_free(session, command))


@router.post(
    "/verify",
    operation_id="checkout.verify",
    summary="Ask whether a checkout was paid",
    openapi_extra=audience("student"),
    responses=problems(
        *LOGGED_IN,
        PurchaseNotFound,
        IdempotencyKeyReused,
        ProviderUnavailable,
        ProviderRejected,
    ),
)
async def verify(
    body: CheckoutVerifyBody, caller: CurrentUser, _idem: OptionalIdempotency, db: Db, provider: Payments
) -> Checkout:
    """For the buyer, when the browser comes back. Works before and after the payment service's own notification: asks
    it for the present state and enrolls if it is paid. Repeatable; an Idempotency-Key changes nothing here."""
    await db.read(payments.find_purchase, UserId(caller.user_id), body.checkout_session_id)
    found = await provider.get_checkout(body.checkout_session_id)
    return await db.write(_apply_and_show, found)


def _apply_and_show(session: WriteSession, found: ProviderCheckout) -> Checkout:
    purchase = payments.apply_checkout(session, found)
    if purchase is None:
        raise PurchaseNotFound
    return Checkout.of(purchase, found=found, place=service.find_by_purchase(session, purchase.id))
