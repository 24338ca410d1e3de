"""Stripe's objects as the purchase path meets them, complete by the description."""

import secrets
import string

from app.sandbox.books import Record
from app.sandbox.stripe import orders
from app.sandbox.stripe.description import API_VERSION, blank

_ALPHABET = string.ascii_letters + string.digits
_SETTLING_S = 2 * 24 * 60 * 60
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


def new_intent(session: Record, order: Record, *, now: int, charge_id: str) -> Record:
    """The succeeded payment of a session."""
    intent_id, wishes = new_id("pi"), order.get("payment_intent_data", {})
    return blank("payment_intent") | {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": session["amount_total"],
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
        "status": "succeeded",
        "transfer_group": wishes.get("transfer_group"),
    }


def new_charge(intent: Record, email: str | None, *, balance_transaction_id: str) -> Record:
    """The succeeded charge of a payment by card, under the id that the payment names."""
    return blank("charge") | {
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": balance_transaction_id,
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
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"card": _card(), "type": "card"},
        "refunded": False,
        "status": "succeeded",
        "transfer_group": intent["transfer_group"],
    }


def new_balance_transaction(charge: Record) -> Record:
    """What the charge does to the balance: Stripe keeps 2.9 % and 30 cents. It is available two days later."""
    fee = (charge["amount"] * 29 + 500) // 1000 + 30
    detail = {"amount": fee, "application": None, "currency": charge["currency"], "type": "stripe_fee"}
    return blank("balance_transaction") | {
        "id": charge["balance_transaction"],
        "object": "balance_transaction",
        "amount": charge["amount"],
        "available_on": charge["created"] + _SETTLING_S,
        "balance_type": "payments",
        "created": charge["created"],
        "currency": charge["currency"],
        "description": charge["description"],
        "fee": fee,
        "fee_details": [detail | {"description": "Stripe processing fees"}],
        "net": charge["amount"] - fee,
        "reporting_category": "charge",
        "source": charge["id"],
        "status": "pending",
        "type": "charge",
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
