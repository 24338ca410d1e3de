"""Bodies of the refunds and disputes API."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.core.money import CURRENCY
from app.domains.enrollments.types import EnrollmentIdField
from app.domains.payments.service import PartyLoss
from app.domains.payments.types import TransactionIdField
from app.domains.refunds.models import Refund
from app.domains.refunds.types import (
    DisputeIdField,
    DisputeStatus,
    Quote,
    QuoteIdField,
    RefundIdField,
    RefundStatus,
)
from app.domains.sessions.types import SessionIdField
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

_ENROLLMENT = "enr_01kbq2z7m8e6h9s0t3v5x7y9ze"
_TRANSACTION = "txn_01kbq2z7m8e6h9s0t3v5x7y9zf"
_STUDENT = "usr_01kbq2z7m8e6h9s0t3v5x7y9za"
_TEACHER = "usr_01kbq2z7m8e6h9s0t3v5x7y9zc"
_REFUND = "ref_01kbq2z7m8e6h9s0t3v5x7y9zg"
_QUOTE_ID = "quo_5f0c9f1e6f0a4c0e9d1b2f6a3c1e8d77"
_PART = {
    "share": "teacher",
    "recipient_id": _TEACHER,
    "amount_cents": 8715,
    "unreleased_cents": 8715,
    "balance_cents": 0,
    "debt_cents": 0,
    "currency": "usd",
}
_PARTS = [
    _PART | {"share": "creator_as_author", "amount_cents": 1868, "unreleased_cents": 1868},
    _PART | {"share": "platform", "recipient_id": None, "amount_cents": 1867, "unreleased_cents": 1867},
    _PART,
]
_QUOTE = {
    "quote_id": _QUOTE_ID,
    "enrollment_id": _ENROLLMENT,
    "transaction_id": _TRANSACTION,
    "price_cents": 24900,
    "already_refunded_cents": 0,
    "amount_cents": 12450,
    "currency": "usd",
    "sessions_bought": 2,
    "sessions_completed": 1,
    "ends_place": True,
    "cancelled_session_ids": ["ses_01kbq2z7m8e6h9s0t3v5x7y9zh"],
    "parts": _PARTS,
}
_ROW = {
    "id": _REFUND,
    "enrollment_id": _ENROLLMENT,
    "transaction_id": _TRANSACTION,
    "status": "approved",
    "amount_cents": 12450,
    "currency": "usd",
    "reason": "I have no time for the second session.",
    "ends_place": True,
    "rejection": None,
    "created_at": "2026-12-01T15:00:00Z",
    "decided_at": "2026-12-01T15:00:00Z",
    "settled_at": None,
}
_MANAGED = _ROW | {
    "buyer_id": _STUDENT,
    "cause": "requested",
    "requested_by_id": _STUDENT,
    "decided_by_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9zj",
    "attempt": 1,
    "failure": None,
    "parts": _PARTS,
}

Reason = Annotated[ProseField, Field(min_length=3, max_length=1000)]
Wanted = Annotated[int, Field(ge=1, le=100_000_000)]


class RefundPart(ApiModel):
    """What one party gives of a refund. The last three add up to `amount_cents`; students do not see them."""

    model_config = ConfigDict(json_schema_extra=example("Teacher's part", _PART))

    share: str = Field(description="platform, creator_as_author, creator_as_instructor or teacher.")
    recipient_id: UserIdField | None = Field(
        description="Whose share it is; null for the platform's, and for a teacher's until one is chosen."
    )
    amount_cents: AmountCents = Field(description="What this party gives.")
    unreleased_cents: AmountCents | None = Field(description="Of that, what no held session has released.")
    balance_cents: AmountCents | None = Field(description="Of that, what was released and not paid out.")
    debt_cents: AmountCents | None = Field(
        description="Of that, what had been paid out: taken back, or else netted from what the party earns later."
    )
    currency: Currency

    @classmethod
    def of(cls, part: PartyLoss, currency: str, *, is_admin: bool) -> "RefundPart":
        return cls(
            share=part.share,
            recipient_id=part.recipient_id,
            amount_cents=part.amount_cents,
            unreleased_cents=part.unreleased_cents if is_admin else None,
            balance_cents=part.balance_cents if is_admin else None,
            debt_cents=part.debt_cents if is_admin else None,
            currency=currency,
        )


class RefundQuote(ApiModel):
    """What a refund of a place would do now, to the cent."""

    model_config = ConfigDict(json_schema_extra=example("After one of two sessions", _QUOTE))

    quote_id: QuoteIdField = Field(description="Names all that is said here; send it to have just this done.")
    enrollment_id: EnrollmentIdField = Field(description="The place.")
    transaction_id: TransactionIdField = Field(description="The payment.")
    price_cents: AmountCents = Field(description="What was paid.")
    already_refunded_cents: AmountCents = Field(description="What was given back before.")
    amount_cents: AmountCents = Field(description="What the student gets.")
    currency: Currency
    sessions_bought: int = Field(description="How many sessions were bought.")
    sessions_completed: int = Field(description="How many of them were held.")
    ends_place: bool = Field(description="Whether the student gives up the place, and with it what the course holds.")
    cancelled_session_ids: list[SessionIdField] = Field(description="The booked sessions that would be called off.")
    parts: list[RefundPart] = Field(description="Who gives how much; together it is what the student gets.")

    @classmethod
    def of(cls, quote: Quote, *, is_admin: bool) -> "RefundQuote":
        return cls(
            quote_id=quote.id,
            enrollment_id=quote.enrollment_id,
            transaction_id=quote.transaction_id,
            price_cents=quote.price_cents,
            already_refunded_cents=quote.refunded_cents,
            amount_cents=quote.amount_cents,
            currency=quote.currency,
            sessions_bought=quote.sessions_bought,
            sessions_completed=quote.sessions_completed,
            ends_place=quote.ends_place,
            cancelled_session_ids=list(quote.cancelled_session_ids),
            parts=[RefundPart.of(part, quote.currency, is_admin=is_admin) for part in quote.parts],
        )


class RefundBody(ApiModel):
    """A wish for a refund, as it was quoted."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "As quoted", {"quote_id": _QUOTE_ID, "reason": "I have no time for the second session."}
        )
    )

    quote_id: QuoteIdField = Field(description="`quote_id` of the quote that was looked at.")
    reason: Reason = Field(description="Why; for administrators to read.")
    amount_cents: Wanted | None = Field(
        None,
        description="Another amount, as it was quoted; for administrators only, up to what is left of the payment.",
    )
    currency: Literal["usd"] = Field(CURRENCY, description="Of `amount_cents`.")


