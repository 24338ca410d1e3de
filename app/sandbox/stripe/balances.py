"""Whose money is where: every movement is a balance transaction, and balances are nothing but their sums."""

from collections import defaultdict

from app.sandbox.books import Record
from app.sandbox.stripe.objects import new_balance_transaction
from app.sandbox.stripe.store import Store


class Balances:
    def __init__(self, store: Store) -> None:
        self._store = store

    def move(
        self,
        source: Record,
        amount: int,
        *,
        kind: str,
        category: str | None = None,
        fee: int = 0,
        available_on: int | None = None,
        account: str | None = None,
    ) -> Record:
        """Book a movement that `source` causes; at once, unless `available_on` is later. In the caller's
        transaction."""
        now = self._store.now()
        transaction = new_balance_transaction(
            source,
            amount,
            fee=fee,
            kind=kind,
            category=category or kind,
            now=now,
            available_on=max(now, available_on or now),
        )
        self._store.keep(transaction, account)
        return transaction

    def available(self, currency: str, account: str | None = None) -> int:
        return self._sums("available", account)[currency]

    def total(self, currency: str, account: str | None = None) -> int:
        """Available or on its way."""
        return self.available(currency, account) + self._sums("pending", account)[currency]

    def view(self, account: str | None = None) -> Record:
        """The balance object."""
        available, pending = self._sums("available", account), self._sums("pending", account)
        currencies = sorted({*available, *pending, "usd"})
        return {
            "object": "balance",
            "available": [_amount(available[currency], currency) for currency in currencies],
            "connect_reserved": [{"amount": 0, "currency": currency} for currency in currencies],
            "instant_available": None,
            "issuing": None,
            "livemode": False,
            "pending": [_amount(pending[currency], currency) for currency in currencies],
            "refund_and_dispute_prefunding": None,
        }

    def _sums(self, status: str, account: str | None) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for transaction in self._store.all("balance_transaction", account):
            if transaction["status"] == status:
                sums[transaction["currency"]] += transaction["net"]
        return sums


def _amount(amount: int, currency: str) -> Record:
    return {"amount": amount, "currency": currency, "source_types": {"bank_account": None, "card": amount, "fpx": None}}
