"""The nightly comparison with the twin's books: clean ones differ in nothing, and each kind of drift is named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.books import jobs
from app.domains.books.types import Drift, Move
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.payments import ledger
from app.domains.payments import service as payments
from app.domains.payments.ledger import Account, Line
from app.domains.payments.types import AccountKind, TransactionId
from app.sandbox.books import Books
from tests.domains.payouts.payees import admin, approve, ask
from tests.domains.payouts.till import AT_ONCE, onboard, service_of
from tests.support.learning import Classroom
from tests.support.shop import start_checkout
from tests.support.world import Actor, World

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # what is compared is the twin's

PRICE, MINUTE = 24900, 60
MOVES, TRANSFER, REFUND = "stripe.balance_transaction", "stripe.transfer", "stripe.refund"
Names = set[tuple[Move, Drift]]
Record = dict[str, Any]


class Twin:
    """The twin's books, to be tampered with."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._clean = {kind: books.all(kind) for kind in (MOVES, TRANSFER, REFUND)}

    def one(self, kind: str) -> Record:
        """The first balance transaction of a kind."""
        return next(each for each in self._clean[MOVES] if each["type"] == kind)

    def change(self, record: Record, **values: Any) -> None:
        changed = record | values
        self._books.put(f"stripe.{record['object']}", changed["id"], changed)

    def add(self, like: Record, **values: Any) -> None:
        """Another one, of the same time."""
        self.change(like, **({"id": f"{like['id']}x"} | values))

    def move(self, kind: str, cents: int, source: str, **values: Any) -> None:
        """A movement that nobody of ours made."""
        like = self.one("charge") | {"amount": cents, "fee": 0, "fee_details": [], "net": cents}
        self.add(like, type=kind, source=source, reporting_category=kind, **values)

    def drop(self, record: Record) -> None:
        self._books.delete(f"stripe.{record['object']}", record["id"])

    @property
    def transfer(self) -> Record:
        return self._clean[TRANSFER][0]

    def restore(self) -> None:
        for kind, records in self._clean.items():
            for record in self._books.all(kind):
                self._books.delete(kind, record["id"])
            for record in records:
                self._books.put(kind, record["id"], record)


def both(drift: Drift) -> Names:
    return {(Move.PAYMENT, drift), (Move.FEE, drift)}


def _other_fee(twin: Twin, fee: int) -> None:
    charge = twin.one("charge")
    twin.change(charge, fee=fee, net=charge["amount"] - fee)


def _dispute(twin: Twin, cents: int, category: str, fee: int = 0) -> None:
    twin.move("adjustment", cents, "du_foreign", fee=fee, net=cents - fee)
    record = next(each for each in twin._books.all(MOVES) if each["source"] == "du_foreign")
    twin.change(record, reporting_category=category)


def _came_back(twin: Twin) -> None:
    reversal = {"object": "transfer_reversal", "id": "trr_foreign", "amount": 430, "currency": "usd", "metadata": {}}
    reversal |= {"created": twin.transfer["created"], "transfer": twin.transfer["id"], "balance_transaction": None}
    reversal |= {"destination_payment_refund": None, "source_refund": None}
    reversals = twin.transfer["reversals"] | {"data": [reversal]}
    twin.change(twin.transfer, amount_reversed=430, reversals=reversals)
    twin.move("transfer_refund", 430, "trr_foreign")


def _long_ago(twin: Twin) -> None:
    created = twin.one("charge")["created"] - 60 * 24 * 60 * MINUTE
    twin.move("refund", -500, "re_old", id="txn_old", created=created)


def _long_ago_and_now(twin: Twin) -> None:
    _long_ago(twin)
    twin.move("stripe_fee", -200, "fee_monthly")


