"""Bodies of the payouts' API, of their owners' and of administrators."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.payouts.types import (
    BatchLine,
    FailureCode,
    PayoutFacts,
    PayoutIdField,
    PayoutStatus,
    ReviewReason,
)
from app.domains.users.types import ProseField, UserIdField
from app.edge.openapi import example
from app.edge.schemas import AmountCents, ApiModel, Currency, Instant

MOST_AT_ONCE: Final = 100
Note = Annotated[ProseField, StringConstraints(min_length=3, max_length=1000)]

_PAYOUT: dict[str, Any] = {
    "id": "pay_01kbq2z7m8e6h9s0t3v5x7y9za",
    "amount_cents": 8715,
    "currency": "usd",
    "status": "requested",
    "review_reason": "first_payout",
    "note": None,
    "failure_code": None,
    "failure": None,
    "reversed_cents": 0,
    "requested_at": "2026-12-01T15:00:00Z",
    "decided_at": None,
    "paid_at": None,
}


class PayoutRequest(ApiModel):
    """How much to pay out."""

    model_config = ConfigDict(json_schema_extra=example("A part", {"amount_cents": 5000, "currency": "usd"}))

    amount_cents: AmountCents | None = Field(
        None, description="In cents; leave it out to take as much as one payout can."
    )
    currency: Literal["usd"] = Field("usd", description="The one that is paid out.")


class NoteBody(ApiModel):
    """What an administrator saw."""

    model_config = ConfigDict(
        json_schema_extra=example("Note", {"note": "The name of the bank account is that of the teacher."})
    )

    note: Note | None = Field(None, description="Needed where `review_reason` is set; kept in the audit log.")


class HoldBody(ApiModel):
    """Why a payout is to be looked at twice."""

    model_config = ConfigDict(json_schema_extra=example("Note", {"note": "Two refunds of this teacher are under way."}))

    note: Note = Field(
        description="For the administrator who decides, and for the audit log; its owner sees that it is held."
    )


class DecisionBody(ApiModel):
    """Why a payout is not made."""

    model_config = ConfigDict(json_schema_extra=example("Reason", {"reason": "Please confirm your new bank account."}))

    reason: Note = Field(description="For the person concerned to read, and for the audit log.")


class BatchBody(ApiModel):
    """Which payouts to approve."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One", {"payout_ids": ["pay_01kbq2z7m8e6h9s0t3v5x7y9za"], "note": "All of November, looked through."}
        )
    )

    payout_ids: list[PayoutIdField] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="The payouts; one that is named twice counts once."
    )
    note: Note | None = Field(None, description="Needed for those whose `review_reason` is set.")


class BatchResult(ApiModel):
    """What became of one payout of many."""

    model_config = ConfigDict(
        json_schema_extra=example("Approved", {"payout_id": "pay_01kbq2z7m8e6h9s0t3v5x7y9za", "problem": None})
    )

    payout_id: PayoutIdField = Field(description="The payout.")
    problem: str | None = Field(description="The code of why it was not approved; null when it was.")


class BatchResults(ApiModel):
    """What became of each payout."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "One approved", {"items": [{"payout_id": "pay_01kbq2z7m8e6h9s0t3v5x7y9za", "problem": None}]}
        )
    )

    items: list[BatchResult] = Field(description="In the order in which they were named.")

    @classmethod
    def of(cls, lines: list[BatchLine]) -> Self:
        return cls(items=[BatchResult(payout_id=line.payout_id, problem=line.problem) for line in lines])


class Payout(ApiModel):
    """Money on its way out, as its owner sees it."""

    model_config = ConfigDict(json_schema_extra=example("Just asked for", _PAYOUT))

    id: PayoutIdField = Field(description="The payout's id.")
    amount_cents: AmountCents
    currency: Currency
    status: PayoutStatus = Field(
        description="requested, approved, sending, unknown (sent, no answer yet), paid, failed (may be tried again), "
        "rejected, cancelled."
    )
    review_reason: ReviewReason | None = Field(
        description="Why an administrator looks twice: the first payout, one to another bank account, or held. What "
        "is seen after it was approved or refused makes it `requested` again."
    )
    note: str | None = Field(description="Why an administrator rejected or cancelled it; else null.")
    failure_code: FailureCode | None = Field(description="Why the payment service made no transfer.")
    failure: str | None = Field(description="The same as a sentence.")
    reversed_cents: AmountCents = Field(description="How much of it was taken back later.")
    requested_at: Instant = Field(description="When it was asked for.")
    decided_at: Instant | None = Field(description="When an administrator last decided about it.")
    paid_at: Instant | None = Field(description="When the money reached the account at the payment service.")

    @classmethod
    def of(cls, facts: PayoutFacts) -> Self:
        note = facts.note if facts.status in (PayoutStatus.REJECTED, PayoutStatus.CANCELLED) else None
        return cls(**_shown(facts) | {"note": note})


class ManagedPayout(Payout):
    """A payout as administrators see it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Just asked for",
            _PAYOUT
            | {
                "user_id": "usr_01kbq2z7m8e6h9s0t3v5x7y9za",
                "provider_account": "acct_1QxTess",
                "transfer": None,
                "decided_by": None,
            },
        )
    )

    note: str | None = Field(description="What the administrator who decided last wrote.")
    user_id: UserIdField = Field(description="Who is paid.")
    provider_account: str = Field(description="The account at the payment service.")
    transfer: str | None = Field(description="The transfer at the payment service, once it is made.")
    decided_by: UserIdField | None = Field(description="The administrator who decided last.")

    @classmethod
    def of(cls, facts: PayoutFacts) -> Self:
        return cls(
            **_shown(facts),
            user_id=facts.user_id,
            provider_account=facts.provider_account_id,
            transfer=facts.transfer_id,
            decided_by=facts.decided_by,
        )


def _shown(facts: PayoutFacts) -> dict[str, Any]:
    return {
        "id": facts.id,
        "amount_cents": facts.amount_cents,
        "currency": facts.currency,
        "status": facts.status,
        "review_reason": facts.review_reason,
        "note": facts.note,
        "failure_code": facts.failure_code,
        "failure": facts.failure_code.sentence if facts.failure_code else None,
        "reversed_cents": facts.reversed_cents,
        "requested_at": facts.requested_at,
        "decided_at": facts.decided_at,
        "paid_at": facts.paid_at,
    }
