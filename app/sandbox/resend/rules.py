"""What Resend takes as a mail, beyond what its description can say."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.sandbox.books import Record
from app.sandbox.descriptions import Description

_ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+|[^<>]*<[^@\s<>,]+@[^@\s<>,]+>")
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_description = Description("resend")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in Resend's shape."""

    status: int
    name: str
    message: str


def recipients(order: Record) -> list[str]:
    """The addresses of a valid order; one may be given bare."""
    return [order["to"]] if isinstance(order["to"], str) else order["to"]


def refusal(order: object) -> Refusal | None:
    """Why Resend would not take this mail."""
    missing = [name for name in ("from", "to", "subject") if isinstance(order, dict) and name not in order]
    if missing:
        return Refusal(422, "missing_required_field", f"Missing `{missing[0]}` field.")
    fault = _description.fault("SendEmailRequest", order)
    if fault or not isinstance(order, dict):
        return Refusal(422, "invalid_parameter", fault or "the body is not an object")
    if not order.get("html") and not order.get("text"):
        return Refusal(422, "missing_required_field", "Missing `html` or `text` field.")
    return next(_refusals(order), None)


def _refusals(order: Record) -> Iterator[Refusal]:
    for address in (order["from"], *recipients(order)):
        if not _ADDRESS.fullmatch(address):
            yield Refusal(
                422, "validation_error", "An address must be `email@example.com` or `Name <email@example.com>`."
            )
    for tag in order.get("tags", []):
        if not all(_TAG.fullmatch(tag.get(part, "")) for part in ("name", "value")):
            yield Refusal(400, "validation_error", "Tags consist of 1 to 256 ASCII letters, digits, `_` and `-`.")
    for attachment in order.get("attachments", []):
        if not attachment.get("filename") or not _is_base64(attachment.get("content", "")):
            yield Refusal(422, "invalid_attachment", "An attachment needs a `filename` and base64 `content`.")


def _is_base64(content: str) -> bool:
    try:
        return bool(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        return False
