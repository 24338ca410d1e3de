"""Comparing two books: every difference is named, with the entry that would set it right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domains.books.types import (
    Books,
    DisputeState,
    Drift,
    Finding,
    KnownPayout,
    Move,
    Movement,
    ProposedLine,
    SentTransfer,
)
from app.domains.payments.types import AccountKind, EntryFacts
from app.providers.payments.port import BalanceTransaction

GRACE = timedelta(hours=1)
"""What is younger may be on its way: a notification, or the job that enters it."""
COMPARED, EDGE = timedelta(days=35), timedelta(days=30)
"""How far back movements are compared; and how much further they are read, for one book may have a movement much later
than the other: a notice that was lost is asked about for as long."""

_Key = tuple[Move, str]
_OF_ROWS: Mapping[Move, str] = {
    Move.REFUND: "refunding",
    Move.TRANSFER: "in_payout of the payee",
    Move.REVERSAL: "releasable of the payee",
    Move.DISPUTE: "disputed",
}
"""Against which account a movement is entered when a row of ours moves on to the state that the payment service has."""
_OF_NOBODY: Mapping[Move, AccountKind] = {Move.PAYMENT: AccountKind.UNMATCHED, Move.BANK_PAYOUT: AccountKind.BANK}
"""Against which account the others are entered, which is else the platform's: it bears what nobody else does."""


def compare(ours: Books, theirs: Books, *, since: datetime, now: datetime) -> list[Finding]:
    """The differences of what happened since then, but not in the last hour; and of the whole balance, as far as
    they and what is on its way do not explain it. Both books may begin earlier: what is older serves to find the
    other half."""
    mine, yours = _by_key(ours.movements), _by_key(theirs.movements)
    keys = [key for key in sorted(mine.keys() | yours.keys()) if _newest(mine[key] + yours[key]) >= since]
    found = [
        finding
        for key in keys
        if _newest(mine[key] + yours[key]) <= now - GRACE
        for finding in _differences(key, mine[key], yours[key])
    ]
    explained: Counter[str] = Counter()
    for key in keys:
        explained.update(_by_currency(yours[key]))
        explained.subtract(_by_currency(mine[key]))
    return [*found, *_totals(ours.totals, theirs.totals, explained)]


def _by_key(movements: Iterable[Movement]) -> defaultdict[_Key, list[Movement]]:
    found: defaultdict[_Key, list[Movement]] = defaultdict(list)
    for movement in movements:
        found[movement.move, movement.key].append(movement)
    return found


def _newest(movements: Iterable[Movement]) -> datetime:
    return max(movement.at for movement in movements)


def _by_currency(movements: Iterable[Movement]) -> Counter[str]:
    found: Counter[str] = Counter()
    for movement in movements:
        found[movement.currency] += movement.cents
    return found


def _differences(key: _Key, ours: Sequence[Movement], theirs: Sequence[Movement]) -> list[Finding]:
    move, name = key
    if {each.currency for each in ours} != {each.currency for each in theirs} and ours and theirs:
        return [_finding(Drift.CURRENCY, move, name, ours, theirs)]
    mine, yours = (sum(each.cents for each in side) for side in (ours, theirs))
    if mine == yours:
        return []
    if not ours:
        return [_finding(Drift.UNBOOKED, move, name, ours, theirs)]
    if not theirs:
        return [_finding(Drift.PHANTOM, move, name, ours, theirs)]
    is_twice = len(theirs) > len(ours) and yours == mine * len(theirs)
    return [_finding(Drift.TWICE if is_twice else Drift.AMOUNT, move, name, ours, theirs)]


def _finding(drift: Drift, move: Move, name: str, ours: Sequence[Movement], theirs: Sequence[Movement]) -> Finding:
    currency = (*theirs, *ours)[0].currency
    mine, yours = (sum(each.cents for each in side) for side in (ours, theirs))
    sources = ", ".join(each.source for each in (*ours, *theirs))
    words = move.replace("_", " ")
    return Finding(
        move=move,
        drift=drift,
        subject=name,
        ours_cents=mine,
        theirs_cents=yours,
        currency=currency,
        sentence=f"{_WORDS[drift].format(words=words.capitalize())} ({sources}): {mine} here, {yours} there.",
        proposal=()
        if drift is Drift.CURRENCY
        else _proposal(yours - mine, currency, _against(move, drift, name, theirs)),
        moved_at=_newest((*ours, *theirs)),
    )


