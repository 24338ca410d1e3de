"""Values of paying people out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, NewType

from app.core.config import Settings
from app.core.ids import id_constraint
from app.domains.users.types import UserId
from app.jobs.kinds import JobKind, JobPayload

PayoutId = NewType("PayoutId", str)
PayoutIdField = Annotated[PayoutId, id_constraint("pay")]
PayoutAccountId = NewType("PayoutAccountId", str)


class AccountStatus(StrEnum):
    """How somebody's account at the payment service stands."""

    NONE = "none"  # there is none
    INCOMPLETE = "incomplete"  # the questions are not all answered
    PENDING = "pending"  # the payment service checks the answers
    RESTRICTED = "restricted"  # something is missing or was refused: nothing is paid out
    ENABLED = "enabled"  # payouts work
    DISCONNECTED = "disconnected"  # its owner took our access away


class PayoutStatus(StrEnum):
    """requested → approved → sending → paid, failed (which may be tried again) or unknown (which is asked about, and
    becomes paid or failed). Before it is sent it may be rejected or cancelled, and what must be looked at again is
    requested once more. Paid, rejected and cancelled are ends."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


OPEN = (
    PayoutStatus.REQUESTED,
    PayoutStatus.APPROVED,
    PayoutStatus.SENDING,
    PayoutStatus.UNKNOWN,
    PayoutStatus.FAILED,
)
"""While a payout stands like this, its money is set aside."""

ASKED = (PayoutStatus.SENDING, PayoutStatus.UNKNOWN)
"""The payment service may have made the transfer."""


RECALLABLE = (PayoutStatus.REQUESTED, PayoutStatus.APPROVED, PayoutStatus.FAILED)
"""Nothing is on its way: no transfer was asked for, or it was refused."""


class ReversalStatus(StrEnum):
    """What became of taking money back: open until the payment service has answered."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class ReviewReason(StrEnum):
    """Why an administrator must look twice, and say so in a note."""

    FIRST_PAYOUT = "first_payout"
    BANK_CHANGED = "bank_changed"
    HELD = "held"  # by an administrator, because the payee was suspended, or because their bank sent money back


class Safeguard(StrEnum):
    """How the books are looked at. While one of these is late, payouts wait."""

    CHECK = "check"  # against themselves
    COMPARISON = "comparison"  # against those of the payment service


class FailureCode(StrEnum):
    """Why the payment service made no transfer."""

    INSUFFICIENT_BALANCE = "insufficient_balance"
    ACCOUNT_NOT_ENABLED = "account_not_enabled"
    ACCOUNT_GONE = "account_gone"
    OTHER = "other"

    @property
    def sentence(self) -> str:
        """The same to the person who is to be paid."""
        match self:
            case FailureCode.INSUFFICIENT_BALANCE:
                return "Payments of the last days have not reached us yet. We try again when they have."
            case FailureCode.ACCOUNT_NOT_ENABLED:
                return "Your payout account cannot be paid to: the payment service is waiting for answers from you."
            case FailureCode.ACCOUNT_GONE:
                return "Your payout account is no longer connected to PeerLoop."
            case FailureCode.OTHER:
                return "The payment service refused the transfer. We look into it."


class BankFault(StrEnum):
    """Why a bank sent money back, as far as its owner can do something about it."""

    ACCOUNT = "account"  # closed, frozen, or no such
    HOLDER = "holder"  # it is in another name
    OTHER = "other"

    @property
    def advice(self) -> str:
        """What the person does next."""
        match self:
            case BankFault.ACCOUNT:
                return "Open the payment service's page from your payout account and enter another bank account."
            case BankFault.HOLDER:
                return "Open the payment service's page from your payout account and enter a bank account in your own name."
            case BankFault.OTHER:
                return "Ask your bank why, or enter another bank account on the payment service's page."


@dataclass(frozen=True, slots=True)
class BankReturnFacts:
    """Money that somebody's bank sent back: it waits in their account at the payment service."""

    id: str
    amount_cents: int
    currency: str
    failure_code: str | None
    failure_message: str | None
    fault: BankFault
    sent_at: datetime
    returned_at: datetime


@dataclass(frozen=True, slots=True)
class PayoutRules:
    """The limits of this installation, in cents."""

    minimum_cents: int
    daily_cap_cents: int

    @classmethod
    def of(cls, settings: Settings) -> "PayoutRules":
        return cls(settings.payout_minimum_cents, settings.payout_daily_cap_cents)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Somebody's payout account as we know it."""

    status: AccountStatus
    country: str | None
    requirements: tuple[str, ...]  # in words
    disabled_reason: str | None
    provider_account_id: str | None
    refreshed_at: datetime | None
    bank_return: BankReturnFacts | None


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What to ask the payment service for. `is_new` when nobody has asked under this reference before."""

    reference: str
    email: str
    country: str
    created_at: datetime
    is_new: bool
    provider_account_id: str | None


@dataclass(frozen=True, slots=True)
class SendPlan:
    """A transfer to be made. `is_repeated` when it was asked for before in this attempt."""

    payout_id: PayoutId
    attempt: int
    reference: str
    provider_account_id: str
    amount_cents: int
    currency: str
    is_repeated: bool
    may_send: bool  # False while payouts are frozen: then it is only looked for

    @property
    def may_be_there(self) -> bool:
        """Then it is looked for before it is asked for; what an earlier attempt made counts as well."""
        return self.is_repeated or self.attempt > 1


@dataclass(frozen=True, slots=True)
class ReversalPlan:
    """Money to be taken back from a transfer. `is_repeated` when it may have been taken: then it is looked for
    first."""

    reference: str
    transfer_id: str
    amount_cents: int
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """One payout as its owner sees it."""

    id: PayoutId
    user_id: UserId
    amount_cents: int
    currency: str
    status: PayoutStatus
    review_reason: ReviewReason | None
    note: str | None
    failure_code: FailureCode | None
    reversed_cents: int
    requested_at: datetime
    decided_at: datetime | None
    paid_at: datetime | None
    provider_account_id: str
    bank_marker: str | None
    transfer_id: str | None
    decided_by: UserId | None


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What became of one payout of many: the code of the refusal, if it was refused."""

    payout_id: PayoutId
    problem: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """What one calendar month moved for a person, in cents."""

    first: date
    earned_cents: int  # their shares of what was sold
    released_cents: int  # taught
    taken_back_cents: int  # of refunds and disputes
    paid_out_cents: int


class PayoutPayload(JobPayload):
    """Which payout."""

    payout_id: PayoutId


class AccountPayload(JobPayload):
    """Which account at the payment service."""

    provider_account_id: str


class DebtorPayload(JobPayload):
    """Who owes something."""

    user_id: UserId


class TransferPayload(JobPayload):
    """Which transfer at the payment service."""

    transfer_id: str


SEND_PAYOUT = JobKind("payouts.send", PayoutPayload, max_attempts=50)
ASK_AFTER = JobKind("payouts.ask_after", JobPayload)
REFRESH_ACCOUNT = JobKind("payouts.refresh_account", AccountPayload)
RECOVER = JobKind("payouts.recover", DebtorPayload, max_attempts=50)
RESUME = JobKind("payouts.resume", JobPayload)
REFRESH_TRANSFER = JobKind("payouts.refresh_transfer", TransferPayload)
