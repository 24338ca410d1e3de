"""Buying through the API and the Checkout page, as a student does."""

from typing import Any

import httpx

from tests.sandbox.stripe.support import GOOD_CARD
from tests.support.learning import Classroom
from tests.support.world import Actor, World


async def start_checkout(buyer: Actor, room: Classroom, *, key: str | None = None, **changes: Any) -> httpx.Response:
    body = {"course_id": room.course_id, "teacher_id": room.teacher.user_id} | changes
    return await buyer.post("/api/checkout/session", body, key=key)


async def pay(world: World, checkout: dict[str, Any], card: str = GOOD_CARD) -> httpx.Response:
    """Press the button on the twin's Checkout page; webhooks stay in its queue until the world settles."""
    return await world.http.post(checkout["url"], data={"card": card})


async def buy(world: World, buyer: Actor, room: Classroom) -> dict[str, Any]:
    """A paid and settled purchase; answers what the success page sees."""
    checkout = (await start_checkout(buyer, room)).json()
    assert (await pay(world, checkout)).status_code == 303
    await world.settle()
    seen: dict[str, Any] = (await verify(buyer, checkout)).json()
    return seen


async def verify(buyer: Actor, checkout: dict[str, Any]) -> httpx.Response:
    body = {"checkout_session_id": checkout["checkout_session_id"]}
    return await buyer.post("/api/checkout/verify", body)
