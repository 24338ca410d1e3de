"""Buying a place: guards, the payment service, the notification before or after the success page, repetition."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from app.db.session import WriteSession
from app.db.transactions import PooledTransactions
from app.domains.courses import service as courses
from app.domains.courses.models import Certification, Course
from app.domains.courses.types import CourseId
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.errors import PriceChanged
from app.domains.payments import ledger
from app.domains.users.types import UserId
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.wiring.jobs import register_jobs
from app.wiring.providers import make_providers
from tests.support.learning import Classroom
from tests.support.shop import buy, pay, start_checkout, verify
from tests.support.world import World

PRICE, FEE = 24900, 752


def set_price(session: WriteSession, course_id: CourseId, price_cents: int) -> None:
    session.change(update(Course).where(Course.id == course_id).values(price_cents=price_cents))


def certify(session: WriteSession, course_id: CourseId, user_id: UserId) -> None:
    courses.certify_teacher(session, user_id=user_id, course_id=course_id, approved_by=user_id)


@pytest.fixture
async def room(world: World) -> Classroom:
    room = await Classroom.open(world)
    await world.write(set_price, room.course_id, PRICE)
    return room


async def test_a_checkout_has_our_price_and_enrolls_nobody_before_it_is_paid(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    answer = await start_checkout(buyer, room)
    assert answer.status_code == 201
    checkout = answer.json()
    assert (checkout["amount_cents"], checkout["currency"], checkout["status"]) == (PRICE, "usd", "open")
    assert checkout["enrollment_id"] is None
    assert (await verify(buyer, checkout)).json()["status"] == "open"
    assert (await buyer.get("/api/enrollments")).json()["items"] == []


async def test_the_webhook_alone_enrolls(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    await pay(world, (await start_checkout(buyer, room)).json())
    await world.settle()
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert (place["status"], place["teacher_id"]) == ("enrolled", room.teacher.user_id)
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["unmatched:-:usd"] == 0


async def test_the_success_page_alone_enrolls_and_the_late_webhook_changes_nothing(
    world: World, room: Classroom
) -> None:
    buyer = await world.member("Sam Sample")
    checkout = (await start_checkout(buyer, room)).json()
    await pay(world, checkout)
    first = (await verify(buyer, checkout)).json()
    assert first["status"] == "paid"
    before = (await world.db.read(ledger.trial_balance)).balances
    await world.settle()
    assert (await verify(buyer, checkout)).json() == first
    after = (await world.db.read(ledger.trial_balance)).balances
    fee = {"stripe:-:usd": -FEE, "platform:-:usd": FEE}  # asked for meanwhile
    assert after == before | {account: before[account] + change for account, change in fee.items()}
    (receipt,) = (await buyer.get("/api/transactions")).json()["items"]
    assert receipt["amount_cents"] == PRICE


async def test_a_repeated_request_replays_the_answer(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    first = await start_checkout(buyer, room, key="the-same-key")
    again = await start_checkout(buyer, room, key="the-same-key")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_twenty_parallel_requests_with_one_key_make_one_purchase(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    answers = await asyncio.gather(*(start_checkout(buyer, room, key="the-same-key") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["checkout_session_id"] for answer in answers}) == 1


async def test_the_key_is_required_and_bound_to_the_body(world: World, room: Classroom) -> None:
    buyer, other = await world.member("Sam Sample"), await world.member("Tess Template")
    headers = {"Authorization": f"Bearer {buyer.token}"}
    body = {"course_id": room.course_id, "teacher_id": room.teacher.user_id}
    bare = await world.http.post("/api/checkout/session", json=body, headers=headers)
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency_key_missing")
    await start_checkout(buyer, room, key="the-same-key")
    changed = await start_checkout(buyer, room, key="the-same-key", teacher_id=other.user_id)
    assert (changed.status_code, changed.json()["code"]) == (409, "idempotency_key_reused")


async def test_guards(world: World, room: Classroom) -> None:
    buyer, stranger = await world.member("Sam Sample"), await world.member("Tess Template")
    unverified = await world.member("Nia Newcomer", is_verified=False)
    owner = await start_checkout(room.teacher, room)
    cases = [
        (await start_checkout(unverified, room), 403, "email_not_verified"),
        (owner, 409, "own_course"),
        (await start_checkout(buyer, room, teacher_id=stranger.user_id), 409, "teacher_not_available"),
        (await start_checkout(buyer, room, course_id="crs_" + "0" * 26), 404, "course_not_found"),
        (await start_checkout(buyer, room, price_cents=1), 422, "invalid_request"),
        (await start_checkout(buyer, room, course_id="intro-to-n8n"), 422, "invalid_request"),
    ]
    assert [(a.status_code, a.json()["code"]) for a, _, _ in cases] == [(s, c) for _, s, c in cases]
    await buy(world, buyer, room)
    again = await start_checkout(buyer, room)
    assert (again.status_code, again.json()["code"]) == (409, "already_enrolled")
    await world.write(certify, room.course_id, buyer.user_id)
    learner = await start_checkout(buyer, room)
    assert (learner.status_code, learner.json()["code"]) == (409, "teaches_course")


async def test_a_second_payment_from_another_tab_buys_nothing_and_goes_back(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    tabs = [(await start_checkout(buyer, room)).json() for _ in range(2)]
    for checkout in tabs:
        await pay(world, checkout)
    await world.settle()
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    seen = [(await verify(buyer, checkout)).json() for checkout in tabs]
    assert sorted((each["status"], each["enrollment_id"]) for each in seen) == [
        ("paid", place["id"]),
        ("returned", None),
    ]
    books = await world.db.read(ledger.trial_balance)
    assert books.is_sound
    assert books.balances["unmatched:-:usd"] == 0
    receipts = (await buyer.get("/api/transactions")).json()["items"]
    assert sorted(receipt["status"] for receipt in receipts) == ["completed", "refunded"]


async def test_a_free_course_enrolls_at_once_without_money(world: World, room: Classroom) -> None:
    await world.write(set_price, room.course_id, 0)
    buyer = await world.member("Sam Sample")
    answer = await start_checkout(buyer, room, key="free-course")
    assert (answer.status_code, answer.json()["status"], answer.json()["url"]) == (201, "paid", None)
    assert (await start_checkout(buyer, room, key="free-course")).json() == answer.json()
    assert (await world.db.read(ledger.trial_balance)).balances == {}


async def test_a_course_that_gets_its_price_meanwhile_is_not_given_away(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    command = enrollments.CheckoutCommand(
        buyer_id=buyer.user_id,
        course_id=room.course_id,
        teacher_id=room.teacher.user_id,
        request_key="meanwhile",
        life=timedelta(minutes=30),
        return_url="https://app.peerloop.example",
    )
    with pytest.raises(PriceChanged):  # found free by `start_checkout`, in a transaction that is over
        await world.write(enrollments.enroll_free, command)
    assert (await buyer.get("/api/enrollments")).json()["items"] == []


async def test_nobody_else_sees_a_checkout_or_a_place(world: World, room: Classroom) -> None:
    buyer, stranger = await world.member("Sam Sample"), await world.member("Tess Template")
    checkout = (await start_checkout(buyer, room)).json()
    assert (await verify(stranger, checkout)).status_code == 404
    await pay(world, checkout)
    await world.settle()
    (mine,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert (await stranger.get(f"/api/enrollments/{mine['id']}")).status_code == 404
    assert (await room.teacher.get(f"/api/enrollments/{mine['id']}")).status_code == 200


async def test_an_expired_checkout_can_be_followed_by_a_new_one(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    checkout = (await start_checkout(buyer, room)).json()
    world.clock.advance(minutes=40)
    buyer = await world.log_in(buyer.user_id, buyer.email)
    assert (await world.http.get(checkout["url"])).status_code == 410
    assert (await verify(buyer, checkout)).json()["status"] == "expired"
    await world.settle()
    assert (await buy(world, buyer, room))["status"] == "paid"


class Silence(httpx.AsyncBaseTransport):
    """A payment service that takes the request, does its work, and whose answer is lost."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.is_lost = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.inner.handle_async_request(request)
        if self.is_lost:
            raise httpx.ReadTimeout("lost", request=request)
        return answer