DRIFTS: Final[dict[str, tuple[Callable[[Twin], None], Names]]] = {
    "a payment they do not have": (lambda t: t.drop(t.one("charge")), both(Drift.PHANTOM)),
    "a payment of another amount": (
        lambda t: t.change(t.one("charge"), amount=PRICE + 1, net=t.one("charge")["net"] + 1),
        {(Move.PAYMENT, Drift.AMOUNT)},
    ),
    "a payment in another currency": (lambda t: t.change(t.one("charge"), currency="eur"), both(Drift.CURRENCY)),
    "a payment we do not have": (lambda t: t.add(t.one("charge"), source="ch_foreign"), both(Drift.UNBOOKED)),
    "a payment taken twice": (lambda t: t.add(t.one("charge")), both(Drift.TWICE)),
    "a higher fee": (lambda t: _other_fee(t, 900), {(Move.FEE, Drift.AMOUNT)}),
    "no fee": (lambda t: _other_fee(t, 0), {(Move.FEE, Drift.PHANTOM)}),
    "a fee for nothing that moved": (
        lambda t: t.move("stripe_fee", -200, "fee_monthly"),
        {(Move.OTHER, Drift.UNBOOKED)},
    ),
    "a correction of theirs": (lambda t: t.move("adjustment", 77, "adj"), {(Move.OTHER, Drift.UNBOOKED)}),
    "a transfer they do not have": (lambda t: t.drop(t.one("transfer")), {(Move.TRANSFER, Drift.PHANTOM)}),
    "a transfer of another amount": (
        lambda t: t.change(t.one("transfer"), amount=-5000, net=-5000),
        {(Move.TRANSFER, Drift.AMOUNT)},
    ),
    "a transfer in another currency": (
        lambda t: t.change(t.one("transfer"), currency="eur"),
        {(Move.TRANSFER, Drift.CURRENCY)},
    ),
    "a transfer made twice": (lambda t: t.add(t.one("transfer")), {(Move.TRANSFER, Drift.TWICE)}),
    "a transfer of somebody else's": (
        lambda t: t.add(t.one("transfer"), source="tr_foreign"),
        {(Move.TRANSFER, Drift.UNBOOKED)},
    ),
    "a transfer to another account": (
        lambda t: t.change(t.transfer, destination="acct_foreign"),
        {(Move.TRANSFER, Drift.MISDIRECTED)},
    ),
    "a transfer that came back": (
        _came_back,
        {(Move.REVERSAL, Drift.UNBOOKED), (Move.TRANSFER, Drift.REVERSED)},
    ),
    "a transfer that failed": (
        lambda t: t.move("transfer_failure", 430, "trr_failed"),
        {(Move.REVERSAL, Drift.UNBOOKED)},
    ),
    "a refund by hand": (lambda t: t.move("refund", -500, "re_foreign"), {(Move.REFUND, Drift.UNBOOKED)}),
    "a refund that failed": (lambda t: t.move("refund_failure", 500, "re_failed"), {(Move.REFUND, Drift.UNBOOKED)}),
    "a dispute with its fee": (
        lambda t: _dispute(t, -PRICE, "dispute", 1500),
        {(Move.DISPUTE, Drift.UNBOOKED), (Move.DISPUTE_FEE, Drift.UNBOOKED)},
    ),
    "a dispute that was won": (
        lambda t: _dispute(t, PRICE, "dispute_reversal"),
        {(Move.DISPUTE, Drift.UNBOOKED)},
    ),
    "a payout to our bank": (lambda t: t.move("payout", -1000, "po_ours"), {(Move.BANK_PAYOUT, Drift.UNBOOKED)}),
    "a bank payout that came back": (
        lambda t: t.move("payout_failure", 1000, "po_back"),
        {(Move.BANK_PAYOUT, Drift.UNBOOKED)},
    ),
    "a top-up from our bank": (lambda t: t.move("topup", 1000, "tu_ours"), {(Move.BANK_PAYOUT, Drift.UNBOOKED)}),
    "something long ago": (_long_ago, {(Move.OTHER, Drift.BALANCE)}),
    "something long ago behind something new": (
        _long_ago_and_now,
        {(Move.OTHER, Drift.BALANCE), (Move.OTHER, Drift.UNBOOKED)},
    ),
}


