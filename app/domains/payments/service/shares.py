"""Who gets which part of a sale, and when a part may be paid out."""

from collections.abc import Mapping

from app.core.money import PERCENT_OF, Part, Share, split_sale
from app.db.session import WriteSession
from app.domains.payments import ledger, repository
from app.domains.payments.errors import LedgerRefused
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import PaymentSplit, Transaction
from app.domains.payments.policies import Stake, due_release, succession
from app.domains.payments.service.returning import hold_sale, stakes_of
from app.domains.payments.service.selling import get_transaction
from app.domains.payments.types import AccountKind, TransactionId
from app.domains.users.types import UserId


def allocate(
    session: WriteSession, transaction_id: TransactionId, *, creator_id: UserId, teacher_id: UserId | None
) -> None:
    """Split a matched sale: the platform's part is earned now, people's parts wait for the sessions, and so does the
    part of a teacher who is not chosen yet."""
    sale = get_transaction(session, transaction_id)
    parts = split_sale(sale.amount_cents, taught_by_creator=creator_id == teacher_id)
    stakes = [Stake(part.share, _recipient(part, creator_id, teacher_id), part.amount_cents, 0) for part in parts]
    repository.insert_splits(session, [_split_row(sale, stake) for stake in stakes])
    lines = [Line(Account(AccountKind.UNMATCHED, sale.currency), sale.amount_cents)]
    lines += [Line(_account_of(stake, sale.currency), -stake.unreleased_cents) for stake in stakes]
    ledger.post(session, f"allocate:{sale.id}", kind="allocate", reference=sale.id, lines=lines)


def assign(session: WriteSession, transaction_id: TransactionId, teacher_id: UserId) -> None:
    """Somebody teaches from now on: the teacher's part goes over, as far as no session has released it. The caller
    holds the place, and has checked that nobody else decides about this money."""
    sale = hold_sale(session, transaction_id)
    found = succession(stakes_of(session, sale.id), teacher_id)
    if not any(stake.unreleased_cents for stake in found.given):
        return
    for stake in found.given:
        if not repository.close_split(session, (sale.id, stake.share, stake.turn), stake.unreleased_cents):
            raise LedgerRefused(f"{stake.share} of {sale.id} moved meanwhile")
    repository.insert_splits(session, [_split_row(sale, stake) for stake in found.taken])
    lines = [Line(_account_of(stake, sale.currency), stake.unreleased_cents) for stake in found.given]
    lines += [Line(_account_of(stake, sale.currency), -stake.unreleased_cents) for stake in found.taken]
    ledger.post(session, f"assign:{sale.id}:{found.taken[0].turn}", kind="assign", reference=sale.id, lines=lines)


def _recipient(part: Part, creator_id: UserId, teacher_id: UserId | None) -> UserId | None:
    """None is the platform, or a teacher who is not chosen yet."""
    match part.share:
        case Share.PLATFORM:
            return None
        case Share.TEACHER:
            return teacher_id
        case Share.CREATOR_AS_AUTHOR | Share.CREATOR_AS_INSTRUCTOR:
            return creator_id


def _account_of(stake: Stake, currency: str) -> Account:
    kind = AccountKind.PLATFORM if stake.share is Share.PLATFORM else AccountKind.PENDING
    return Account(kind, currency, stake.recipient_id)


def _split_row(sale: Transaction, stake: Stake) -> dict[str, object]:
    return {
        "transaction_id": sale.id,
        "share": stake.share,
        "turn": stake.turn,
        "recipient_id": stake.recipient_id,
        "percent": PERCENT_OF[stake.share],
        "amount_cents": stake.unreleased_cents,
        "released_cents": 0,
        "withdrawn_cents": 0,
        "reversed_cents": 0,
    }


def release_share(session: WriteSession, transaction_id: TransactionId, *, number: int, count: int) -> None:
    """Release what the `number`-th of `count` sessions earned of every share; the same one only once. People's may be
    paid out from now on, as far as they owe nothing."""
    sale = get_transaction(session, transaction_id)
    due = [(split, _due(split, number=number, count=count)) for split in repository.splits(session, transaction_id)]
    debts = ledger.hold(session, [Account(AccountKind.OWED, sale.currency, owner) for owner in _people(due)])
    lines = [line for split, amount in due for line in _release_lines(debts, split, amount, sale.currency)]
    entry_id = f"release:{transaction_id}:{number}"
    if not ledger.post(session, entry_id, kind="release", reference=transaction_id, lines=lines):
        return
    for split, amount in due:
        if not repository.add_released(session, (transaction_id, split.share, split.turn), amount):
            raise LedgerRefused(f"{entry_id} releases more than the share")


def _due(split: PaymentSplit, *, number: int, count: int) -> int:
    return due_release(
        split.amount_cents,
        released=split.released_cents,
        withdrawn=split.withdrawn_cents,
        number=number,
        count=count,
        is_rest=split.turn > 0,
    )


def _people(due: list[tuple[PaymentSplit, int]]) -> list[UserId]:
    return [split.recipient_id for split, _ in due if split.recipient_id]


def _release_lines(debts: Mapping[Account, int], split: PaymentSplit, amount_cents: int, currency: str) -> list[Line]:
    """A debt is paid first. The platform's part is its own from the beginning."""
    owner = split.recipient_id
    if owner is None:
        return []
    owed = Account(AccountKind.OWED, currency, owner)
    netted = min(amount_cents, debts[owed])
    return [
        Line(Account(AccountKind.PENDING, currency, owner), amount_cents),
        Line(Account(AccountKind.RELEASABLE, currency, owner), netted - amount_cents),
        Line(owed, -netted),
    ]