async def test_a_lost_answer_is_asked_for_again_under_the_same_key(
    world: World, room: Classroom, lose_answers: Callable[[], Silence]
) -> None:
    buyer = await world.member("Sam Sample")
    line = lose_answers()
    lost = await start_checkout(buyer, room, key="the-same-key")
    assert (lost.status_code, lost.json()["code"], lost.json()["retryable"]) == (503, "provider_unavailable", True)
    line.is_lost = False
    again = await start_checkout(buyer, room, key="the-same-key")
    assert again.status_code == 201
    await pay(world, again.json())
    await world.settle()
    assert (await world.db.read(ledger.trial_balance)).balances["stripe:-:usd"] == PRICE - FEE


async def test_a_request_that_never_reached_the_payment_service_grows_too_old(
    world: World, room: Classroom, lose_answers: Callable[[], Silence]
) -> None:
    buyer = await world.member("Sam Sample")
    line = lose_answers()
    await start_checkout(buyer, room, key="the-same-key")
    line.is_lost = False
    world.clock.advance(minutes=10)
    again = await start_checkout(buyer, room, key="the-same-key")
    assert (again.status_code, again.json()["code"]) == (409, "checkout_too_old")
    assert (await start_checkout(buyer, room, key="a-fresh-key")).status_code == 201


