"""What must be true of refunds and disputes at every moment: the ledger has as much of them under way as their rows
say."""

from collections.abc import Mapping

from app.db.session import ReadSession
from app.domains.payments import service as payments
from app.domains.payments.types import AccountKind, TransactionId
from app.domains.refunds import repository

_Amounts = Mapping[tuple[TransactionId, str], int]


def faults(session: ReadSession) -> list[str]:
    """Every difference, in words. Read on one snapshot."""
    refunding = payments.open_by_sale(session, AccountKind.REFUNDING)
    disputed = payments.open_by_sale(session, AccountKind.DISPUTED)
    to_give = {sale: -cents for sale, cents in refunding.items()}
    return [
        *_apart("refunding", to_give, "refunds under way", repository.under_way_by_sale(session)),
        *_apart("disputed", disputed, "open disputes", repository.taken_by_sale(session)),
    ]


def _apart(account: str, booked: _Amounts, rows: str, counted: _Amounts) -> list[str]:
    return [
        f"{sale}: {account} {booked.get((sale, currency), 0)} {currency}, {rows} {counted.get((sale, currency), 0)}"
        for sale, currency in sorted(booked.keys() | counted.keys())
        if booked.get((sale, currency), 0) != counted.get((sale, currency), 0)
    ]
