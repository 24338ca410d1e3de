"""Inquiries: a bank that only asks takes nothing and freezes nothing, and may later take another amount than it asked
about."""

from typing import Any

from app.domains.refunds.service import apply_dispute
from app.providers.payments.port import Dispute as ProviderDispute
from tests.domains.refunds.test_disputes import DISPUTE_FEE, dispute, row
from tests.support.refunding import PRICE, Sale
from tests.support.world import World

PART = 5000


async def told(sale: Sale, known: str, act: str, **form: str) -> dict[str, Any]:
    """What the bank does next, and the dispute as administrators then see it."""
    await sale.control("disputes", known, act, **form)
    await sale.world.settle()
    return await row(sale)


async def test_a_question_takes_nothing_and_stops_nobody(world: World) -> None:
    sale = await Sale.make(world)
    before = await sale.books()
    known = await dispute(sale, "inquire")
    found = await row(sale)
    assert (found["status"], found["amount_cents"], found["fee_cents"]) == ("inquiry", PRICE, 0)
    assert (await sale.status(), await sale.books()) == ("enrolled", before)
    assert (await told(sale, known, "close"))["status"] == "closed"
    assert (await sale.status(), await sale.books()) == ("enrolled", before)


async def test_what_was_asked_about_may_be_refunded(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await dispute(sale, "inquire")
    await sale.refund()
    assert ((await sale.newest())["status"], await sale.status()) == ("succeeded", "cancelled")


async def test_a_dispute_is_about_what_it_took_and_not_about_what_was_asked(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    before = await sale.books()
    known = await dispute(sale, "inquire")
    found = await told(sale, known, "escalate", amount=str(PART))
    assert (found["status"], found["amount_cents"], found["fee_cents"]) == ("needs_response", PART, DISPUTE_FEE)
    books = await sale.books()
    assert (books["disputed"], before["stripe"] - books["stripe"]) == (PART, PART + DISPUTE_FEE)
    assert await sale.status() == "disputed"
    assert (await told(sale, known, "lose"))["status"] == "lost"
    assert await sale.status() == "enrolled"
    assert "disputed" not in await sale.books()


async def test_what_was_read_before_it_took_money_does_not_make_it_an_inquiry_again(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    known = await dispute(sale, "inquire")
    early: ProviderDispute = await world.app.state.providers.payments.get_dispute(known)
    await told(sale, known, "escalate", amount=str(PART))
    taken = await sale.books()
    await world.write(apply_dispute, early, DISPUTE_FEE)
    assert ((await row(sale))["status"], (await row(sale))["amount_cents"]) == ("needs_response", PART)
    assert await sale.books() == taken


async def test_administrators_are_told_again_when_a_question_becomes_a_dispute(world: World) -> None:
    """The place is frozen now, and there is a day until which evidence is taken."""
    sale = await Sale.make(world)
    await sale.another()
    known = await dispute(sale, "inquire")
    (asked,) = await world.mails_to(sale.admin.email)
    assert "frozen" not in asked["text"]
    await told(sale, known, "escalate", amount=str(PART))
    taken, _ = await world.mails_to(sale.admin.email)
    assert "frozen" in taken["text"]
    await told(sale, known, "lose")
    assert len(await world.mails_to(sale.admin.email)) == 3


async def test_a_dispute_that_begins_with_taking_is_told_once(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await dispute(sale)
    assert len(await world.mails_to(sale.admin.email)) == 1
