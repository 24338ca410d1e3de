"""Rules of payouts that need no database: how an account stands, what is missing in words, who must look twice, and how
months and movements are written down."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.domains.payments.types import AccountKind, Posting
from app.domains.payouts.types import AccountStatus, BankFault, FailureCode, Month, ReviewReason, Safeguard
from app.providers.payments.port import Capability, ConnectedAccount, Reason

LATE_AFTER: Final[Mapping[Safeguard, timedelta]] = {
    Safeguard.CHECK: timedelta(minutes=15),
    Safeguard.COMPARISON: timedelta(hours=26),
}
"""How old the last look at the books may be when money is to leave."""
_CHECKING = ("requirements.pending_verification", "under_review")


def status_of(account: ConnectedAccount | None) -> AccountStatus:
    """How an account stands, from nothing but what the payment service says of it now."""
    if account is None:
        return AccountStatus.NONE
    if account.deauthorised:
        return AccountStatus.DISCONNECTED
    if not account.details_submitted:  # before that the service calls everything past due
        return AccountStatus.INCOMPLETE
    if account.past_due or account.disabled_reason not in (None, *_CHECKING):
        return AccountStatus.RESTRICTED
    if account.disabled_reason is None and account.payouts_enabled and account.transfers is Capability.ACTIVE:
        return AccountStatus.ENABLED
    is_checked = account.disabled_reason in _CHECKING or account.pending_verification
    is_asked = account.currently_due and not is_checked
    return AccountStatus.RESTRICTED if is_asked else AccountStatus.PENDING


# The payment service's names of what it wants, without the leading "individual." or "company.".
_WORDS: Mapping[str, str] = {
    "external_account": "A bank account to be paid to.",
    "tos_acceptance": "Your agreement to the payment service's terms.",
    "verification": "A picture of an identity document.",
    "dob": "Your date of birth.",
    "address": "Your address.",
    "id_number": "Your national identification number.",
    "ssn_last_4": "The last four digits of your social security number.",
    "first_name": "Your first name.",
    "last_name": "Your last name.",
    "email": "Your e-mail address.",
    "phone": "Your phone number.",
    "business_profile": "What you offer.",
    "business_type": "Whether you act for yourself or for a company.",
}
_OWNER = re.compile(r"^(?:individual|company|representative|owners|directors|person_\w+)\.")


def requirements_in_words(names: Sequence[str]) -> tuple[str, ...]:
    """What the payment service wants to know, each thing once; a name that we do not know is written out."""
    return tuple(dict.fromkeys(_in_words(name) for name in names))


def _in_words(name: str) -> str:
    first, *rest = _OWNER.sub("", name).split(".")
    return _WORDS.get(first, " ".join([first, *rest]).replace("_", " ").capitalize() + ".")


def review_reason(trusted_marker: str | None, bank_marker: str | None, *, is_first: bool) -> ReviewReason | None:
    """Why somebody must look twice before this goes out. No bank account is trusted after one sent money back."""
    if is_first:
        return ReviewReason.FIRST_PAYOUT
    is_trusted = trusted_marker is not None and bank_marker == trusted_marker
    return None if is_trusted else ReviewReason.BANK_CHANGED


_CODES: Mapping[str, FailureCode] = {
    Reason.INSUFFICIENT_BALANCE: FailureCode.INSUFFICIENT_BALANCE,
    Reason.ACCOUNT_NOT_ENABLED: FailureCode.ACCOUNT_NOT_ENABLED,
    Reason.ACCOUNT_GONE: FailureCode.ACCOUNT_GONE,
}


def failure_of(reason: str) -> FailureCode:
    """Our word for why the payment service refused a transfer."""
    return _CODES.get(reason, FailureCode.OTHER)


_BANK_FAULTS: Mapping[str, BankFault] = {
    "account_closed": BankFault.ACCOUNT,
    "account_frozen": BankFault.ACCOUNT,
    "bank_account_restricted": BankFault.ACCOUNT,
    "bank_ownership_changed": BankFault.ACCOUNT,
    "invalid_account_number": BankFault.ACCOUNT,
    "invalid_account_number_length": BankFault.ACCOUNT,
    "invalid_currency": BankFault.ACCOUNT,
    "no_account": BankFault.ACCOUNT,
    "incorrect_account_holder_details": BankFault.HOLDER,
    "incorrect_account_holder_name": BankFault.HOLDER,
    "incorrect_account_holder_tax_id": BankFault.HOLDER,
    "incorrect_account_type": BankFault.HOLDER,
}


def bank_fault_of(failure_code: str | None) -> BankFault:
    """Our word for the payment service's word for why a bank sent money back."""
    return _BANK_FAULTS.get(failure_code or "", BankFault.OTHER)


def transfer_reference(payout_id: str, attempt: int) -> str:
    """The idempotency key of a transfer. It is the same for every repetition of a call whose answer was lost. Only
    after a refusal, which moved no money, there is another: for a day the payment service repeats what it refused."""
    return payout_id if attempt == 1 else f"{payout_id}:{attempt}"


def account_reference(account_id: str, generation: int) -> str:
    """The idempotency key of opening an account; another one after the owner took our access away."""
    return account_id if generation == 1 else f"{account_id}:{generation}"


STATEMENT_HEAD: Final = ("time", "movement", "balance", "course", "amount", "currency", "entry")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MONTHS_A_YEAR = 12


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what could begin one is written as text."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def decimal_text(cents: int) -> str:
    """Such as `-3.05`: a number, so never defused."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated lines that end in CRLF (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def months_before(first: date, count: int) -> date:
    """The first day of the month so many months before; a negative count goes forward."""
    index = first.year * _MONTHS_A_YEAR + first.month - 1 - count
    return date(index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1, 1)


def months_of(postings: Iterable[Posting], zone: ZoneInfo) -> list[Month]:
    """What each month moved, the newest first."""
    found: dict[date, list[Posting]] = defaultdict(list)
    for posting in postings:
        found[posting.created_at.astimezone(zone).date().replace(day=1)].append(posting)
    return [_month(first, found[first]) for first in sorted(found, reverse=True)]


def _month(first: date, postings: Sequence[Posting]) -> Month:
    def total(account: AccountKind, *kinds: str) -> int:
        return sum(each.credit_cents for each in postings if each.account is account and each.kind in kinds)

    # A release moves money out of `pending`; what of it paid a debt never reached `releasable`.
    released = -total(AccountKind.PENDING, "release", "keep")
    taken = [total(account, "refund", "dispute_lost") for account in _OF_PEOPLE]
    return Month(
        first=first,
        earned_cents=total(AccountKind.PENDING, "allocate", "assign"),
        released_cents=released,
        taken_back_cents=-sum(taken),
        paid_out_cents=-total(AccountKind.IN_PAYOUT, "payout_paid"),
    )


_OF_PEOPLE = (AccountKind.PENDING, AccountKind.RELEASABLE, AccountKind.OWED)
