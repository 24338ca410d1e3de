"""What money that leaves our balance does to the books: to people, and to our own bank. Every entry's id is made from
the fact, so it is entered once."""

from collections.abc import Sequence
from datetime import datetime

from app.db.session import ReadSession, WriteSession
from app.domains.payments import ledger
from app.domains.payments.ledger import Account, Line
from app.domains.payments.repository import movements as rows
from app.domains.payments.types import AccountKind, Balances, EntryFacts, Posting
from app.domains.users.types import UserId


def hold_balances(session: WriteSession, user_id: UserId, currency: str) -> Balances:
    """What a person has and owes; nobody else changes it until this unit is done."""
    kinds = (AccountKind.PENDING, AccountKind.RELEASABLE, AccountKind.IN_PAYOUT, AccountKind.OWED)
    ledger.hold(session, [Account(kind, currency, user_id) for kind in kinds])
    return balances_of(session, user_id, currency)


def balances_of(session: ReadSession, user_id: UserId, currency: str) -> Balances:
    """What a person has and owes, from the ledger."""

    def credit(kind: AccountKind) -> int:
        return ledger.credit_of(session, Account(kind, currency, user_id))

    return Balances(
        pending_cents=credit(AccountKind.PENDING),
        releasable_cents=credit(AccountKind.RELEASABLE),
        in_payout_cents=credit(AccountKind.IN_PAYOUT),
        owed_cents=-credit(AccountKind.OWED),
        currency=currency,
    )


def keep_back(session: WriteSession, fact: str, user_id: UserId, amount_cents: int, currency: str) -> None:
    """Pay some of what a person owes from what they may have paid out."""
    debit, credit = (Account(kind, currency, user_id) for kind in (AccountKind.RELEASABLE, AccountKind.OWED))
    _move(session, "keep_back", fact, amount_cents, debit=debit, credit=credit)


def begin_payout(session: WriteSession, payout_id: str, user_id: UserId, amount_cents: int, currency: str) -> None:
    """Set money aside for a payout. Raises `LedgerRefused` when there is less."""
    debit, credit = (Account(kind, currency, user_id) for kind in (AccountKind.RELEASABLE, AccountKind.IN_PAYOUT))
    _move(session, "payout", payout_id, amount_cents, debit=debit, credit=credit)


def give_up_payout(session: WriteSession, payout_id: str, user_id: UserId, amount_cents: int, currency: str) -> None:
    """Put the money of a payout that is not made back to where it was taken from."""
    debit, credit = (Account(kind, currency, user_id) for kind in (AccountKind.IN_PAYOUT, AccountKind.RELEASABLE))
    _move(session, "payout_back", payout_id, amount_cents, debit=debit, credit=credit)


def finish_payout(session: WriteSession, payout_id: str, user_id: UserId, amount_cents: int, currency: str) -> None:
    """The payment service has moved the money to the person's account there."""
    debit, credit = Account(AccountKind.IN_PAYOUT, currency, user_id), Account(AccountKind.STRIPE, currency)
    _move(session, "payout_paid", payout_id, amount_cents, debit=debit, credit=credit)


def recover(session: WriteSession, reversal_id: str, user_id: UserId, amount_cents: int, currency: str) -> None:
    """Money that was paid out came back: it pays what the person owes, and the rest may be paid out again."""
    debt = min(amount_cents, hold_balances(session, user_id, currency).owed_cents)
    lines = [
        Line(Account(AccountKind.STRIPE, currency), amount_cents),
        Line(Account(AccountKind.OWED, currency, user_id), -debt),
        Line(Account(AccountKind.RELEASABLE, currency, user_id), debt - amount_cents),
    ]
    ledger.post(session, f"reversal:{reversal_id}", kind="reversal", reference=reversal_id, lines=lines)


def send_to_bank(session: WriteSession, bank_payout_id: str, amount_cents: int, currency: str) -> None:
    """The payment service sent some of our balance to our own bank; below zero it fetched it from there."""
    debit, credit = Account(AccountKind.BANK, currency), Account(AccountKind.STRIPE, currency)
    _move(session, "bank_payout", bank_payout_id, amount_cents, debit=debit, credit=credit)


def take_back_from_bank(session: WriteSession, bank_payout_id: str, amount_cents: int, currency: str) -> None:
    """What was sent to our own bank is in our balance again: it was refused there, or stopped before."""
    debit, credit = Account(AccountKind.STRIPE, currency), Account(AccountKind.BANK, currency)
    _move(session, "bank_payout_back", bank_payout_id, amount_cents, debit=debit, credit=credit)


def accept_difference(
    session: WriteSession, fact: str, lines: Sequence[tuple[AccountKind, int]], currency: str, *, reference: str
) -> bool:
    """Enter what the payment service's books have and ours have not, as an administrator decided. False when it was
    entered before. Raises `LedgerRefused` when it would overdraw an account."""
    posted = [Line(Account(kind, currency), cents) for kind, cents in lines]
    return ledger.post(session, f"accepted:{fact}", kind="accepted", reference=reference, lines=posted)


def take_back_accepted(session: WriteSession, reference: str) -> None:
    """What was accepted about a thing that our books did not know is in them by itself now."""
    for entry_id, lines in rows.accepted_about(session, reference).items():
        back = [Line(Account(kind, currency), -cents) for kind, currency, cents in lines]
        taken_back = entry_id.replace("accepted:", "taken_back:", 1)
        ledger.post(session, taken_back, kind="accepted", reference=reference, lines=back)


def _move(session: WriteSession, kind: str, fact: str, amount_cents: int, *, debit: Account, credit: Account) -> None:
    lines = [Line(debit, amount_cents), Line(credit, -amount_cents)]
    ledger.post(session, f"{kind}:{fact}", kind=kind, reference=fact, lines=lines)


def money_at_service(session: ReadSession, *, since: datetime) -> list[EntryFacts]:
    """What our books say that the payment service moved since then, entry by entry; the oldest first."""
    return rows.entries_of(session, AccountKind.STRIPE, since=since)


def total_at_service(session: ReadSession) -> dict[str, int]:
    """What the payment service holds for us, by currency."""
    return rows.totals_of(session, AccountKind.STRIPE)


def postings_of(session: ReadSession, owner_id: UserId, *, since: datetime, until: datetime) -> list[Posting]:
    """Every change of a person's balances in that time; the oldest first."""
    return rows.postings_of(session, owner_id, since=since, until=until)
