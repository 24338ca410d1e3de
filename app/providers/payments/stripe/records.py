"""Stripe's own books: balances and what moved them, events, payouts to banks."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.providers.payments.port import Balance, BalanceTransaction, BankPayout, BankPayoutStatus, Page, PaymentEvent
from app.providers.payments.stripe.calls import (
    Caller,
    Id,
    Instant,
    Listing,
    Resource,
    acting_for,
    answer,
    given,
    moment,
    page,
    window,
)
from app.providers.payments.stripe.signatures import Notice


class Movement(Resource):
    """A balance transaction."""

    type: str
    reporting_category: str
    amount: int
    fee: int
    net: int
    currency: str
    source: Id | None = None
    created: Instant
    available_on: Instant

    def read(self) -> BalanceTransaction:
        return BalanceTransaction(
            id=self.id,
            kind=self.type,
            reporting_category=self.reporting_category,
            amount_cents=self.amount,
            fee_cents=self.fee,
            net_cents=self.net,
            currency=self.currency,
            source_id=self.source,
            created_at=moment(self.created),
            available_at=moment(self.available_on),
        )


class _Amount(BaseModel):
    amount: int
    currency: str


class _Balance(BaseModel):
    available: list[_Amount]
    pending: list[_Amount]


class _Payout(Resource):
    amount: int
    currency: str
    status: BankPayoutStatus
    failure_code: str | None = None
    failure_message: str | None = None
    arrival_date: Instant
    created: Instant


class RecordCalls(Caller):
    async def get_balance(self, *, account_id: str | None = None) -> Balance:
        found = await answer(self._v1.balance.retrieve_async({}, acting_for(account_id)), _Balance)
        return Balance(_by_currency(found.available), _by_currency(found.pending))

    async def list_balance_transactions(
        self,
        *,
        account_id: str | None = None,
        kind: str | None = None,
        source_id: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[BalanceTransaction]:
        query: Any = window(since, cursor) | given(type=kind, source=source_id)
        call = self._v1.balance_transactions.list_async(query, acting_for(account_id))
        return await page(call, Listing[Movement], Movement.read)

    async def list_events(
        self,
        *,
        account_id: str | None = None,
        types: tuple[str, ...] = (),
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[PaymentEvent]:
        query: Any = window(since, cursor) | given(types=list(types) or None)
        call = self._v1.events.list_async(query, acting_for(account_id))
        return await page(call, Listing[Notice], Notice.read)

    async def list_bank_payouts(
        self, *, account_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[BankPayout]:
        query: Any = window(since, cursor)
        call = self._v1.payouts.list_async(query, acting_for(account_id))
        return await page(call, Listing[_Payout], _payout)

    async def get_bank_payout(self, payout_id: str, *, account_id: str | None = None) -> BankPayout:
        call = self._v1.payouts.retrieve_async(payout_id, {}, acting_for(account_id))
        return _payout(await answer(call, _Payout))


def _by_currency(amounts: list[_Amount]) -> dict[str, int]:
    return {each.currency: each.amount for each in amounts}


def _payout(payout: _Payout) -> BankPayout:
    return BankPayout(
        id=payout.id,
        amount_cents=payout.amount,
        currency=payout.currency,
        status=payout.status,
        failure_code=payout.failure_code,
        failure_message=payout.failure_message,
        arrives_at=moment(payout.arrival_date),
        created_at=moment(payout.created),
    )
