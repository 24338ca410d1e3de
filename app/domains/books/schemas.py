"""Bodies of the books' API."""

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StringConstraints

from app.domains.books.types import Drift, FindingIdField, Move, Verdict
from app.domains.users.types import ProseField
from app.edge.openapi import example
from app.edge.schemas import ApiModel, Currency, Instant

_LINES = [
    {"account": "stripe", "amount_cents": -8715, "currency": "usd"},
    {"account": "platform", "amount_cents": 8715, "currency": "usd"},
]
_FINDING: dict[str, Any] = {
    "id": "fnd_01kbq2z7m8e6h9s0t3v5x7y9za",
    "move": "transfer",
    "drift": "unbooked",
    "subject": "tr_1QxTess",
    "ours_cents": 0,
    "theirs_cents": -8715,
    "currency": "usd",
    "sentence": "Transfer at the payment service that is not in the ledger (tr_1QxTess): 0 here, -8715 there.",
    "proposal": _LINES,
    "moved_at": "2026-12-01T17:20:00Z",
    "found_at": "2026-12-02T03:00:00Z",
    "seen_at": "2026-12-02T03:00:00Z",
    "resolved_at": None,
}


class Books(ApiModel):
    """Whether the books add up, and whether payouts are made."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "All is well", {"is_sound": True, "faults": [], "frozen_at": None, "frozen_faults": []}
        )
    )

    is_sound: bool = Field(description="Whether everything that must be true of the ledger is true now.")
    faults: list[str] = Field(description="What is not, one sentence each.")
    frozen_at: Instant | None = Field(description="Since when no payout is made; null while they are made.")
    frozen_faults: list[str] = Field(description="What did not add up then.")

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        return cls(
            is_sound=verdict.is_sound,
            faults=list(verdict.faults),
            frozen_at=verdict.frozen_at,
            frozen_faults=list(verdict.frozen_faults),
        )


class LiftBody(ApiModel):
    """What an administrator found."""

    model_config = ConfigDict(
        json_schema_extra=example(
            "Note", {"note": "A row was restored from the wrong backup; set right by entry 4711."}
        )
    )

    note: Annotated[ProseField, StringConstraints(min_length=3, max_length=1000)] = Field(
        description="What was wrong and what was done; for the audit log."
    )


class AcceptBody(ApiModel):
    """Why an administrator has it entered."""

    model_config = ConfigDict(
        json_schema_extra=example("Note", {"note": "The monthly fee for accounts, see the invoice."})
    )

    note: Annotated[ProseField, StringConstraints(min_length=3, max_length=1000)] = Field(
        description="What it is and how you know; for the audit log."
    )


class ProposedLine(ApiModel):
    """One line of an entry."""

    model_config = ConfigDict(json_schema_extra=example("A credit", _LINES[0]))

    account: str = Field(description="The account of the ledger, and whose.")
    amount_cents: int = Field(description="Positive debits the account, negative credits it.")
    currency: Currency


class ReconciliationFinding(ApiModel):
    """A difference between our books and those of the payment service."""

    model_config = ConfigDict(json_schema_extra=example("A transfer nobody entered", _FINDING))

    id: FindingIdField = Field(description="The finding's id.")
    move: Move = Field(description="What kind of movement it is about.")
    drift: Drift = Field(
        description="unbooked: they have it, we do not; phantom: the other way round; amount, currency, twice, "
        "misdirected, reversed: they have it otherwise; state: a dispute stands otherwise there; balance: the totals differ "
        "by more than all others explain."
    )
    subject: str = Field(description="Which one: our id of it, or theirs where we have none.")
    ours_cents: int = Field(description="By how much it moved the balance in our books.")
    theirs_cents: int = Field(description="By how much in theirs.")
    currency: Currency
    sentence: str = Field(description="The difference in words.")
    proposal: list[ProposedLine] = Field(
        description="The entry that would make our balance theirs; empty if none would. What is not of one of our payouts, "
        "refunds or disputes is the platform's."
    )
    moved_at: Instant | None = Field(
        description="When the newest of what it is about moved; null of the whole balance, and of what moved nothing."
    )
    found_at: Instant = Field(description="When it was found first.")
    seen_at: Instant = Field(description="When it was last there.")
    resolved_at: Instant | None = Field(description="When it was gone; null while it is there.")
