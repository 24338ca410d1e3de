"""What Stripe's description says of the calls' parameters and of the objects' fields."""

from typing import Final

from app.sandbox.books import Record
from app.sandbox.descriptions import Description

API_VERSION: Final = "2026-03-25.dahlia"
STRIPE: Final = Description("stripe")


def blank(resource: str) -> Record:
    """Everything of the object that may be null, as null: Stripe leaves no such field out."""
    fields = STRIPE.schema(resource)["properties"]
    return {name: None for name, schema in fields.items() if _is_nullable(schema)}


def _is_nullable(schema: Record) -> bool:
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ())
