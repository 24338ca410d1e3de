"""Values of the money domain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.ids import id_constraint
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

PurchaseId = NewType("PurchaseId", str)
PurchaseIdField = Annotated[PurchaseId, id_constraint("pur")]
TransactionId = NewType("TransactionId", str)
TransactionIdField = Annotated[TransactionId, id_constraint("txn")]


class PurchaseStatus(StrEnum):
    """created → open → paid or expired; a payment may be reported late, so created and expired can become paid too.
    A paid purchase never changes again."""

    CREATED = "created"  # our row is there, the payment service has not answered yet
    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"


class TransactionStatus(StrEnum):
    """completed → partially_refunded → refunded; any of these → disputed → back again, or dispute_lost when the
    bank left nothing."""

    COMPLETED = "completed"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"


class CheckoutPayload(JobPayload):
    """Which checkout to ask about."""

    checkout_id: str


REFRESH_CHECKOUT = JobKind("payments.refresh_checkout", CheckoutPayload)
RECONCILE = JobKind("payments.reconcile", JobPayload)


class TransactionPayload(JobPayload):
    """Which transaction a job is about."""

    transaction_id: TransactionId


RECORD_FEE = JobKind("payments.record_fee", TransactionPayload)


class AccountKind(StrEnum):
    """The ledger's accounts. Debits are positive, credits negative; all balances together are zero."""

    STRIPE = "stripe"  # what Stripe holds for us (asset)
    PLATFORM = "platform"  # what the platform earned
    PENDING = "pending"  # a person's share of sales not yet taught
    RELEASABLE = "releasable"  # a person's share that may be paid out
    IN_PAYOUT = "in_payout"  # a person's money that is on its way to them
    OWED = "owed"  # a person's debt (asset): paid out, then taken back; later earnings pay it first
    UNMATCHED = "unmatched"  # money that arrived without a place to go, to be given back
    REFUNDING = "refunding"  # what was decided to be given back and has not left yet
    DISPUTED = "disputed"  # what buyers' banks took back for now (asset)
    BANK = "bank"  # what the platform sent from there to its own bank, less what came back or was put in (asset)


class Viewer(StrEnum):
    """Whose side of a payment is shown."""

    BUYER = "buyer"
    RECIPIENT = "recipient"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class PurchaseRef:
    """What is bought, in words the money domain need not understand."""

    subject_id: str
    title: str
    creator_id: UserId
    teacher_id: UserId | None  # None: chosen with the first booking
    session_count: int | None


@dataclass(frozen=True, slots=True)
class Balances:
    """One person's money, in minor units of one currency."""

    pending_cents: int  # sold, not yet taught
    releasable_cents: int  # taught, not asked for
    in_payout_cents: int  # asked for, not yet sent
    owed_cents: int  # kept back from what is asked for
    currency: str

    @property
    def available_cents(self) -> int:
        """What a payout may take."""
        return max(0, self.releasable_cents - self.owed_cents)


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry of the ledger and what it did to one account: a debit is positive."""

    id: str
    kind: str
    reference: str
    amount_cents: int
    currency: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """One change of a person's balance. What the person gains is positive, also on `owed`, where it is less owed."""

    entry_id: str
    kind: str
    reference: str
    account: AccountKind
    credit_cents: int
    currency: str
    created_at: datetime
    title: str | None  # of the sale that it is about


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """A payment that arrived, and what it is called at the payment service."""

    transaction_id: TransactionId
    charge_id: str | None
    payment_intent_id: str | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One recipient's part of a payment, and what became of it."""

    share: str
    recipient_id: UserId | None  # None: the platform; of a teacher's part, nobody yet
    percent: int
    amount_cents: int
    released_cents: int
    taken_back_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """One posting, in words. Positive amounts are what the account gained, negative ones what it gave."""

    step: int
    at: datetime
    what: str
    title: str
    account: AccountKind
    recipient_id: UserId | None
    amount_cents: int
    currency: str
    rule: str
    rule_version: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A payment and its lines, as far as they concern the viewer. `net_cents` is what the viewer has of it: for the
    buyer what was paid and did not come back."""

    transaction_id: TransactionId
    viewer: Viewer
    gross_cents: int
    refunded_cents: int
    net_cents: int
    currency: str
    shares: tuple[ShareLine, ...]
    lines: tuple[ExplainedLine, ...]
