"""Disputes: what is frozen while a bank decides, and what its decision means, in whatever order it is told."""

from dataclasses import replace

from app.domains.enrollments import service as enrollments
from app.domains.payments import service as payments
from app.domains.refunds.service import apply_dispute
from app.providers.payments.port import Dispute as ProviderDispute
from app.sandbox.stripe.checkouts import Card
from tests.domains.payouts.till import fail
from tests.support.refunding import PRICE, Sale
from tests.support.shop import start_checkout, verify
from tests.support.world import World

FEE, DISPUTE_FEE = 752, 1500


async def dispute(sale: Sale, act: str = "dispute", **form: str) -> str:
    """The buyer's bank takes the money, or an `amount` of it, or does what else is named; the payment service's id of
    the dispute."""
    paid = await sale.world.db.read(payments.get_transaction, sale.transaction_id)
    opened = await sale.control("charges", paid.charge_id or "", act, **form)
    await sale.world.settle()
    known: str = opened["id"]
    return known


async def row(sale: Sale) -> dict[str, object]:
    (found,) = (await sale.admin.get("/api/admin/disputes")).json()["items"]
    assert (await sale.admin.get(f"/api/admin/disputes/{found['id']}")).json() == found
    return dict(found)


async def test_a_dispute_freezes_the_place_and_what_is_won_goes_on(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold()
    before = await sale.books()
    known = await dispute(sale)
    found = await row(sale)
    assert (found["status"], found["amount_cents"], found["fee_cents"]) == ("needs_response", PRICE, DISPUTE_FEE)
    assert found["evidence_due_at"]
    assert await sale.status() == "disputed"
    assert (await sale.books())["disputed"] == PRICE
    assert (await sale.quote()).json()["code"] == "place_disputed"
    booking = {"enrollment_id": sale.enrollment_id, "starts_at": "2026-12-02T10:00:00Z"}
    assert (await sale.buyer.post("/api/sessions", booking)).json()["code"] == "enrollment_not_active"

    await sale.hold()  # one that was booked before is held and counted; its money waits
    assert (await sale.books())["pending teacher"] == before["pending teacher"]
    await sale.control("disputes", known, "win")
    await world.settle()
    assert await row(sale) | {"status": "won"} == await row(sale)
    place = await world.db.read(enrollments.get_enrollment, sale.enrollment_id)
    assert (place.status, place.sessions_completed) == ("completed", 2)
    books = await sale.books()
    assert (books["stripe"], books["releasable teacher"]) == (before["stripe"] - DISPUTE_FEE, -17430)
    assert "disputed" not in books


async def test_what_is_lost_is_taken_back_by_the_rule_of_refunds(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.hold()
    known = await dispute(sale)
    await sale.control("disputes", known, "lose")
    await world.settle()
    assert (await row(sale))["status"] == "lost"
    assert await sale.status() == "cancelled"
    books = await sale.books()
    assert books["stripe"] == PRICE - 2 * FEE - DISPUTE_FEE
    assert books["platform"] == 2 * FEE + DISPUTE_FEE - 3735
    assert not {"disputed", "releasable teacher", "releasable creator"} & set(books)
    receipt = (await sale.buyer.get(f"/api/transactions/{sale.transaction_id}")).json()
    assert (receipt["status"], receipt["refunded_cents"]) == ("dispute_lost", PRICE)


async def test_only_the_last_word_may_be_heard(world: World) -> None:
    """Every notice but the last is lost, and that one comes twice."""
    sale = await Sale.make(world)
    await sale.another()
    for _ in range(2):
        await sale.fault("drop", "charge.dispute.*")
    known = await dispute(sale)
    assert (await sale.admin.get("/api/admin/disputes")).json()["items"] == []
    await sale.fault("duplicate", "charge.dispute.closed")
    await sale.control("disputes", known, "lose")
    await world.settle()
    assert ((await row(sale))["status"], await sale.status()) == ("lost", "cancelled")
    assert "disputed" not in await sale.books()


async def test_a_dispute_may_be_heard_of_before_its_payment(world: World) -> None:
    sale, buyer = await Sale.make(world), await world.member("Otto Other")
    checkout = (await start_checkout(buyer, sale.room)).json()
    await fail(world, "drop", match="checkout.session.completed")
    await world.http.post(checkout["url"], data={"card": Card.IS_DISPUTED})
    await world.settle()
    assert (await buyer.get("/api/enrollments")).json()["items"] == []
    assert (await verify(buyer, checkout)).json()["status"] == "paid"
    await world.settle()
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert place["status"] == "disputed"
    assert (await sale.books())["disputed"] == PRICE


async def test_a_refund_that_the_bank_took_instead_is_not_sent(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await sale.fault("lost_before", "POST /v1/refunds")
    await sale.refund()
    assert (await sale.newest())["status"] == "sending"
    known = await dispute(sale)
    await sale.control("disputes", known, "lose")
    await world.settle()
    assert (await sale.newest())["status"] == "sending"  # it may be there
    world.clock.advance(hours=2)
    await world.settle()
    admin = await world.log_in(sale.admin.user_id, sale.admin.email)
    assert (await replace(sale, admin=admin).newest())["status"] == "covered"
    books = await sale.books()
    assert not {"disputed", "refunding"} & set(books)
    assert books["stripe"] == PRICE - 2 * FEE - DISPUTE_FEE


async def test_a_dispute_is_known_although_the_questions_about_it_were_refused_at_first(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    await fail(world, "refuse", times=4, match="GET /v1/disputes/*")
    await dispute(sale)
    assert (await sale.admin.get("/api/admin/disputes")).json()["items"] == []
    for minutes in (1, 5):
        world.clock.advance(minutes=minutes)
        await world.settle()
    assert ((await row(sale))["status"], await sale.status()) == ("needs_response", "disputed")


async def test_the_end_of_a_dispute_is_asked_about_when_its_notice_came_to_nothing(world: World) -> None:
    """Nor could the payment service's list of events be read; it is asked each day."""
    sale = await Sale.make(world)
    await sale.another()
    known = await dispute(sale)
    await fail(world, "drop", times=9, match="charge.dispute.*")
    await fail(world, "refuse", times=1000, match="GET /v1/events")
    await sale.control("disputes", known, "lose")
    await world.settle()
    assert (await row(sale))["status"] == "needs_response"
    world.clock.advance(days=1)
    await world.settle()
    sale = replace(sale, admin=await world.log_in(sale.admin.user_id, sale.admin.email))
    assert (await row(sale))["status"] == "lost"
    assert (await world.db.read(enrollments.get_enrollment, sale.enrollment_id)).status == "cancelled"
    assert "disputed" not in await sale.books()


async def test_a_fee_that_was_read_out_of_turn_is_booked_as_it_is_read_last(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    known = await dispute(sale)
    after = await sale.books()
    seen: ProviderDispute = await world.app.state.providers.payments.get_dispute(known)
    for fee_cents in (0, DISPUTE_FEE):
        await world.write(apply_dispute, seen, fee_cents)
    assert ((await row(sale))["fee_cents"], await sale.books()) == (DISPUTE_FEE, after)
