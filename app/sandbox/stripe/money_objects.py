"""Stripe's objects as money that goes out or back meets them, complete by the description."""

from typing import Any, Final

from app.sandbox.books import Record
from app.sandbox.stripe.description import blank
from app.sandbox.stripe.objects import new_id

_DAY_S: Final = 24 * 60 * 60
_ANSWER_DAYS: Final = 7
_ARRIVAL_DAYS: Final = 2


def new_transfer(order: Record, source: Record | None, *, now: int) -> Record:
    """Its balance transaction is not known yet."""
    transfer_id = new_id("tr")
    return blank("transfer") | {
        "id": transfer_id,
        "object": "transfer",
        "amount": order["amount"],
        "amount_reversed": 0,
        "created": now,
        "currency": order["currency"],
        "description": order.get("description"),
        "destination": order["destination"],
        "destination_payment": new_id("py"),
        "livemode": False,
        "metadata": order.get("metadata", {}),
        "reversals": _empty_list(f"/v1/transfers/{transfer_id}/reversals"),
        "reversed": False,
        "source_transaction": source["id"] if source else None,
        "source_type": "card",
        "transfer_group": source["transfer_group"] if source else order.get("transfer_group"),
    }


def new_reversal(transfer: Record, amount: int, metadata: Record, *, now: int) -> Record:
    """Its balance transaction is not known yet."""
    return blank("transfer_reversal") | {
        "id": new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "created": now,
        "currency": transfer["currency"],
        "metadata": metadata,
        "transfer": transfer["id"],
    }


def new_refund(charge: Record, amount: int, order: Record, *, now: int) -> Record:
    """One that waits for money."""
    return blank("refund") | {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "metadata": order.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "pending_reason": "insufficient_funds",
        "reason": order.get("reason"),
        "status": "pending",
    }


def new_dispute(charge: Record, amount: int, reason: str, *, now: int) -> Record:
    """One that nothing was said to. What it took is not known yet."""
    eligibility = {"visa_compelling_evidence_3": None, "visa_compliance": None}
    return blank("dispute") | {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": blank("dispute.Evidence")
        | {"customer_email_address": charge["billing_details"]["email"], "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + _ANSWER_DAYS * _DAY_S,
            "enhanced_eligibility": eligibility,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": blank("dispute.PaymentMethodDetails")
        | {"type": "card", "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "13.1"}},
        "reason": reason,
        "status": "needs_response",
    }


def new_payout(amount: int, currency: str, bank: Record | None, *, now: int) -> Record:
    """One on its way. Its balance transaction is not known yet."""
    return blank("payout") | {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": now + _ARRIVAL_DAYS * _DAY_S,
        "automatic": True,
        "created": now,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": bank["id"] if bank else None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress",
        "source_type": "card",
        "status": "pending",
        "type": "bank_account",
    }


def new_account(order: Record, requirements: list[str], *, now: int) -> Record:
    """An account of which nothing is known."""
    account_id = new_id("acct", 16)
    return blank("account") | {
        "id": account_id,
        "object": "account",
        "business_type": order.get("business_type"),
        "capabilities": blank("account.Capabilities") | dict.fromkeys(_requested(order), "inactive"),
        "charges_enabled": False,
        "controller": blank("account.Controller") | {"type": "application", "is_controller": True},
        "country": order["country"],
        "created": now,
        "default_currency": "usd",
        "details_submitted": False,
        "email": order.get("email"),
        "external_accounts": _empty_list(f"/v1/accounts/{account_id}/external_accounts"),
        "future_requirements": _due([]),
        "metadata": order.get("metadata") or {},
        "payouts_enabled": False,
        "requirements": _due(requirements),
        "settings": _settings(),
        "type": order["type"],
    }


def new_bank(account_id: str, number: str, *, fingerprint: str) -> Record:
    """A bank account to which a connected account is paid out. The description does not say what these look like."""
    return {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": account_id,
        "account_holder_name": None,
        "bank_name": "STRIPE TEST BANK",
        "country": "US",
        "currency": "usd",
        "default_for_currency": True,
        "fingerprint": fingerprint,
        "last4": number[-4:],
        "metadata": {},
        "routing_number": "110000000",
        "status": "new",
    }


def _requested(order: Record) -> list[str]:
    capabilities: dict[str, Any] = order.get("capabilities", {})
    return [name for name, wish in capabilities.items() if wish.get("requested")]


def _due(requirements: list[str]) -> Record:
    lists = ("alternatives", "errors", "pending_verification")
    return blank("account.Requirements") | {
        **{name: [] for name in lists},
        "currently_due": requirements,
        "eventually_due": requirements,
        "past_due": requirements,
    }


def _settings() -> Record:
    names = {"branding": "Branding", "card_payments": "CardPayments", "dashboard": "Dashboard", "payments": "Payments"}
    schedule = blank("account.Settings.Payouts.Schedule") | {"delay_days": 2, "interval": "daily"}
    return (
        blank("account.Settings")
        | {name: blank(f"account.Settings.{resource}") for name, resource in names.items()}
        | {"payouts": {"debit_negative_balances": True, "schedule": schedule, "statement_descriptor": None}}
    )


def _empty_list(url: str) -> Record:
    return {"object": "list", "data": [], "has_more": False, "url": url}
