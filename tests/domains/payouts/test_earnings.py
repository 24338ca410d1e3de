"""`GET /api/earnings`: the caller's parts of sales, page by page, beside the balances they add up to."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.models import Course
from app.domains.courses.types import CourseId
from app.domains.payments import service as payments
from app.domains.payments.types import TransactionId
from tests.support.learning import Classroom
from tests.support.shop import pay, start_checkout
from tests.support.world import Actor, World

PRICE = 24900
AUTHOR, TEACHER, INSTRUCTOR = 3735, 17430, 21165  # 15 %, 70 %, and 85 % for a creator who teaches


@dataclass(frozen=True, slots=True)
class Shop:
    """A course for 249.00 whose creator teaches it beside a second teacher."""

    world: World
    room: Classroom
    teacher: Actor

    @property
    def creator(self) -> Actor:
        return self.room.teacher

    async def sell(self, taught_by: Actor) -> TransactionId:
        """A paid place of a new student; its transaction."""
        buyer = await self.world.member("Sam Sample")
        checkout = await start_checkout(buyer, self.room, teacher_id=taught_by.user_id)
        await pay(self.world, checkout.json())
        await self.world.settle()
        (receipt,) = (await buyer.get("/api/transactions")).json()["items"]
        return TransactionId(receipt["id"])


def _open_for_sale(session: WriteSession, course_id: CourseId, teacher: Actor, creator: Actor) -> None:
    session.change(update(Course).where(Course.id == course_id).values(price_cents=PRICE))
    courses.certify_teacher(session, user_id=teacher.user_id, course_id=course_id, approved_by=creator.user_id)


@pytest.fixture
async def shop(world: World) -> Shop:
    room, teacher = await Classroom.open(world), await world.member("Tess Template")
    await world.write(_open_for_sale, room.course_id, teacher, room.teacher)
    return Shop(world, room, teacher)


async def earnings(actor: Actor, **parameters: Any) -> dict[str, Any]:
    answer = await actor.get("/api/earnings", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_who_sold_nothing_has_earned_nothing(world: World) -> None:
    assert await earnings(await world.member("Sam Sample")) == {
        "pending_cents": 0,
        "releasable_cents": 0,
        "available_cents": 0,
        "in_payout_cents": 0,
        "paid_cents": 0,
        "owed_cents": 0,
        "currency": "usd",
        "items": [],
        "next_cursor": None,
        "limit": 20,
    }


async def test_creator_and_teacher_see_their_shares_of_one_sale(shop: Shop) -> None:
    sale = await shop.sell(shop.teacher)
    for actor, share, percent, amount in (
        (shop.teacher, "teacher", 70, TEACHER),
        (shop.creator, "creator_as_author", 15, AUTHOR),
    ):
        found = await earnings(actor)
        assert (found["pending_cents"], found["releasable_cents"]) == (amount, 0)
        assert found["items"] == [
            {
                "transaction_id": sale,
                "title": "Intro to n8n",
                "share": share,
                "percent": percent,
                "sale_cents": PRICE,
                "amount_cents": amount,
                "released_cents": 0,
                "currency": "usd",
                "sold_at": "2026-12-01T09:00:00Z",
            }
        ]


async def test_what_is_taught_may_be_paid_out(shop: Shop) -> None:
    sale = await shop.sell(shop.teacher)
    await shop.world.write(payments.release_share, sale, number=1, count=2)
    found = await earnings(shop.teacher)
    assert (found["pending_cents"], found["releasable_cents"]) == (TEACHER - 8715, 8715)
    assert [item["released_cents"] for item in found["items"]] == [8715]


async def test_a_creator_has_both_kinds_of_share_page_by_page(shop: Shop) -> None:
    sales = [await shop.sell(taught_by) for taught_by in (shop.creator, shop.teacher, shop.creator)]
    first = await earnings(shop.creator, limit=2)
    second = await earnings(shop.creator, limit=2, cursor=first["next_cursor"])
    shown = [(item["transaction_id"], item["share"], item["amount_cents"]) for item in first["items"] + second["items"]]
    assert shown == [
        (sales[2], "creator_as_instructor", INSTRUCTOR),
        (sales[1], "creator_as_author", AUTHOR),
        (sales[0], "creator_as_instructor", INSTRUCTOR),
    ]
    assert (len(first["items"]), first["limit"], second["next_cursor"]) == (2, 2, None)
    assert first["pending_cents"] == second["pending_cents"] == 2 * INSTRUCTOR + AUTHOR


async def test_a_cursor_works_for_its_owner_and_its_list_only(shop: Shop) -> None:
    for _ in range(2):
        await shop.sell(shop.teacher)
    cursor = (await earnings(shop.teacher, limit=1))["next_cursor"]
    assert cursor
    for actor, path in ((shop.creator, "/api/earnings"), (shop.teacher, "/api/enrollments")):
        answer = await actor.get(path, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_earnings_are_for_who_is_logged_in(world: World) -> None:
    answer = await world.http.get("/api/earnings")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
