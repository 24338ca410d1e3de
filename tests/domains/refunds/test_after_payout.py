"""The same money paid out and given back: it leaves once, what left too early is fetched back, and our books remain
those of the payment service."""

import asyncio
from dataclasses import replace

from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.books.jobs import differences
from app.domains.payments import service as payments
from app.domains.payments.types import Balances
from app.domains.users.models import User
from app.domains.users.types import UserId
from tests.domains.payouts.payees import approve, ask
from tests.domains.payouts.till import fund, onboard, service_of, transfers
from tests.support.refunding import PRICE, Sale
from tests.support.world import World

SHARE = 17430


async def _taught(world: World) -> Sale:
    """A place whose sessions were all held, and a teacher whose account is ready."""
    sale = await Sale.make(world)
    await sale.hold(2)
    await world.write(_let_teach, sale.teacher.user_id)
    await onboard(world, sale.teacher)
    return sale


def _let_teach(session: WriteSession, user_id: UserId) -> None:
    session.change(update(User).where(User.id == user_id).values(can_teach_courses=True))


async def _has(sale: Sale) -> Balances:
    return await sale.world.db.read(payments.get_balances, sale.teacher.user_id, "usd")


async def _pay_out(sale: Sale) -> None:
    await approve(sale.admin, (await ask(sale.teacher))["id"])
    await sale.world.settle()


async def test_what_was_paid_out_is_reversed_when_the_whole_price_goes_back(world: World) -> None:
    sale = await _taught(world)
    await fund(world)
    await _pay_out(sale)
    await sale.refund(amount_cents=PRICE)
    assert (await _has(sale)).owed_cents == SHARE
    world.clock.advance(hours=1)
    await world.settle()
    assert (await _has(sale)).owed_cents == 0
    [transfer] = await transfers(world)
    assert (transfer.amount_cents, transfer.reversed_cents) == (SHARE, SHARE)
    await sale.books()


async def test_fifty_payouts_and_fifty_refunds_of_the_same_money_take_it_once(world: World) -> None:
    sale = await _taught(world)
    await fund(world)
    quote = (await sale.quote(None, amount_cents=PRICE)).json()
    payouts = [sale.teacher.post("/api/payouts", {}) for _ in range(50)]
    refunds = [sale.ask(sale.admin, quote, amount_cents=PRICE) for _ in range(50)]
    answers = await asyncio.gather(*payouts, *refunds)
    assert {answer.status_code for answer in answers} <= {201, 409, 503}  # a busy database may say so
    asked = [answer.json()["id"] for answer in answers[:50] if answer.status_code == 201]
    given_back = sum(answer.status_code == 201 for answer in answers[50:])
    assert len(asked) + given_back == 1
    sent = SHARE * await _decide_at_once(sale, asked)
    await world.settle()
    assert sum(transfer.amount_cents for transfer in await transfers(world)) == sent
    has = await _has(sale)
    assert has.releasable_cents + has.in_payout_cents - has.owed_cents == SHARE * (1 - given_back) - sent
    await sale.books()


async def _decide_at_once(sale: Sale, asked: list[str]) -> bool:
    """Two administrators approve and turn down what was asked for; whether it was approved."""
    ben = await sale.world.member("Ben Boss", is_admin=True)
    for payout_id in asked:
        path = f"/api/admin/payouts/{payout_id}"
        clicks = [sale.admin.post(f"{path}/approve", {"note": "Fine."}) for _ in range(5)]
        clicks += [ben.post(f"{path}/reject", {"reason": "Not this one."}) for _ in range(5)]
        codes = [answer.status_code for answer in await asyncio.gather(*clicks)]
        assert (codes.count(200), codes.count(409)) == (1, 9)
        return 200 in codes[:5]
    return False


async def test_sold_taught_paid_out_and_given_back_both_books_say_the_same(world: World) -> None:
    sale = await _taught(world)
    other = await sale.another()
    world.clock.advance(days=3)  # then the payments are available, and everybody has to log in again
    teacher, admin = [await world.log_in(actor.user_id, actor.email) for actor in (sale.teacher, sale.admin)]
    await _pay_out(replace(sale, teacher=teacher, admin=admin))
    await replace(other, admin=admin).refund(amount_cents=10_000)
    world.clock.advance(hours=2)
    await world.settle()
    assert await differences(world.db, service_of(world)) == []
