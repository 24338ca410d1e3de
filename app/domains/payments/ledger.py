"""The double-entry ledger. Debits are positive, credits negative; every entry sums to zero in one currency.

What a person has earned is a credit: a negative balance of a `pending`, `releasable` or `in_payout` account, never
overdrawn. What a person owes is a debit, never less than nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.db.session import ReadSession, WriteSession
from app.domains.payments import repository
from app.domains.payments.errors import LedgerRefused
from app.domains.payments.types import AccountKind
from app.domains.users.types import UserId

_MAY_BE_DEBIT = frozenset(
    {AccountKind.STRIPE, AccountKind.PLATFORM, AccountKind.OWED, AccountKind.DISPUTED, AccountKind.BANK}
)
_MAY_BE_CREDIT = frozenset(AccountKind) - {AccountKind.OWED}


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account of the books; a person's accounts have an owner."""

    kind: AccountKind
    currency: str
    owner_id: UserId | None = None

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.owner_id or '-'}:{self.currency}"


@dataclass(frozen=True, slots=True)
class Line:
    """One posting: positive debits the account, negative credits it."""

    account: Account
    amount_cents: int


def post(session: WriteSession, entry_id: str, *, kind: str, reference: str, lines: list[Line]) -> bool:
    """Enter one fact. False when it was entered before. Raises `LedgerRefused` when it would break the books."""
    lines = sorted((line for line in lines if line.amount_cents), key=lambda line: line.account.id)
    if sum(line.amount_cents for line in lines) or len({line.account.currency for line in lines}) > 1:
        raise LedgerRefused(f"{entry_id} does not balance")
    if not repository.insert_entry(session, entry_id, kind=kind, reference=reference):
        return False
    if lines:
        _apply(session, entry_id, lines)
    return True


def _apply(session: WriteSession, entry_id: str, lines: list[Line]) -> None:
    repository.ensure_accounts(session, [_account_row(line.account) for line in lines])
    for line in lines:  # in the order of account ids, so that two entries never wait for each other
        kind = line.account.kind
        signs = {"may_be_debit": kind in _MAY_BE_DEBIT, "may_be_credit": kind in _MAY_BE_CREDIT}
        if not repository.add_to_balance(session, line.account.id, line.amount_cents, **signs):
            raise LedgerRefused(f"{entry_id} would overdraw {line.account.id}")
    repository.insert_postings(session, [_posting_row(entry_id, number, line) for number, line in enumerate(lines)])


def _account_row(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "kind": account.kind,
        "owner_id": account.owner_id,
        "currency": account.currency,
        "balance_cents": 0,
    }


def _posting_row(entry_id: str, number: int, line: Line) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "line": number,
        "account_id": line.account.id,
        "amount_cents": line.amount_cents,
        "currency": line.account.currency,
    }


def credit_of(session: ReadSession, account: Account) -> int:
    """What the account's owner has, in minor units."""
    return -repository.balance(session, account.id)


def hold(session: WriteSession, accounts: Collection[Account]) -> dict[Account, int]:
    """The accounts' balances, which nobody else changes until this unit is done."""
    found = repository.lock_balances(session, [account.id for account in accounts])
    return {account: found.get(account.id, 0) for account in accounts}


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The books at a glance. They are sound when nothing is named in `faults` and the balances sum to zero."""

    balances: dict[str, int]
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults and sum(self.balances.values()) == 0


def trial_balance(session: ReadSession) -> TrialBalance:
    """Recompute everything from the postings and name each difference."""
    balances, posted = repository.account_balances(session), repository.posted_sums(session)
    faults = [f"entry {entry_id} does not balance" for entry_id in repository.unbalanced_entries(session)]
    faults += [
        f"{account_id}: balance {balance}, postings {posted.get(account_id, 0)}"
        for account_id, balance in balances.items()
        if balance != posted.get(account_id, 0)
    ]
    return TrialBalance(balances, tuple(faults))