async def test_a_payment_of_which_no_notification_came_is_found_by_asking(world: World, room: Classroom) -> None:
    buyer = await world.member("Sam Sample")
    await pay(world, (await start_checkout(buyer, room)).json())
    forget_deliveries(world)
    world.clock.advance(minutes=16)
    await world.settle()
    buyer = await world.log_in(buyer.user_id, buyer.email)
    (place,) = (await buyer.get("/api/enrollments")).json()["items"]
    assert place["status"] == "enrolled"
    assert (await world.db.read(ledger.trial_balance)).balances["unmatched:-:usd"] == 0


async def test_the_payment_service_may_be_away_for_three_days(
    world: World, room: Classroom, lose_answers: Callable[[], Silence]
) -> None:
    buyer = await world.member("Sam Sample")
    await pay(world, (await start_checkout(buyer, room)).json())
    line = lose_answers()
    for _ in range(3):
        await world.settle()
        world.clock.advance(days=1)
    assert (await world.db.read(ledger.trial_balance)).balances == {}
    line.is_lost = False
    for _ in range(3):
        world.clock.advance(hours=1)
        await world.settle()
    assert (await world.db.read(ledger.trial_balance)).balances["stripe:-:usd"] == PRICE - FEE


def forget_deliveries(world: World) -> None:
    """As a provider that gave up, or a webhook endpoint that was switched off."""
    books = world.app.state.twins.books
    for delivery in books.due_deliveries(float("inf")):
        books.finish_delivery(delivery)


@pytest.fixture
def lose_answers(world: World) -> Callable[[], Silence]:
    """Swap the line to the providers, for requests and for jobs, for one that loses answers."""

    def swap() -> Silence:
        line, state, registry = Silence(httpx.ASGITransport(world.app)), world.app.state, Registry()
        state.providers = make_providers(world.settings, httpx.AsyncClient(transport=line), state.kv, world.clock)
        register_jobs(registry, state.providers, world.settings, state.mail_tokens)
        state.runner = JobRunner(world.db, registry)
        return line

    return swap


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
@pytest.mark.parametrize("price_cents", [0, PRICE])
async def test_a_teacher_who_is_withdrawn_in_that_instant_is_not_bought_from(
    world: World, room: Classroom, price_cents: int
) -> None:
    """On SQLite one writes after the other. Here the purchase waits for whoever is changing the course."""
    await world.write(set_price, room.course_id, price_cents)
    buyer = await world.member("Sam Sample")
    waiting = text("SELECT 1 FROM pg_locks WHERE NOT granted")
    writer = world.db.engines.writer
    assert isinstance(writer, PooledTransactions)
    async with writer.engine.connect() as other:
        await other.execute(select(Course.id).where(Course.id == room.course_id).with_for_update(key_share=True))
        await other.execute(update(Certification).values(is_active=False))
        buying = asyncio.create_task(start_checkout(buyer, room))
        async with asyncio.timeout(10):
            while (await other.execute(waiting)).first() is None:
                assert not buying.done()
        await other.commit()
    assert (await buying).json()["code"] == "teacher_not_available"
    assert (await buyer.get("/api/enrollments")).json()["items"] == []
