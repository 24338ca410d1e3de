"""Charges and refunds."""

from datetime import datetime
from typing import Any

from app.providers.payments.port import Charge, Page, Refund, RefundReason, RefundStatus
from app.providers.payments.stripe.calls import (
    Caller,
    Id,
    Instant,
    Listing,
    Moved,
    Resource,
    answer,
    given,
    moment,
    once,
    page,
    search,
    window,
)
from app.providers.payments.stripe.records import Movement


class _Refund(Moved):
    payment_intent: Id | None = None
    charge: Id | None = None
    status: RefundStatus
    failure_reason: str | None = None


class _Charge(Resource):
    payment_intent: Id | None = None
    amount: int
    amount_refunded: int
    currency: str
    paid: bool
    disputed: bool
    transfer_group: str | None = None
    balance_transaction: Movement | None = None
    created: Instant


class RefundCalls(Caller):
    async def create_refund(
        self, *, reference: str, payment_intent_id: str, amount_cents: int, reason: RefundReason
    ) -> Refund:
        call = self._v1.refunds.create_async(
            {
                "payment_intent": payment_intent_id,
                "amount": amount_cents,
                "reason": reason.value,
                "metadata": {"reference": reference},
            },
            once(reference, "refund"),
        )
        return _refund(await answer(call, _Refund))

    async def find_refund(self, *, reference: str, payment_intent_id: str) -> Refund | None:
        async def turn(cursor: str | None) -> Page[Refund]:
            return await self.list_refunds(payment_intent_id=payment_intent_id, cursor=cursor)

        return await search(reference, turn)

    async def get_refund(self, refund_id: str) -> Refund:
        return _refund(await answer(self._v1.refunds.retrieve_async(refund_id), _Refund))

    async def list_refunds(
        self, *, payment_intent_id: str | None = None, since: datetime | None = None, cursor: str | None = None
    ) -> Page[Refund]:
        query: Any = window(since, cursor) | given(payment_intent=payment_intent_id)
        return await page(self._v1.refunds.list_async(query), Listing[_Refund], _refund)

    async def get_charge(self, charge_id: str) -> Charge:
        call = self._v1.charges.retrieve_async(charge_id, {"expand": ["balance_transaction"]})
        return _charge(await answer(call, _Charge))

    async def list_charges(self, *, since: datetime | None = None, cursor: str | None = None) -> Page[Charge]:
        query: Any = window(since, cursor) | {"expand": ["data.balance_transaction"]}
        return await page(self._v1.charges.list_async(query), Listing[_Charge], _charge)


def _refund(refund: _Refund) -> Refund:
    return Refund(
        payment_intent_id=refund.payment_intent,
        charge_id=refund.charge,
        status=refund.status,
        failure_reason=refund.failure_reason,
        **refund.facts,
    )


def _charge(charge: _Charge) -> Charge:
    return Charge(
        id=charge.id,
        payment_intent_id=charge.payment_intent,
        amount_cents=charge.amount,
        refunded_cents=charge.amount_refunded,
        currency=charge.currency,
        is_paid=charge.paid,
        is_disputed=charge.disputed,
        group=charge.transfer_group,
        balance=charge.balance_transaction.read() if charge.balance_transaction else None,
        created_at=moment(charge.created),
    )
