"""Stripe's objects as the purchase path meets them, complete by the description."""

import secrets
import string

from app.sandbox.books import Record
from app.sandbox.stripe import orders
from app.sandbox.stripe.description import API_VERSION, blank

_ALPHABET = string.ascii_letters + string.digits
_ECHOED = (
    "allow_promotion_codes",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "submit_type",
    "success_url",
)


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"


def new_session(order: Record, *, now: int, base_url: str) -> Record:
    """An open Checkout session for a checked order."""
    session_id, total = new_id("cs_test", 58), orders.amount(order)
    echoes = {name: order.get(name) for name in _ECHOED}
    return (
        blank("checkout.session")
        | echoes
        | {
            "id": session_id,
            "object": "checkout.session",
            "adaptive_pricing": {"enabled": False},
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "created": now,
            "currency": orders.currency(order),
            "custom_fields": [],
            "custom_text": blank("checkout.session.CustomText"),
            "customer_creation": "if_required",
            "expires_at": orders.expiry(order, now),
            "livemode": False,
            "metadata": order.get("metadata", {}),
            "mode": "payment",
            "payment_method_collection": "if_required",
            "payment_method_types": ["card"],
            "payment_status": "unpaid",
            "phone_number_collection": {"enabled": False},
            "shipping_options": [],
            "status": "open",
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page",
            "url": f"{base_url}/pay/{session_id}",
        }
    )


def new_intent(session: Record, order: Record, *, now: int, charge_id: str, is_delayed: bool) -> Record:
    """The payment of a session: succeeded, or on its way."""
    intent_id, wishes = new_id("pi"), order.get("payment_intent_data", {})
    return blank("payment_intent") | {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0 if is_delayed else session["amount_total"],
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{intent_id}_secret"),
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "description": wishes.get("description"),
        "latest_charge": charge_id,
        "livemode": False,
        "metadata": wishes.get("metadata", {}),
        "payment_method": new_id("pm"),
        "payment_method_types": ["card"],
        "receipt_email": wishes.get("receipt_email"),
        "status": "processing" if is_delayed else "succeeded",
        "transfer_group": wishes.get("transfer_group"),
    }


def new_charge(intent: Record, email: str | None) -> Record:
    """The charge of a payment, under the id that the payment names. Its balance transaction is not known yet."""
    is_paid = intent["status"] == "succeeded"
    return blank("charge") | {
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "billing_details": blank("charge.BillingDetails") | {"email": email},
        "captured": True,
        "created": intent["created"],
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": blank("charge.Outcome") | {"network_status": "approved_by_network", "type": "authorized"},
        "paid": is_paid,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"card": _card(), "type": "card"},
        "refunded": False,
        "status": "succeeded" if is_paid else "pending",
        "transfer_group": intent["transfer_group"],
    }


def new_balance_transaction(
    source: Record, amount: int, *, fee: int, kind: str, category: str, now: int, available_on: int
) -> Record:
    """What a charge, refund, transfer, reversal, dispute or payout does to a balance."""
    detail = {"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}
    return blank("balance_transaction") | {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": source.get("description"),
        "fee": fee,
        "fee_details": [detail | {"description": "Stripe fees"}] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "available" if available_on <= now else "pending",
        "type": kind,
    }


def new_event(kind: str, subject: Record, *, now: int) -> Record:
    """The announcement of something that a buyer or the passing of time brought about, not a request of ours."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def customer_details(email: str | None) -> Record:
    """Whom the Checkout page has met."""
    return blank("checkout.session.CustomerDetails") | {"email": email, "tax_exempt": "none", "tax_ids": []}


def _card() -> Record:
    known = {"brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2034, "funding": "credit", "last4": "4242"}
    return blank("charge.PaymentMethodDetails.Card") | known
