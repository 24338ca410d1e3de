"""Bodies of the payments API."""

from pydantic import ConfigDict, Field

from app.domains.payments.types import PurchaseIdField, TransactionIdField, Viewer
from app.domains.users.types import UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

_TRANSACTION = "txn_01kbq2z7m8e6h9s0t3v5x7y9zf"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_SHARE = {
    "share": "teacher",
    "recipient_id": _TEACHER,
    "percent": 70,
    "amount_cents": 17430,
    "released_cents": 8715,
    "taken_back_cents": 0,
    "currency": "usd",
}
_LINE = {
    "step": 1,
    "at": "2026-12-01T15:02:11Z",
    "what": "allocate",
    "title": "The price was shared out.",
    "account": "pending",
    "recipient_id": _TEACHER,
    "amount_cents": 17430,
    "currency": "usd",
    "rule": "gross-15-15-70",
    "rule_version": 1,
}


class Receipt(ApiModel):
    """Money that the caller paid."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Intro to n8n",
            {
                "id": "txn_01kbq2z7m8e6h9s0t3v5x7y9zf",
                "purchase_id": "pur_01kbq2z7m8e6h9s0t3v5x7y9zd",
                "title": "Intro to n8n",
                "amount_cents": 24900,
                "refunded_cents": 0,
                "currency": "usd",
                "status": "completed",
                "created_at": "2026-12-01T15:02:11Z",
            },
        )
    )

    id: TransactionIdField = Field(description="The transaction's id.")
    purchase_id: PurchaseIdField = Field(description="The purchase it paid for.")
    title: str = Field(description="What was bought, as it was called then.")
    amount_cents: AmountCents
    refunded_cents: AmountCents = Field(description="What of it was given back, or is on its way back.")
    currency: Currency
    status: str = Field(description="completed, partially_refunded, refunded, disputed or dispute_lost.")
    created_at: Instant = Field(description="When the payment arrived.")


class ShareOfSale(ApiModel):
    """One recipient's part of a payment."""

    model_config = ConfigDict(json_schema_extra=example("Teacher's part", _SHARE))

    share: str = Field(description="platform, creator_as_author, creator_as_instructor or teacher.")
    recipient_id: UserIdField | None = Field(
        description="Whose part it is; null for the platform's, and for a teacher's until one is chosen."
    )
    percent: int = Field(description="The percentage of the gross price.")
    amount_cents: AmountCents = Field(
        description="The part, exact to the cent; once somebody else teaches, what of it was released before."
    )
    released_cents: AmountCents = Field(description="How much of it held sessions released.")
    taken_back_cents: AmountCents = Field(description="How much of it refunds and disputes took back.")
    currency: Currency


class MoneyLine(ApiModel):
    """One movement of a payment's money."""

    model_config = ConfigDict(json_schema_extra=example("Teacher's part", _LINE))

    step: int = Field(description="Its place in the order in which things happened, from 1.")
    at: Instant = Field(description="When it was entered in the books.")
    what: str = Field(
        description="sale, allocate, assign, release, fee, refund, refund_paid, dispute, …: the kind of movement."
    )
    title: str = Field(description="What happened, in words.")
    account: str = Field(
        description="stripe, platform, pending, releasable, owed, unmatched, refunding or disputed: which account of the "
        "books."
    )
    recipient_id: UserIdField | None = Field(description="Whose account it is, if it is a person's.")
    amount_cents: int = Field(description="What the account gained; negative, what it gave. Minor units.")
    currency: Currency
    rule: str = Field(description="The rule that made the line.")
    rule_version: int = Field(description="The rule's version.")


class MoneyExplained(ApiModel):
    """The way of a payment's money from gross to net, as far as the caller is concerned."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Teacher's side",
            {
                "transaction_id": _TRANSACTION,
                "viewer": "recipient",
                "gross_cents": 24900,
                "refunded_cents": 0,
                "net_cents": 17430,
                "currency": "usd",
                "shares": [_SHARE],
                "lines": [_LINE],
            },
        )
    )

    transaction_id: TransactionIdField = Field(description="The payment.")
    viewer: Viewer = Field(strict=False, description="Whose side is shown.")
    gross_cents: AmountCents = Field(description="What was paid.")
    refunded_cents: AmountCents = Field(description="What of it was given back, or is on its way back.")
    net_cents: int = Field(
        description="What the viewer has of it: for the buyer what was paid and did not come back, for a recipient what is "
        "left of the share, for admins what is left for the platform. Minor units."
    )
    currency: Currency
    shares: tuple[ShareOfSale, ...] = Field(description="Where the price went; for a recipient only the own share.")
    lines: tuple[MoneyLine, ...] = Field(description="Every movement, in order.")
