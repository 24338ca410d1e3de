"""Bodies of the earnings API."""

from typing import Self

from pydantic import ConfigDict, Field

from app.domains.payments.types import TransactionIdField
from app.domains.payouts.types import Month
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
                "available_cents": 8715,
                "in_payout_cents": 0,
                "paid_cents": 0,
                "owed_cents": 0,
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
    releasable_cents: AmountCents = Field(description="Taught: may be paid out, less what is owed.")
    available_cents: AmountCents = Field(description="What a payout may take now: releasable less owed.")
    in_payout_cents: AmountCents = Field(description="Set aside for payouts that are asked for and not sent yet.")
    paid_cents: AmountCents = Field(description="Paid out so far, less what was taken back.")
    owed_cents: AmountCents = Field(description="What the caller owes after refunds, kept back from later earnings.")
    currency: Currency
    items: list[Earning] = Field(description="The caller's parts of sales, newest sale first.")
    next_cursor: str | None = Field(description="Give this as `cursor` to get the next page; null on the last one.")
    limit: int = Field(description="The page size that was applied (at most 100).")


MONTH_PATTERN = "^20[0-9]{2}-(0[1-9]|1[0-2])$"


class EarningsMonth(ApiModel):
    """What one month moved, in the caller's time zone."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "A month",
            {
                "month": "2026-12",
                "earned_cents": 17430,
                "released_cents": 8715,
                "taken_back_cents": 0,
                "paid_out_cents": 8715,
                "currency": "usd",
            },
        )
    )

    month: str = Field(pattern=MONTH_PATTERN, description="Year and month.")
    earned_cents: AmountCents = Field(description="The caller's shares of what was sold.")
    released_cents: AmountCents = Field(description="Taught, so that it may be paid out or pays what is owed.")
    taken_back_cents: AmountCents = Field(description="What refunds and lost disputes took.")
    paid_out_cents: AmountCents = Field(description="What was paid out.")
    currency: Currency

    @classmethod
    def of(cls, month: Month, currency: str) -> Self:
        return cls(
            month=f"{month.first:%Y-%m}",
            earned_cents=month.earned_cents,
            released_cents=month.released_cents,
            taken_back_cents=month.taken_back_cents,
            paid_out_cents=month.paid_out_cents,
            currency=currency,
        )


class EarningsMonths(ApiModel):
    """The months in which something moved."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One month",
            {
                "timezone": "Europe/Berlin",
                "items": [
                    {
                        "month": "2026-12",
                        "earned_cents": 17430,
                        "released_cents": 8715,
                        "taken_back_cents": 0,
                        "paid_out_cents": 8715,
                        "currency": "usd",
                    }
                ],
            },
        )
    )

    timezone: str = Field(description="The caller's time zone, in which the months begin and end.")
    items: list[EarningsMonth] = Field(description="The newest first.")