def _against(move: Move, drift: Drift, name: str, theirs: Sequence[Movement]) -> str:
    """What is of one of our rows, and is only or otherwise in one of the books, comes with the row's state; whose money
    came back by hand, only a person knows."""
    is_known = move is Move.REVERSAL or any(each.source != name for each in theirs)
    is_of_row = drift in {Drift.PHANTOM, Drift.AMOUNT} or (drift is Drift.UNBOOKED and is_known)
    if move in _OF_ROWS and is_of_row:
        return _OF_ROWS[move]
    return _OF_NOBODY.get(move, AccountKind.PLATFORM)


_WORDS: Mapping[Drift, str] = {
    Drift.UNBOOKED: "{words} at the payment service that is not in the ledger",
    Drift.PHANTOM: "{words} in the ledger that the payment service does not have",
    Drift.AMOUNT: "{words} with different amounts",
    Drift.CURRENCY: "{words} in different currencies",
    Drift.TWICE: "{words} that was made more than once at the payment service",
}


def _proposal(missing_cents: int, currency: str, against: str) -> tuple[ProposedLine, ...]:
    """What would make our balance theirs."""
    return (
        ProposedLine(AccountKind.STRIPE, missing_cents, currency),
        ProposedLine(against, -missing_cents, currency),
    )


def postable(proposal: Sequence[ProposedLine]) -> list[tuple[AccountKind, int]] | None:
    """The lines of an entry, when an administrator may have it made: none that changes what people have, what is on its
    way to somebody, or takes money of buyers."""
    lines = [(AccountKind(line.account), line.amount_cents) for line in proposal if line.account in _PLATFORMS]
    is_whole = lines and len(lines) == len(proposal)
    takes_from_buyers = any(kind is AccountKind.UNMATCHED and cents > 0 for kind, cents in lines)
    return lines if is_whole and not takes_from_buyers else None


_PLATFORMS = frozenset({AccountKind.STRIPE, AccountKind.PLATFORM, AccountKind.BANK, AccountKind.UNMATCHED})


def _totals(
    ours: Mapping[str, int] | None, theirs: Mapping[str, int] | None, explained: Mapping[str, int]
) -> list[Finding]:
    if ours is None or theirs is None:
        return []
    return [
        _of_balance(currency, ours.get(currency, 0), theirs.get(currency, 0), explained.get(currency, 0))
        for currency in sorted(ours.keys() | theirs.keys())
        if theirs.get(currency, 0) - ours.get(currency, 0) != explained.get(currency, 0)
    ]


def _of_balance(currency: str, ours: int, theirs: int, explained: int) -> Finding:
    words = (
        f"The balance is {ours} here and {theirs} there, and {theirs - ours - explained} of that no movement that was "
    )
    return Finding(
        move=Move.OTHER,
        drift=Drift.BALANCE,
        subject="balance",
        ours_cents=ours,
        theirs_cents=theirs - explained,
        currency=currency,
        sentence=words + "compared explains: look at what is older.",
        proposal=_proposal(theirs - explained - ours, currency, AccountKind.PLATFORM),
    )


def compare_transfers(transfers: Iterable[SentTransfer], payouts: Mapping[str, KnownPayout]) -> list[Finding]:
    """Where a transfer went elsewhere than the payout says, or came back and the payout does not say so. What came back
    that was not entered at all is a movement, and named as such."""
    found: list[Finding] = []
    for transfer in transfers:
        payout = payouts.get(transfer.key)
        if payout is None:
            continue  # the movement is named
        if payout.account_id != transfer.account_id:
            words = f"The transfer {transfer.transfer_id} of the payout {transfer.key} went to {transfer.account_id}, "
            found.append(_of_transfer(Drift.MISDIRECTED, transfer, 0, 0, words + f"not to {payout.account_id}."))
        if payout.reversed_cents != transfer.reversed_cents:
            words = f"Of the transfer {transfer.transfer_id}, {transfer.reversed_cents} came back; the payout says "
            ours, theirs = payout.reversed_cents, transfer.reversed_cents
            found.append(_of_transfer(Drift.REVERSED, transfer, ours, theirs, words + f"{ours}."))
    return found


def compare_disputes(ours: Iterable[DisputeState], theirs: Iterable[DisputeState]) -> list[Finding]:
    """Where a dispute stands otherwise than the payment service says, and which open ones only one side has. The bank
    waits for our evidence, or has decided, and we do not know it."""
    mine, yours = ({each.provider_id: each for each in side} for side in (ours, theirs))
    return [
        _of_dispute(mine.get(name), yours.get(name))
        for name in sorted(mine.keys() | yours.keys())
        if _stands_apart(mine.get(name), yours.get(name))
    ]


def _stands_apart(ours: DisputeState | None, theirs: DisputeState | None) -> bool:
    if ours and theirs:
        return ours.status != theirs.status
    return any(not side.status.is_over for side in (ours, theirs) if side)