class ApprovalBody(ApiModel):
    """The quote by which a wish is granted."""

    model_config = ConfigDict(json_schema_extra=example("As quoted", {"quote_id": _QUOTE_ID}))

    quote_id: QuoteIdField = Field(description="`quote_id` of the present quote.")
    amount_cents: Wanted | None = Field(None, description="Another amount, as it was quoted.")
    currency: Literal["usd"] = Field(CURRENCY, description="Of `amount_cents`.")


class RejectionBody(ApiModel):
    """Why a wish is turned down."""

    model_config = ConfigDict(
        json_schema_extra=example("Reason", {"reason": "The session was held; the recording shows both of you."})
    )

    reason: Reason = Field(description="For the student to read.")


class RefundRow(ApiModel):
    """A refund, as its student sees it."""

    model_config = ConfigDict(json_schema_extra=example("Approved", _ROW))

    id: RefundIdField = Field(description="The refund's id.")
    enrollment_id: EnrollmentIdField | None = Field(description="The place; null for a payment that bought nothing.")
    transaction_id: TransactionIdField = Field(description="The payment.")
    status: RefundStatus = Field(strict=False, description="Where it stands.")
    amount_cents: AmountCents = Field(description="What the student gets.")
    currency: Currency
    reason: str = Field(description="Why it was asked for.")
    ends_place: bool = Field(description="Whether the place ends with it.")
    rejection: str | None = Field(description="Why it was turned down, if it was.")
    created_at: Instant = Field(description="When it was asked for.")
    decided_at: Instant | None = Field(description="When it was decided, taken back, or last sent again.")
    settled_at: Instant | None = Field(description="When the money had left.")


class RefundRows(ApiModel):
    """The refunds of a place."""

    model_config = ConfigDict(json_schema_extra=example("One", {"items": [_ROW]}))

    items: list[RefundRow] = Field(description="Newest first.")


class ManagedRefund(RefundRow):
    """A refund, as administrators see it."""

    model_config = ConfigDict(json_schema_extra=example("Approved", _MANAGED))

    buyer_id: UserIdField = Field(description="Who gets the money.")
    cause: str = Field(description="requested; or unclaimed: the payment had bought nothing.")
    requested_by_id: UserIdField | None = Field(description="Who asked; null when it was nobody.")
    decided_by_id: UserIdField | None = Field(description="The administrator who decided.")
    attempt: int = Field(description="How often it was sent under a new reference.")
    failure: str | None = Field(description="Why it failed, if it did.")
    parts: list[RefundPart] = Field(description="Who gave how much; empty until it was approved.")

    @classmethod
    def of(cls, row: Refund) -> "ManagedRefund":
        parts = [PartyLoss(**part) for part in row.parts]
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "parts"}
        return cls(**plain, parts=[RefundPart.of(part, row.currency, is_admin=True) for part in parts])


class DisputeRow(ApiModel):
    """A payment that the buyer's bank questions or took back."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "To be answered",
            {
                "id": "dsp_01kbq2z7m8e6h9s0t3v5x7y9zk",
                "provider_id": "du_1demo",
                "transaction_id": _TRANSACTION,
                "enrollment_id": _ENROLLMENT,
                "amount_cents": 24900,
                "currency": "usd",
                "reason": "product_not_received",
                "status": "needs_response",
                "evidence_due_at": "2026-12-10T23:59:59Z",
                "evidence_sent_at": None,
                "ends_place": False,
                "fee_cents": 1500,
                "created_at": "2026-12-01T15:00:00Z",
                "closed_at": None,
            },
        )
    )

    id: DisputeIdField = Field(description="The dispute's id.")
    provider_id: str = Field(pattern=r"^[A-Za-z0-9_]{1,255}$", description="The payment service's id.")
    transaction_id: TransactionIdField = Field(description="The payment.")
    enrollment_id: EnrollmentIdField | None = Field(description="The place, which is frozen while the bank decides.")
    amount_cents: AmountCents = Field(description="What the bank took.")
    currency: Currency
    reason: str = Field(description="The bank's word for why.")
    status: DisputeStatus = Field(strict=False, description="Where it stands.")
    evidence_due_at: Instant | None = Field(description="Until when the bank takes evidence.")
    evidence_sent_at: Instant | None = Field(
        description="When the bank was sent evidence, from here or from the payment service's own pages."
    )
    ends_place: bool = Field(description="Whether it was lost and so ended the place.")
    fee_cents: AmountCents = Field(description="What the payment service asks for it; the platform bears it.")
    created_at: Instant = Field(description="When we heard of it.")
    closed_at: Instant | None = Field(description="When it was decided.")
