"""A refund that is asked for more than once: what is known of an attempt says nothing of another, and nothing goes out
twice unnoticed."""

from dataclasses import replace

from app.domains.books.jobs import differences
from app.domains.books.types import Drift, Move
from app.domains.payments.service import get_transaction
from app.domains.refunds import service as refunds
from app.domains.refunds.types import RefundId, RefundPayload
from app.providers.payments.port import Refund, RefundReason, RefundStatus
from tests.domains.refunds.test_sending import refunds_at_stripe
from tests.support.refunding import Sale
from tests.support.world import World

CREATE, ASK, PART = "POST /v1/refunds", "GET /v1/refunds", 5000


async def refused(world: World) -> tuple[Sale, RefundId]:
    """A refund of a part that the payment service would not make."""
    sale = await Sale.make(world)
    await sale.another()
    await sale.fault("refuse", CREATE)
    await sale.refund(amount_cents=PART)
    found = await sale.newest()
    assert found["status"] == "failed"
    return sale, found["id"]


async def retry(sale: Sale, refund_id: RefundId) -> None:
    again = await sale.admin.post(f"/api/admin/refunds/{refund_id}/retry")
    assert again.status_code == 200, again.text
    await sale.world.settle()


async def made(sale: Sale, reference: str) -> Refund:
    """A refund at the payment service under this reference, of which we are told."""
    payments = sale.world.app.state.providers.payments
    paid = await sale.world.db.read(get_transaction, sale.transaction_id)
    refund: Refund = await payments.create_refund(
        reference=reference,
        payment_intent_id=paid.payment_intent_id,
        amount_cents=PART,
        reason=RefundReason.REQUESTED,
    )
    await sale.world.settle()
    return refund


async def test_a_question_that_is_refused_says_nothing_about_the_refund(world: World) -> None:
    """It may be there: no bank's word lowers it, nobody sends it again, and it is asked about until there is an
    answer."""
    sale = await Sale.make(world)
    await sale.another()
    await sale.fault("lost_after", CREATE)
    for _ in range(2):
        await sale.fault("drop", "*refund*")
    await sale.fault("refuse", ASK)
    await sale.refund(amount_cents=PART)
    world.clock.advance(seconds=10)
    await world.settle()
    found = await sale.newest()
    assert (found["status"], found["failure"]) == ("sending", None)
    again = await sale.admin.post(f"/api/admin/refunds/{found['id']}/retry")
    assert again.json()["code"] == "refund_not_failed"
    world.clock.advance(minutes=5)
    await world.settle()
    assert (await sale.newest())["status"] == "succeeded"
    assert await refunds_at_stripe(world) == [("succeeded", PART)]
    assert "refunding" not in await sale.books()


async def test_a_refusal_is_that_of_its_attempt_and_takes_nothing_back(world: World) -> None:
    sale, refund_id = await refused(world)
    await retry(sale, refund_id)
    before = await sale.books()
    for attempt in (1, 2):
        await world.write(refunds.refuse, RefundPayload(refund_id=refund_id, attempt=attempt), "no")
    assert ((await sale.newest())["status"], await sale.books()) == ("succeeded", before)


async def test_what_was_taken_for_refused_and_was_made_counts_once(world: World) -> None:
    sale, refund_id = await refused(world)
    await sale.fault("refuse", CREATE)
    await retry(sale, refund_id)
    assert ((await sale.newest())["status"], (await sale.newest())["attempt"]) == ("failed", 2)
    before = await sale.books()
    assert before["refunding"] == -PART
    seen = await made(sale, refund_id)
    found = await sale.newest()
    assert (found["status"], found["failure"]) == ("succeeded", None)
    after = await sale.books()
    assert ("refunding" in after, before["stripe"] - after["stripe"]) == (False, PART)
    # The buyer's bank does not take it; what is read of it later was so before.
    await sale.control("refunds", seen.id, "fail")
    await world.settle()
    await world.write(refunds.apply, replace(seen, status=RefundStatus.SUCCEEDED))
    assert ((await sale.newest())["status"], await sale.books()) == ("failed", before)
    await retry(sale, refund_id)
    assert ((await sale.newest())["status"], await sale.books()) == ("succeeded", after)


async def test_what_went_out_twice_is_named_by_the_comparison_of_the_books(world: World) -> None:
    sale, refund_id = await refused(world)
    await retry(sale, refund_id)
    before = await sale.books()
    await made(sale, refund_id)
    assert ((await sale.newest())["status"], await sale.books()) == ("succeeded", before)
    world.clock.advance(hours=2)
    (finding,) = await differences(world.db, world.app.state.providers.payments)
    assert (finding.move, finding.drift, finding.subject) == (Move.REFUND, Drift.UNBOOKED, refund_id)
