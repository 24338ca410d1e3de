"""A student who thinks better of it takes the wish back, until somebody has decided."""

import asyncio

from tests.support.refunding import Sale
from tests.support.world import World


async def _asked(sale: Sale) -> str:
    quote = (await sale.quote(sale.buyer)).json()
    answer = await sale.ask(sale.buyer, quote)
    assert answer.status_code == 201, answer.text
    refund_id: str = answer.json()["id"]
    return refund_id


async def test_a_wish_is_taken_back_once_by_its_student_and_may_be_made_again(world: World) -> None:
    sale = await Sale.make(world)
    other = await sale.another()
    refund_id = await _asked(sale)
    path = f"{sale.path}/refunds/{refund_id}/withdraw"
    foreign = f"{other.path}/refunds/{refund_id}/withdraw"
    for stranger, where in ((sale.admin, path), (sale.teacher, path), (other.buyer, foreign), (sale.buyer, foreign)):
        assert (await stranger.post(where)).json()["code"] == "refund_not_found"
    done = await sale.buyer.post(path)
    assert (done.status_code, done.json()["status"]) == (200, "withdrawn")
    assert (await sale.buyer.post(path)).json()["code"] == "refund_not_pending"
    decide = f"/api/admin/refunds/{refund_id}"
    assert (await sale.admin.post(f"{decide}/reject", {"reason": "Too late."})).json()["code"] == "refund_not_pending"
    assert (await sale.admin.get("/api/admin/refunds", params={"status": "requested"})).json()["items"] == []
    assert await world.mails_to(sale.admin.email) == []  # there is nothing to decide by now
    assert await _asked(sale) != refund_id


async def test_of_withdrawing_granting_and_turning_down_one_wins(world: World) -> None:
    sale = await Sale.make(world)
    await sale.another()
    ben = await world.member("Ben Boss", is_admin=True)
    before = await sale.books()
    refund_id = await _asked(sale)
    quote_id = (await sale.quote(sale.buyer)).json()["quote_id"]
    decide = f"/api/admin/refunds/{refund_id}"
    clicks = [sale.buyer.post(f"{sale.path}/refunds/{refund_id}/withdraw") for _ in range(5)]
    clicks += [sale.admin.post(f"{decide}/approve", {"quote_id": quote_id}) for _ in range(5)]
    clicks += [ben.post(f"{decide}/reject", {"reason": "Please talk to your teacher first."}) for _ in range(5)]
    answers = await asyncio.gather(*clicks)
    codes = [answer.status_code for answer in answers]
    assert (codes.count(200), codes.count(409)) == (1, 14)
    await world.settle()
    status = (await sale.newest())["status"]
    won = codes.index(200) // 5
    assert status == ("withdrawn", "succeeded", "rejected")[won]
    assert await sale.status() == ("cancelled" if won == 1 else "enrolled")
    assert (await sale.books() == before) == (won != 1)
