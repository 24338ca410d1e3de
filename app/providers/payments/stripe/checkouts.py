"""Checkout sessions."""

from typing import Annotated, Literal

from pydantic import BeforeValidator
from stripe.params.checkout import SessionCreateParams

from app.providers.payments.port import Checkout, CheckoutOrder, CheckoutStatus, Reason
from app.providers.payments.stripe.calls import Caller, Id, Instant, Resource, answer, moment, once

_FAILED = frozenset({"requires_payment_method", "canceled"})


class _Intent(Resource):
    status: str = ""
    latest_charge: Id | None = None


def _intent(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class _Session(Resource):
    """What we read of a Checkout session."""

    client_reference_id: str | None
    url: str | None
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: int | None  # none for sessions that are no payments, which are not ours
    currency: str | None
    expires_at: Instant
    payment_intent: Annotated[_Intent | None, BeforeValidator(_intent)]


class CheckoutCalls(Caller):
    async def create_checkout(self, order: CheckoutOrder) -> Checkout:
        call = self._v1.checkout.sessions.create_async(_creation(order), once(order.reference, "checkout"))
        return _checkout(await answer(call, _Session))

    async def get_checkout(self, checkout_id: str) -> Checkout:
        expand = ["payment_intent.latest_charge"]
        call = self._v1.checkout.sessions.retrieve_async(checkout_id, {"expand": expand})
        return _checkout(await answer(call, _Session))

    async def expire_checkout(self, checkout_id: str) -> Checkout:
        call = self._v1.checkout.sessions.expire_async(checkout_id)
        return _checkout(await answer(call, _Session, refusal=Reason.CLOSED))


def _creation(order: CheckoutOrder) -> SessionCreateParams:
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": order.amount_cents,
                    "product_data": {"name": order.title},
                },
            }
        ],
        "client_reference_id": order.reference,
        "customer_email": order.buyer_email,
        "metadata": order.metadata,
        # Stripe does not copy a session's metadata to its payment, where disputes and refunds lead.
        "payment_intent_data": {"metadata": order.metadata, "transfer_group": order.reference},
        "expires_at": int(order.expires_at.timestamp()),
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def _checkout(session: _Session) -> Checkout:
    intent = session.payment_intent
    return Checkout(
        id=session.id,
        reference=session.client_reference_id or "",
        url=session.url,
        status=_status(session),
        amount_cents=session.amount_total or 0,
        currency=session.currency or "",
        expires_at=moment(session.expires_at),
        payment_intent_id=intent.id if intent else None,
        charge_id=intent.latest_charge if intent else None,
    )


def _status(session: _Session) -> CheckoutStatus:
    match session.status:
        case "open":
            return CheckoutStatus.OPEN
        case "expired":
            return CheckoutStatus.EXPIRED
        case "complete":
            return _outcome(session)


def _outcome(session: _Session) -> CheckoutStatus:
    """Of a completed session: a delayed payment that failed leaves it complete and unpaid for ever."""
    if session.payment_status != "unpaid":
        return CheckoutStatus.PAID
    has_failed = session.payment_intent is not None and session.payment_intent.status in _FAILED
    return CheckoutStatus.FAILED if has_failed else CheckoutStatus.PROCESSING
