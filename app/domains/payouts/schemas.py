"""Bodies of the earnings API."""

from pydantic import ConfigDict, Field

from app.domains.payments.types import TransactionIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant


class Earning(ApiModel):
    """The caller's part of one sale."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Teacher's part",
            {
                "transaction_id": "txn_01kbq2z7m8e6h9s0t3v5x7y9zf",
                "title": "Intro to n8n",
                "share": "teacher",
                "percent": 70,
                "sale_cents": 24900,
                "amount_cents": 17430,
                "released_cents": 8715,
                "currency": "usd",
                "sold_at": "2026-12-01T15:02:11Z",
            },
        )
    )

    transaction_id: TransactionIdField = Field(description="The sale.")
    title: str = Field(description="What was sold.")
    share: str = Field(description="teacher, creator_as_author or creator_as_instructor: why the caller gets a part.")
    percent: int = Field(description="The percentage of the gross price.")
    sale_cents: AmountCents = Field(description="The gross price.")
    amount_cents: AmountCents = Field(description="The caller's part, exact to the cent.")
    released_cents: AmountCents = Field(description="How much of it may be paid out: it grows with each held session.")
    currency: Currency
    sold_at: Instant = Field(description="When the payment arrived.")


class Earnings(ApiModel):
    """What the caller has earned, from the ledger, and the sales it comes from."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "After one of two sessions",
            {
                "pending_cents": 8715,
                "releasable_cents": 8715,
                "currency": "usd",
                "items": [
                    {
                        "transaction_id": "txn_01kbq2z7m8e6h9s0t3v5x7y9zf",
                        "title": "Intro to n8n",
                        "share": "teacher",
                        "percent": 70,
                        "sale_cents": 24900,
                        "amount_cents": 17430,
                        "released_cents": 8715,
                        "currency": "usd",
                        "sold_at": "2026-12-01T15:02:11Z",
                    }
                ],
                "next_cursor": None,
                "limit": 20,
            },
        )
    )

    pending_cents: AmountCents = Field(description="Sold but not yet taught.")
    releasable_cents: AmountCents = Field(description="Taught: may be paid out.")
    currency: Currency
    items: list[Earning] = Field(description="The caller's parts of sales, newest sale first.")
    next_cursor: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")
    limit: int = Field(description="The page size that was applied (at most 100).")
