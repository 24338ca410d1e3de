"""Inbound events: verified over the raw bytes, stored once, processed once, whatever the order and the number."""

import asyncio
import hashlib
import hmac
import itertools
import json
import random

import httpx
import pytest
from sqlalchemy import func, select

from app.db.session import ReadSession
from app.domains.enrollments.models import Enrollment
from app.domains.payments import ledger
from app.domains.payments.models import Transaction
from app.domains.webhooks.models import InboxEvent
from app.sandbox.books import Delivery
from tests.domains.enrollments.test_checkout import PRICE, room
from tests.domains.sessions.lessons import Lesson
from tests.domains.video.test_join import act, join
from tests.support.learning import Classroom
from tests.support.shop import pay, start_checkout
from tests.support.world import World

__all__ = ["room"]


def counts(session: ReadSession) -> tuple[int, int]:
    places = session.scalar(select(func.count()).select_from(Enrollment))
    sales = session.scalar(select(func.count()).select_from(Transaction))
    return places or 0, sales or 0


def stored(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def stored_bodies(session: ReadSession) -> list[bytes]:
    return list(session.scalars(select(InboxEvent.body)))


async def paid_but_undelivered(world: World, room: Classroom) -> list[Delivery]:
    """A paid checkout whose three webhooks have not left the twin."""
    buyer = await world.member("Sam Sample")
    await pay(world, (await start_checkout(buyer, room)).json())
    deliveries: list[Delivery] = world.app.state.twins.books.due_deliveries(float("inf"))
    return deliveries


async def deliver(world: World, delivery: Delivery, **headers: str) -> httpx.Response:
    """Send one webhook as the twin would, freshly signed."""
    sender = world.app.state.twins.deliveries
    return await world.http.post(delivery.url, content=delivery.body, headers=sender.headers_of(delivery) | headers)


async def test_the_same_event_a_hundred_times_at_once_has_one_effect(world: World, room: Classroom) -> None:
    (completed,) = [d for d in await paid_but_undelivered(world, room) if b"checkout.session.completed" in d.body]
    answers = await asyncio.gather(*(deliver(world, completed) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    await world.settle()
    assert await world.db.read(counts) == (1, 1)
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["stripe:-:usd"] == PRICE - 752  # less the fee


async def test_every_order_and_duplication_ends_in_the_same_state(world: World, room: Classroom) -> None:
    deliveries = await paid_but_undelivered(world, room)
    assert len(deliveries) == 3
    shuffled = [delivery for order in itertools.permutations(deliveries) for delivery in order]
    random.Random(3).shuffle(shuffled)
    for delivery in shuffled:
        assert (await deliver(world, delivery)).status_code == 200
        if delivery is shuffled[5]:
            await world.app.state.runner.run_until_idle()
    await world.settle()
    assert await world.db.read(counts) == (1, 1)
    assert await world.db.read(stored) == 3


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "v1=", "t=0", "t=" + "9" * 400 + ",v1=aa", "t=1,v1=" + "é"])
async def test_a_forged_event_is_refused_before_any_database_work(world: World, signature: str) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "checkout.session.completed"}).encode()
    headers = {b"Stripe-Signature": signature.encode()}
    answer = await world.http.post("/api/webhooks/stripe", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook_refused")
    assert await world.db.read(stored) == 0


async def test_a_stale_event_is_refused(world: World, room: Classroom) -> None:
    delivery = (await paid_but_undelivered(world, room))[0]
    headers = world.app.state.twins.deliveries.headers_of(delivery)
    world.clock.advance(minutes=6)
    answer = await world.http.post(delivery.url, content=delivery.body, headers=headers)
    assert answer.status_code == 400


async def test_an_event_whose_bytes_were_rewritten_is_refused(world: World, room: Classroom) -> None:
    delivery = (await paid_but_undelivered(world, room))[0]
    headers = world.app.state.twins.deliveries.headers_of(delivery)
    rewritten = json.dumps(json.loads(delivery.body)).encode()
    assert (await world.http.post(delivery.url, content=rewritten, headers=headers)).status_code == 400


async def test_a_room_event_without_a_genuine_token_is_refused(world: World) -> None:
    answer = await world.http.post("/api/webhooks/video/plugnmeet", content=b"{}", headers={"Hash-Token": "a.b.c"})
    assert answer.status_code in {400, 401}
    assert await world.db.read(stored) == 0


async def test_a_body_above_the_limit_is_refused(world: World) -> None:
    answer = await world.http.post("/api/webhooks/stripe", content=b"x" * 1_100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def connect_header(world: World, body: bytes, secret: str) -> dict[str, str]:
    moment = int(world.clock.now().timestamp())
    mac = hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
    return {"Stripe-Signature": f"t={moment},v1={mac}"}


def account_event(world: World, **changes: object) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "account.updated",
        "account": "acct_1",
        "created": int(world.clock.now().timestamp()),
        "livemode": False,
        "data": {"object": {"id": "acct_1", "object": "account"}},
    }
    return json.dumps(event | changes).encode()


async def test_events_of_connected_accounts_have_an_endpoint_and_a_secret_of_their_own(world: World) -> None:
    settings = world.settings
    ours, theirs = (
        secret.get_secret_value() for secret in (settings.stripe_webhook_secret, settings.stripe_connect_webhook_secret)
    )
    body = account_event(world)

    async def send(body: bytes, secret: str) -> int:
        headers = connect_header(world, body, secret)
        return (await world.http.post("/api/webhooks/stripe/connect", content=body, headers=headers)).status_code

    assert await send(body, ours) == 400
    assert await send(account_event(world, account=None), theirs) == 400
    assert await send(account_event(world, livemode=True), theirs) == 200
    assert await world.db.read(stored) == 0
    assert [await send(body, theirs) for _ in range(2)] == [200, 200]
    await world.settle()
    assert await world.db.read(stored_bodies) == [hashlib.sha256(body).digest()]


async def test_nothing_of_a_person_stays_of_what_arrived(world: World, room: Classroom) -> None:
    lesson = await Lesson.of(room, await room.student())
    await pay(world, (await start_checkout(await world.member("Bea Buyer"), room)).json())
    ticket = (await join(lesson, lesson.student.actor, 0)).json()
    await act(world, "join", ticket["join_url"])
    await world.settle()
    bodies = await world.db.read(stored_bodies)
    assert len(bodies) >= 4
    assert {len(body) for body in bodies} == {hashlib.sha256().digest_size}
