"""What Stripe demands of a new Checkout session beyond its description, as far as PeerLoop can run into it."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from app.sandbox.books import Record
from app.sandbox.stripe.refusals import Refusal, missing

_SHORTEST_S, _LONGEST_S = 30 * 60, 24 * 60 * 60
_LEAST_AMOUNT = 50
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_METADATA_ENTRIES, _METADATA_KEY, _METADATA_VALUE = 50, 40, 500


def check(order: Record, now: int) -> None:
    """Raises the first `Refusal` of parameters that fit the description."""
    for refusal in _refusals(order, now):
        raise refusal


def amount(order: Record) -> int:
    """The total of a checked order."""
    return sum(item["quantity"] * item["price_data"]["unit_amount"] for item in order["line_items"])


def currency(order: Record) -> str:
    code: str = order["line_items"][0]["price_data"]["currency"]
    return code.lower()


def expiry(order: Record, now: int) -> int:
    moment: int = order.get("expires_at", now + _LONGEST_S)
    return moment


def _refusals(order: Record, now: int) -> Iterator[Refusal]:
    yield from (missing(name) for name in ("mode", "line_items", "success_url") if not order.get(name))
    if order["mode"] != "payment":
        yield Refusal("This twin only sells single payments: mode must be payment.", param="mode")
    yield from _item_refusals(order["line_items"])
    if amount(order) < _LEAST_AMOUNT:
        yield Refusal("The Checkout Session's total amount must be at least 50 cents.", code="amount_too_small")
    yield from _expiry_refusals(expiry(order, now) - now)
    yield from _text_refusals(order)
    yield from _metadata_refusals(order.get("metadata", {}), "metadata")
    yield from _metadata_refusals(
        order.get("payment_intent_data", {}).get("metadata", {}), "payment_intent_data[metadata]"
    )


def _item_refusals(items: list[Record]) -> Iterator[Refusal]:
    for index, item in enumerate(items):
        name = f"line_items[{index}]"
        if "price_data" not in item:
            yield Refusal("This twin has no prices: give price_data.", param=f"{name}[price]")
        if "quantity" not in item:
            yield missing(f"{name}[quantity]")
        yield from (
            missing(f"{name}[price_data][{key}]")
            for key in ("product_data", "unit_amount")
            if key not in item["price_data"]
        )
        if item["quantity"] < 1 or item["price_data"]["unit_amount"] < 0:
            yield Refusal(
                "Quantities are at least 1, amounts at least 0.", code="parameter_invalid_integer", param=name
            )
    if len({item["price_data"]["currency"].lower() for item in items}) > 1:
        yield Refusal("All line items must have the same currency.", param="line_items")


def _expiry_refusals(life: int) -> Iterator[Refusal]:
    if life < _SHORTEST_S:
        yield Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if life > _LONGEST_S:
        yield Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )


def _text_refusals(order: Record) -> Iterator[Refusal]:
    for name in ("success_url", "cancel_url"):
        if name in order and not _is_web_address(order[name]):
            yield Refusal("Not a valid URL", code="url_invalid", param=name)
    if "customer_email" in order and not _EMAIL.fullmatch(order["customer_email"]):
        yield Refusal("Invalid email address", code="email_invalid", param="customer_email")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _metadata_refusals(metadata: dict[str, Any], param: str) -> Iterator[Refusal]:
    if len(metadata) > _METADATA_ENTRIES:
        yield Refusal("Metadata can have up to 50 keys.", param=param)
    for key, value in metadata.items():
        if len(key) > _METADATA_KEY or len(value) > _METADATA_VALUE:
            yield Refusal("Metadata keys can have up to 40 characters, values up to 500.", param=param)
