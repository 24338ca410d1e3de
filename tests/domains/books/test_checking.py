"""What must be true of the books, checked every five minutes: what is tampered with is named, and nothing is paid
out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from app.db.session import WriteSession
from app.domains.books import service
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.payments import service as payments
from app.domains.payments.models import LedgerAccount, PaymentSplit, Transaction
from app.domains.payments.types import TransactionId
from app.domains.payouts.models import Payout
from app.domains.refunds.models import Dispute, Refund
from tests.domains.payouts.payees import ask, open_account
from tests.domains.refunds.test_disputes import dispute
from tests.support.learning import Classroom
from tests.support.refunding import Sale
from tests.support.shop import buy
from tests.support.world import World


def _price(session: WriteSession, course_id: CourseId) -> None:
    session.execute(update(Course).where(Course.id == course_id).values(price_cents=24900))


TAMPERINGS: dict[str, tuple[Callable[[WriteSession], object], str]] = {
    "a balance": (
        lambda s: s.execute(update(LedgerAccount).where(LedgerAccount.kind == "stripe").values(balance_cents=1)),
        "postings",
    ),
    "a part": (
        lambda s: s.execute(
            update(PaymentSplit)
            .where(PaymentSplit.share == "platform")
            .values(amount_cents=PaymentSplit.amount_cents + 1)
        ),
        "parts do not add up",
    ),
    "a release": (
        lambda s: s.execute(update(PaymentSplit).values(released_cents=1)),
        "releases differ",
    ),
    "a payout": (lambda s: s.execute(update(Payout).values(amount_cents=5001)), "set aside"),
}


@pytest.mark.parametrize("name", list(TAMPERINGS))
async def test_books_that_were_tampered_with_freeze_payouts(world: World, name: str) -> None:
    room = await Classroom.open(world)
    await world.write(_price, room.course_id)
    buyer = await world.member("Sam Sample")
    await buy(world, buyer, room)
    sale = TransactionId((await buyer.get("/api/transactions")).json()["items"][0]["id"])
    await world.write(payments.release_share, sale, number=1, count=2)
    await world.write(open_account, room.teacher.user_id)
    await ask(room.teacher, 6000)
    assert await world.db.read(service.find_faults) == []
    tamper, words = TAMPERINGS[name]
    await world.write(tamper)
    found = await world.db.read(service.find_faults)
    assert any(words in fault for fault in found)
    world.clock.move_to(world.clock.now() + timedelta(minutes=5))
    await world.settle()
    readiness = (await world.http.get("/api/ready")).json()
    assert (readiness["status"], readiness["payouts"]) == ("degraded", "frozen")


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
async def test_no_entry_is_changed_or_deleted_by_anybody(world: World, statement: str) -> None:
    room = await Classroom.open(world)
    await world.write(_price, room.course_id)
    await buy(world, await world.member("Sam Sample"), room)
    for table, column in (("ledger_entries", "kind"), ("ledger_postings", "currency")):

        def tamper(session: WriteSession, table: str = table, column: str = column) -> None:
            session.execute(text(statement.format(table, column, column)))

        with pytest.raises(DBAPIError, match="append-only"):
            await world.write(tamper)


OF_REFUNDS: dict[str, tuple[Callable[[WriteSession], object], str]] = {
    "a refund": (
        lambda s: s.execute(update(Refund).values(status="rejected")),
        "refunding 600 usd, refunds under way 0",
    ),
    "its amount": (
        lambda s: s.execute(update(Refund).values(amount_cents=601)),
        "refunding 600 usd, refunds under way 601",
    ),
    "a dispute": (lambda s: s.execute(update(Dispute).values(status="inquiry")), "disputed 24900 usd, open disputes 0"),
    "what counts as given back": (
        lambda s: s.execute(update(Transaction).where(Transaction.refunded_cents > 0).values(refunded_cents=599)),
        "parts differ from what was given back",
    ),
    "what was taken from a part": (
        lambda s: s.execute(update(PaymentSplit).values(withdrawn_cents=0)),
        "parts differ from what was given back",
    ),
}


async def test_rows_of_refunds_and_disputes_that_were_tampered_with_are_named(world: World) -> None:
    disputed = await Sale.make(world)
    refunded = await disputed.another()
    await dispute(disputed)
    quote = (await refunded.quote(None, amount_cents=600)).json()
    await refunded.ask(refunded.admin, quote, amount_cents=600)  # approved, and not sent yet
    for name, (tamper, words) in OF_REFUNDS.items():
        assert await world.db.read(service.find_faults) == [], name

        def look(session: WriteSession, tamper: Callable[[WriteSession], object] = tamper) -> list[str]:
            tamper(session)
            found = service.find_faults(session)
            session.rollback()
            return found

        assert any(words in fault for fault in await world.write(look)), name