def _of_dispute(ours: DisputeState | None, theirs: DisputeState | None) -> Finding:
    here, there = (side.status if side else "not known" for side in (ours, theirs))
    known = next(side for side in (ours, theirs) if side)
    words = (
        f"The dispute {known.id} ({known.provider_id}) is {here} here and {there} there: its notice was not heard, or "
    )
    words += "could not be processed."
    return Finding(Move.DISPUTE, Drift.STATE, known.id, 0, 0, known.currency, words)


def _of_transfer(drift: Drift, transfer: SentTransfer, ours: int, theirs: int, sentence: str) -> Finding:
    return Finding(Move.TRANSFER, drift, transfer.key, ours, theirs, transfer.currency, sentence)


@dataclass(frozen=True, slots=True)
class Names:
    """What our books call the objects of the payment service; one that is not there keeps its own name."""

    charges: Mapping[str, str]
    refunds: Mapping[str, str]
    transfers: Mapping[str, str]
    reversals: Mapping[str, str]
    disputes: Mapping[str, str]


BALANCE = "balance"
"""What an accepted difference of the whole balance is about; others are about a move."""


def our_movement(entry: EntryFacts, moments: Mapping[str, datetime]) -> Movement | None:
    """An entry of the ledger that moves the balance at the payment service. What was accepted of a finding stands for
    what moved then, and not when it was entered; of the whole balance, for nothing that is compared."""
    if entry.kind == "accepted":
        _, about, finding_id, *_ = entry.id.split(":")
        at = moments.get(finding_id, entry.created_at)
        if about == BALANCE:
            return None
        return Movement(Move(about), entry.reference, entry.amount_cents, entry.currency, at, entry.id)
    fact = entry.id.split(":")[1] if ":" in entry.id else entry.id
    move, key = {
        "sale": (Move.PAYMENT, entry.reference),
        "fee": (Move.FEE, entry.reference),
        "refund_paid": (Move.REFUND, fact),
        "refund_back": (Move.REFUND, fact),
        "payout_paid": (Move.TRANSFER, fact),
        "reversal": (Move.REVERSAL, fact),
        "dispute": (Move.DISPUTE, entry.reference),
        "dispute_won": (Move.DISPUTE, entry.reference),
        "dispute_fee": (Move.DISPUTE_FEE, entry.reference),
        "bank_payout": (Move.BANK_PAYOUT, entry.reference),
        "bank_payout_back": (Move.BANK_PAYOUT, entry.reference),
    }.get(entry.kind, (Move.OTHER, entry.id))
    return Movement(move, key, entry.amount_cents, entry.currency, entry.created_at, entry.id)


def their_movements(transaction: BalanceTransaction, names: Names) -> list[Movement]:
    """A movement of the balance, and the fee that was kept of it."""
    source = transaction.source_id or transaction.id
    move = _classed(transaction)
    key, fee_move = _our_name(move, source, names), Move.DISPUTE_FEE if move is Move.DISPUTE else Move.FEE
    parts = ((move, transaction.amount_cents), (fee_move, -transaction.fee_cents))
    return [
        Movement(kind, key, cents, transaction.currency, transaction.created_at, source)
        for kind, cents in parts
        if cents
    ]


_KINDS: Mapping[str, Move] = {
    "charge": Move.PAYMENT,
    "payment": Move.PAYMENT,
    "refund": Move.REFUND,
    "payment_refund": Move.REFUND,
    "refund_failure": Move.REFUND,
    "payment_failure_refund": Move.REFUND,
    "transfer": Move.TRANSFER,
    "transfer_refund": Move.REVERSAL,
    "transfer_cancel": Move.REVERSAL,
    "transfer_failure": Move.REVERSAL,
    "payout": Move.BANK_PAYOUT,
    "payout_cancel": Move.BANK_PAYOUT,
    "payout_failure": Move.BANK_PAYOUT,
    "topup": Move.BANK_PAYOUT,
    "topup_reversal": Move.BANK_PAYOUT,
}
"""The payment service's words for what moves a balance."""


def _classed(transaction: BalanceTransaction) -> Move:
    if transaction.kind == "adjustment" and transaction.reporting_category.startswith("dispute"):
        return Move.DISPUTE
    return _KINDS.get(transaction.kind, Move.OTHER)


def _our_name(move: Move, source: str, names: Names) -> str:
    known: Mapping[Move, Mapping[str, str]] = {
        Move.PAYMENT: names.charges,
        Move.REFUND: names.refunds,
        Move.TRANSFER: names.transfers,
        Move.REVERSAL: names.reversals,
        Move.DISPUTE: names.disputes,
    }
    return known.get(move, {}).get(source, source)


def own_name(reference: str, otherwise: str) -> str:
    """The id of our row in a reference, which has a number behind it once it was refused."""
    return reference.partition(":")[0] or otherwise
