"""Nothing is asked, offered or kept where nothing can come of it any more."""

from collections.abc import Awaitable, Callable

import pytest

from tests.support.keeping import assert_sound
from tests.support.refunding import Sale
from tests.support.world import World

INVITES, WAITLIST = "/api/session-invites", "/api/session-waitlist"
NIGHT = {"earliest_at": "2026-12-02T00:00:00Z", "latest_at": "2026-12-02T05:00:00Z"}


async def _refund(sale: Sale) -> None:
    await sale.refund()


async def _withdraw(sale: Sale) -> None:
    path = f"/api/courses/{sale.room.course_id}/teachers/{sale.teacher.user_id}"
    answer = await sale.room.teacher.put(path, {"is_active": False, "reason": "Three sessions in a row were not held."})
    assert answer.status_code == 200, answer.text


async def _suspend(sale: Sale) -> None:
    path = f"/api/admin/users/{sale.teacher.user_id}/suspend"
    assert (await sale.admin.post(path, {"reason": "Advertising everywhere."})).status_code == 200


@pytest.mark.parametrize("end", [_refund, _withdraw, _suspend])
async def test_what_nobody_can_accept_is_taken_back(world: World, end: Callable[[Sale], Awaitable[None]]) -> None:
    sale = await Sale.make(world)
    await sale.another()
    place = {"enrollment_id": sale.enrollment_id}
    invite = (await sale.teacher.post(INVITES, place)).json()
    waiting = (await sale.buyer.post(WAITLIST, place | NIGHT)).json()
    assert (invite["status"], waiting["status"]) == ("pending", "waiting")
    await end(sale)
    await world.settle()
    assert (await sale.buyer.get(f"{INVITES}/{invite['id']}")).json()["status"] == "withdrawn"
    assert (await sale.buyer.get(f"{WAITLIST}/{waiting['id']}")).json()["status"] == "ended"
    await assert_sound(world)
