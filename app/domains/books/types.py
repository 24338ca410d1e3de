"""Values of checking the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.refunds.types import DisputeStatus
from app.jobs.kinds import JobKind, JobPayload

FindingId = NewType("FindingId", str)
FindingIdField = Annotated[FindingId, id_constraint("fnd")]


class Move(StrEnum):
    """What moves our balance at the payment service."""

    PAYMENT = "payment"
    FEE = "fee"
    REFUND = "refund"
    TRANSFER = "transfer"
    REVERSAL = "reversal"
    DISPUTE = "dispute"
    DISPUTE_FEE = "dispute_fee"
    BANK_PAYOUT = "bank_payout"  # to our own bank, or from there
    OTHER = "other"


class Drift(StrEnum):
    """How two books can differ about one fact."""

    UNBOOKED = "unbooked"  # they have it, we do not
    PHANTOM = "phantom"  # we have it, they do not
    AMOUNT = "amount"  # both have it, with other amounts
    CURRENCY = "currency"
    TWICE = "twice"  # they have it more than once
    MISDIRECTED = "misdirected"  # a transfer went to another account
    REVERSED = "reversed"  # the payout does not show what came back of it
    STATE = "state"  # a dispute stands otherwise, or only one side has it
    BALANCE = "balance"  # the totals differ by more than what is named


class FindingStatus(StrEnum):
    """Whether a difference is still there."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Movement:
    """One fact as one of the books has it. Cents are positive when our balance grew. `key` is the same in both
    books."""

    move: Move
    key: str
    cents: int
    currency: str
    at: datetime
    source: str  # the entry of the ledger, or the object at the payment service


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One line of the entry that would set things right: positive debits."""

    account: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `subject` and what drifted name it: the same one is found again the next night."""

    move: Move
    drift: Drift
    subject: str
    ours_cents: int
    theirs_cents: int
    currency: str
    sentence: str
    proposal: tuple[ProposedLine, ...] = ()
    moved_at: datetime | None = None  # when the newest of what it is about moved

    @property
    def fingerprint(self) -> str:
        return f"{self.move}:{self.drift}:{self.subject}:{self.currency}"


@dataclass(frozen=True, slots=True)
class SentTransfer:
    """A transfer as the payment service has it, and where our payout wanted it."""

    transfer_id: str
    key: str
    account_id: str
    reversed_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class KnownPayout:
    """A payout of ours that was paid."""

    transfer_id: str
    account_id: str
    reversed_cents: int


@dataclass(frozen=True, slots=True)
class DisputeState:
    """How a dispute stands in one of the books. `id` is that of the book, `provider_id` the payment service's."""

    id: str
    provider_id: str
    status: DisputeStatus
    currency: str


@dataclass(frozen=True, slots=True)
class Books:
    """What one side has. Totals are those of the whole balance by currency, whenever it moved; None when they could not
    be read at the same moment as the movements."""

    movements: tuple[Movement, ...]
    totals: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding, since when it is there, and whether it is gone."""

    id: FindingId
    move: Move
    drift: Drift
    subject: str
    ours_cents: int
    theirs_cents: int
    currency: str
    sentence: str
    proposal: list[ProposedLine]
    moved_at: datetime | None
    found_at: datetime
    seen_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the books stand now, and since when payouts are frozen, if they are."""

    is_sound: bool
    faults: tuple[str, ...]
    frozen_at: datetime | None
    frozen_faults: tuple[str, ...]


CHECK = JobKind("books.check", JobPayload)
COMPARE = JobKind("books.compare", JobPayload, max_attempts=12, lease_s=600)