def _price(session: WriteSession, course_id: CourseId) -> None:
    session.execute(update(Course).where(Course.id == course_id).values(price_cents=PRICE))


def _enter_fee(session: WriteSession, sale: TransactionId, cents: int) -> None:
    """Of a sale, as the payment service kept it; once."""
    lines = [Line(Account(AccountKind.PLATFORM, "usd"), cents), Line(Account(AccountKind.STRIPE, "usd"), -cents)]
    ledger.post(session, f"fee:{sale}", kind="fee", reference=sale, lines=lines)


async def sell(world: World, room: Classroom) -> TransactionId:
    buyer = await world.member("Sam Sample")
    made = (await start_checkout(buyer, room)).json()
    assert (await world.http.post(made["url"], data={"card": AT_ONCE})).status_code == 303
    await world.settle()
    (receipt,) = (await buyer.get("/api/transactions")).json()["items"]
    for each in (await service_of(world).list_balance_transactions(kind="charge")).items:
        await world.write(_enter_fee, receipt["id"], each.fee_cents)
    return TransactionId(receipt["id"])


@pytest.fixture
async def ada(world: World) -> Actor:
    return await sold_and_paid_out(world)


async def sold_and_paid_out(world: World) -> Actor:
    """An administrator of a world in which two places were sold, one was taught, and that was paid out, hours ago."""
    ada, room = await admin(world), await Classroom.open(world)
    await world.write(_price, room.course_id)
    taught, _ = await sell(world, room), await sell(world, room)
    for number in (1, 2):
        await world.write(payments.release_share, taught, number=number, count=2)
    await onboard(world, room.teacher)
    await approve(ada, (await ask(room.teacher))["id"])
    await world.settle()
    world.clock.advance(hours=3)
    return await world.log_in(ada.user_id, ada.email)


async def findings(world: World) -> Names:
    found = await jobs.differences(world.db, service_of(world))
    return {(each.move, each.drift) for each in found}


async def test_clean_books_differ_in_nothing_and_each_drift_is_named(world: World, ada: Actor) -> None:
    assert await findings(world) == set()
    twin = Twin(world.app.state.twins.books)
    for name, (tamper, expected) in DRIFTS.items():
        tamper(twin)
        assert await findings(world) == expected, name
        twin.restore()
    assert await findings(world) == set()
    assert (await ada.get("/api/admin/books")).json()["is_sound"] is True


async def test_what_is_found_is_listed_until_it_is_gone(world: World, ada: Actor) -> None:
    twin = Twin(world.app.state.twins.books)
    twin.add(twin.one("transfer"), source="tr_foreign")
    for night, was_open in ((2, 1), (3, 1), (4, 0)):
        if not was_open:
            twin.restore()
        world.clock.move_to(datetime(2026, 12, night, 3, 10, tzinfo=UTC))
        await world.settle()
        ada = await world.log_in(ada.user_id, ada.email)
        shown = (await ada.get("/api/admin/reconciliation", params={"status": "open"})).json()["items"]
        assert len(shown) == was_open, night
    (past,) = (await ada.get("/api/admin/reconciliation", params={"status": "resolved"})).json()["items"]
    assert (past["move"], past["drift"], past["subject"]) == ("transfer", "unbooked", "tr_foreign")
    assert past["proposal"][0]["account"] == "stripe"
    assert past["resolved_at"] is not None


async def test_what_is_on_its_way_is_no_difference(world: World) -> None:
    room = await Classroom.open(world)
    await world.write(_price, room.course_id)
    buyer = await world.member("Sam Sample")
    made = (await start_checkout(buyer, room)).json()
    await world.http.post(made["url"], data={"card": AT_ONCE})  # nobody has told us yet
    assert await findings(world) == set()
    world.clock.move_to(world.clock.now() + timedelta(hours=2))
    assert await findings(world) == both(Drift.UNBOOKED)
