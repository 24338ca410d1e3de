"""What the payment service keeps is entered in the currency in which it kept it, or not at all."""

from dataclasses import replace

from app.domains.payments import service as payments
from app.domains.refunds.policies import dispute_fee
from tests.domains.refunds.test_disputes import DISPUTE_FEE, FEE, dispute
from tests.support.refunding import PRICE, Sale
from tests.support.world import World


async def test_a_fee_in_another_currency_is_left_to_the_comparison(world: World) -> None:
    sale = await Sale.make(world)
    await sale.fault("refuse", "GET /v1/charges/*")
    other = await sale.another()
    before = await sale.books()
    assert before["stripe"] == 2 * PRICE - FEE  # the second sale's is not known
    await world.write(payments.record_fee, other.transaction_id, FEE, "eur")
    assert await sale.books() == before
    await world.write(payments.record_fee, other.transaction_id, FEE, "usd")
    assert (await sale.books())["stripe"] == 2 * (PRICE - FEE)


async def test_of_a_disputes_fees_those_in_its_currency_are_entered(world: World) -> None:
    sale = await Sale.make(world)
    known = await dispute(sale)
    moved = (await world.app.state.providers.payments.list_balance_transactions(source_id=known)).items
    assert dispute_fee(moved, "usd") == DISPUTE_FEE
    assert dispute_fee([replace(each, currency="eur") for each in moved], "usd") == 0
