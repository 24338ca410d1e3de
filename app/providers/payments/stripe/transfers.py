"""Transfers to connected accounts, and their reversals."""

from datetime import datetime
from typing import Any

from app.providers.payments.port import Page, Reason, Reversal, Transfer, TransferOrder
from app.providers.payments.stripe.calls import (
    Caller,
    Id,
    Listing,
    Moved,
    answer,
    given,
    once,
    page,
    search,
    window,
)


class _Transfer(Moved):
    destination: Id
    amount_reversed: int
    transfer_group: str | None = None
    source_transaction: Id | None = None


class _Reversal(Moved):
    transfer: Id


class TransferCalls(Caller):
    async def create_transfer(self, order: TransferOrder) -> Transfer:
        wishes: Any = {
            "amount": order.amount_cents,
            "currency": order.currency,
            "destination": order.account_id,
            "metadata": {"reference": order.reference},
        }
        # A source brings the group of its own payment; another one would be refused.
        link = {"source_transaction": order.source_charge_id} if order.source_charge_id else _group(order)
        call = self._v1.transfers.create_async(wishes | link, once(order.reference, "transfer"))
        return _transfer(await answer(call, _Transfer))

    async def find_transfer(self, *, group: str) -> Transfer | None:
        # By the group, for a list of the transfers to one account is refused once that is gone.
        found = await self.list_transfers(group=group)
        return next((transfer for transfer in reversed(found.items) if transfer.reference), None)

    async def get_transfer(self, transfer_id: str) -> Transfer:
        return _transfer(await answer(self._v1.transfers.retrieve_async(transfer_id), _Transfer))

    async def list_transfers(
        self,
        *,
        account_id: str | None = None,
        group: str | None = None,
        since: datetime | None = None,
        cursor: str | None = None,
    ) -> Page[Transfer]:
        query: Any = window(since, cursor) | given(destination=account_id, transfer_group=group)
        return await page(self._v1.transfers.list_async(query), Listing[_Transfer], _transfer)

    async def reverse_transfer(self, *, reference: str, transfer_id: str, amount_cents: int) -> Reversal:
        call = self._v1.transfers.reversals.create_async(
            transfer_id,
            {"amount": amount_cents, "metadata": {"reference": reference}},
            once(reference, "reversal"),
        )
        return _reversal(await answer(call, _Reversal, refusal=Reason.TOO_MUCH))

    async def find_reversal(self, *, reference: str, transfer_id: str) -> Reversal | None:
        async def turn(cursor: str | None) -> Page[Reversal]:
            return await self.list_reversals(transfer_id, cursor=cursor)

        return await search(reference, turn)

    async def list_reversals(self, transfer_id: str, *, cursor: str | None = None) -> Page[Reversal]:
        query: Any = window(None, cursor)
        return await page(self._v1.transfers.reversals.list_async(transfer_id, query), Listing[_Reversal], _reversal)


def _group(order: TransferOrder) -> dict[str, str]:
    return {"transfer_group": order.group}


def _transfer(transfer: _Transfer) -> Transfer:
    return Transfer(
        account_id=transfer.destination,
        reversed_cents=transfer.amount_reversed,
        group=transfer.transfer_group,
        source_charge_id=transfer.source_transaction,
        **transfer.facts,
    )


def _reversal(reversal: _Reversal) -> Reversal:
    return Reversal(transfer_id=reversal.transfer, **reversal.facts)
