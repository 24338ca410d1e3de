"""Whatever is done to the twin, in whatever order: money goes from one place to another, and never twice."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import ProviderRejected
from app.providers.payments.port import RefundReason, TransferOrder
from app.sandbox.books import Books, Record
from app.sandbox.deliveries import Deliveries
from app.sandbox.stripe.desk import Desk
from app.sandbox.stripe.events import CONNECT_SIGNER, SIGNER, Events
from app.sandbox.stripe.faults import Faults
from app.sandbox.stripe.refusals import Refusal
from app.sandbox.stripe.store import Store
from tests.sandbox.doubles import MovableClock
from tests.sandbox.stripe.support import AT_ONCE, DELAYED, GOOD_CARD, Account

CARDS = (GOOD_CARD, AT_ONCE, DELAYED)
DISPUTE_FEE = 1500


class House:
    """The twin without HTTP, and somebody who does one thing after another to what there is."""

    def __init__(self) -> None:
        self.books, self.clock = Books(None), MovableClock()
        deliveries = Deliveries(self.books, httpx.AsyncClient())
        for name in (SIGNER, CONNECT_SIGNER):
            deliveries.sign_with(name, lambda _: {})
        events = Events(self.books, deliveries, Faults(self.books), webhook_url="http://app", connect_url="http://app")
        self.desk = Desk(Store(self.books, events, self.clock), "http://twin")
        self.account = self.desk.accounts.create({"type": "express", "country": "US", "capabilities": _TRANSFERS})["id"]
        self.desk.accounts.fulfil(self.account, frozenset(self._due()))
        self.acts: tuple[Callable[[int], object], ...] = (
            self.sell,
            lambda n: self.desk.transfers.create(self._transfer(n)),
            lambda n: self.desk.transfers.create(self._transfer(n) | {"source_transaction": self.one("charge", n)}),
            lambda n: self.desk.transfers.reverse(self.one("transfer", n), {"amount": n}),
            lambda n: self.desk.refunds.create({"charge": self.one("charge", n), "amount": n}),
            lambda n: self.desk.refunds.fail(self.one("refund", n)),
            lambda n: self.desk.disputes.open(self.one("charge", n), "fraudulent"),
            lambda n: (self.desk.disputes.win, self.desk.disputes.lose)[n % 2](self.one("dispute", n)),
            lambda n: self.desk.payouts.start(self.account if n % 2 else None),
            lambda n: (self.desk.payouts.pay, self.desk.payouts.fail)[n % 2](self.one("payout", n)),
            lambda n: (self.desk.checkouts.settle, self.desk.checkouts.fail)[n % 2](self.one("charge", n)),
            lambda n: self.clock.move(timedelta(hours=n % 50)),
            lambda n: self.desk.accounts.change_bank(self.account, str(n)),
        )

    def sell(self, number: int) -> None:
        price = {"currency": "usd", "unit_amount": 50 + number, "product_data": {"name": "Course"}}
        order = {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "https://app.example.com",
        }
        self.desk.checkouts.pay(self.desk.checkouts.create(order)["id"], CARDS[number % 3])

    def all(self, resource: str) -> list[Record]:
        return self.desk.store.all(resource) + self.desk.store.all(resource, self.account)

    def one(self, resource: str, number: int) -> str:
        """Some id of what there is."""
        found = self.all(resource)
        return str(found[number % len(found)]["id"]) if found else "none"

    def _transfer(self, number: int) -> Record:
        return {"amount": number, "currency": "usd", "destination": self.account}

    def _due(self) -> list[str]:
        due: list[str] = self.desk.accounts.find(self.account)["requirements"]["currently_due"]
        return due


_TRANSFERS = {"transfers": {"requested": True}}


def check(house: House) -> None:
    """No part is over its whole, and what is in the balances is what came and did not go."""
    charges, refunds, disputes = (house.all(kind) for kind in ("charge", "refund", "dispute"))
    for charge in charges:
        given_back = [
            each["amount"] for each in refunds if each["charge"] == charge["id"] and each["status"] != "failed"
        ]
        assert sum(given_back) == charge["amount_refunded"] <= charge["amount"]
        lent = [each for each in house.all("transfer") if each["source_transaction"] == charge["id"]]
        assert sum(each["amount"] - each["amount_reversed"] for each in lent) <= charge["amount"]
    assert all(0 <= each["amount_reversed"] <= each["amount"] for each in house.all("transfer"))
    came = sum(each["amount"] - _fee(each) for each in charges if each["paid"])
    went = sum(each["amount"] for each in refunds if each["status"] == "succeeded")
    taken = sum(DISPUTE_FEE + (each["amount"] if each["status"] != "won" else 0) for each in disputes)
    banked = sum(each["amount"] for each in house.all("payout") if each["status"] != "failed")
    balances = house.desk.balances
    assert balances.total("usd") + balances.total("usd", house.account) == came - went - taken - banked
    assert balances.total("usd", house.account) >= 0


def _fee(charge: Record) -> int:
    return int((charge["amount"] * 29 + 500) // 1000 + 30)


_STEPS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 6000)), max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_STEPS)
def test_money_is_never_made_or_lost(steps: list[tuple[int, int]]) -> None:
    house = House()
    for act, number in [(0, 3000), (0, 3001), *steps]:
        with suppress(Refusal):
            house.acts[act](number)
    check(house)
    house.books.close()


async def test_twenty_clicks_at_once_move_money_once(account: Account) -> None:
    sold, teacher = await account.sale(), await account.teacher()
    order = TransferOrder("pyt_1", teacher.id, 3000, "usd", "pyt_1")
    made = await asyncio.gather(*(account.payments.create_transfer(order) for _ in range(20)))
    assert {each.id for each in made} == {made[0].id}
    refunds = await asyncio.gather(
        *(
            account.payments.create_refund(
                reference=f"ref_{number}",
                payment_intent_id=str(sold.payment_intent_id),
                amount_cents=1500,
                reason=RefundReason.REQUESTED,
            )
            for number in range(20)
        ),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, BaseException) for each in refunds) == 3
    assert all(isinstance(each, ProviderRejected) for each in refunds if isinstance(each, BaseException))
