"""Answers that come late, twice or not at all, and questions that are refused: money leaves once all the same."""

from app.domains.payouts import service
from app.domains.payouts.types import FailureCode, PayoutId
from tests.domains.payouts.payees import admin, status_of
from tests.domains.payouts.test_sending import approved, ready
from tests.domains.payouts.till import fund
from tests.support.world import World


async def test_a_refusal_that_is_told_late_says_nothing_of_a_later_attempt(world: World) -> None:
    ada, (tess, _) = await admin(world), await ready(world)
    asked = PayoutId(await approved(world, tess, ada))
    first = await world.write(service.begin_sending, asked)
    assert first is not None
    await world.write(service.mark_unknown, asked, first.attempt)
    await world.write(service.apply_refusal, asked, first.attempt, FailureCode.INSUFFICIENT_BALANCE)
    await fund(world)
    assert (await ada.post(f"/api/admin/payouts/{asked}/retry")).status_code == 200
    second = await world.write(service.begin_sending, asked)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    await world.write(service.mark_unknown, asked, first.attempt)
    await world.write(service.apply_refusal, asked, first.attempt, FailureCode.INSUFFICIENT_BALANCE)
    assert await world.db.read(status_of, asked) == "sending"
    assert (await tess.post(f"/api/payouts/{asked}/cancel")).json()["code"] == "payout_moved"
