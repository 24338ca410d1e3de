"""Bodies of the payments API."""

from pydantic import ConfigDict, Field

from app.domains.payments.types import PurchaseIdField, TransactionIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant


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
    currency: Currency
    status: str = Field(description="completed, partially_refunded, refunded, disputed or dispute_lost.")
    created_at: Instant = Field(description="When the payment arrived.")
