"""Who gets which part of a sale, and when a part may be paid out."""

from collections.abc import Mapping

from app.core.money import Part, Share, split_sale
from app.db.session import WriteSession
from app.domains.payments import ledger, repository
from app.domains.payments.errors import LedgerRefused
from app.domains.payments.ledger import Account, Line
from app.domains.payments.models import PaymentSplit, Transaction
from app.domains.payments.policies import due_release
from app.domains.payments.service.selling import get_transaction
from app.domains.payments.types import AccountKind, TransactionId
from app.domains.users.types import UserId


def allocate(session: WriteSession, transaction_id: TransactionId, *, creator_id: UserId, teacher_id: UserId) -> None:
    """Split a matched sale: the platform's part is earned now, people's parts wait for the sessions."""
    sale = get_transaction(session, transaction_id)
    parts = split_sale(sale.amount_cents, taught_by_creator=creator_id == teacher_id)
    recipients = [(part, _recipient(part, creator_id, teacher_id)) for part in parts]
    repository.insert_splits(session, [_split_row(sale, part, person) for part, person in recipients])
    lines = [Line(Account(AccountKind.UNMATCHED, sale.currency), sale.amount_cents)]
    lines += [Line(_account_of(person, sale.currency), -part.amount_cents) for part, person in recipients]
    ledger.post(session, f"allocate:{sale.id}", kind="allocate", reference=sale.id, lines=lines)


def _recipient(part: Part, creator_id: UserId, teacher_id: UserId) -> UserId | None:
    """None is the platform."""
    match part.share:
        case Share.PLATFORM:
            return None
        case Share.TEACHER:
            return teacher_id
        case Share.CREATOR_AS_AUTHOR | Share.CREATOR_AS_INSTRUCTOR:
            return creator_id


def _account_of(person: UserId | None, currency: str) -> Account:
    kind = AccountKind.PLATFORM if person is None else AccountKind.PENDING
    return Account(kind, currency, person)


def _split_row(sale: Transaction, part: Part, person: UserId | None) -> dict[str, object]:
    return {
        "transaction_id": sale.id,
        "share": part.share,
        "recipient_id": person,
        "percent": part.percent,
        "amount_cents": part.amount_cents,
        "released_cents": 0,
        "withdrawn_cents": 0,
        "reversed_cents": 0,
    }


def release_share(session: WriteSession, transaction_id: TransactionId, *, number: int, count: int) -> None:
    """Release what the `number`-th of `count` sessions earned of every share; the same one only once. People's may be paid out from now on, as far as they owe nothing."""
    sale = get_transaction(session, transaction_id)
    due = [(split, _due(split, number=number, count=count)) for split in repository.splits(session, transaction_id)]
    debts = ledger.hold(session, [Account(AccountKind.OWED, sale.currency, owner) for owner in _people(due)])
    lines = [line for split, amount in due for line in _release_lines(debts, split, amount, sale.currency)]
    entry_id = f"release:{transaction_id}:{number}"
    if not ledger.post(session, entry_id, kind="release", reference=transaction_id, lines=lines):
        return
    for split, amount in due:
        if not repository.add_released(session, transaction_id, split.share, amount):
            raise LedgerRefused(f"{entry_id} releases more than the share")


def _due(split: PaymentSplit, *, number: int, count: int) -> int:
    return due_release(
        split.amount_cents,
        released=split.released_cents,
        withdrawn=split.withdrawn_cents,
        number=number,
        count=count,
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
