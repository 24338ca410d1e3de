"""Many who want the same time at once, and answers that come in the same moment."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx

from app.domains.arrangements import service as arrangements
from app.domains.holds import service as holds
from tests.support.keeping import NOON, anew, assert_sound, code_of, held, hold, shop
from tests.support.learning import instant
from tests.support.shop import pay, start_checkout, verify
from tests.support.world import Actor, World


def _codes(answers: list[httpx.Response]) -> Counter[str]:
    return Counter(code_of(answer) for answer in answers)


async def test_of_holders_and_bookers_exactly_one_gets_the_time(world: World) -> None:
    room = await shop(world)
    students = [await room.student(f"Student {number}") for number in range(8)]
    buyers = [await world.member(f"Buyer {number}") for number in range(8)]
    both = zip(students, buyers, strict=True)
    asked = [call for student, buyer in both for call in (student.book(NOON), hold(buyer, room))]
    assert _codes(await asyncio.gather(*asked)) == {"done": 1, "slot_taken": 15}
    await assert_sound(world)


async def test_one_who_clicks_ten_times_keeps_one_time(world: World) -> None:
    room, sam = await shop(world), await world.member("Sam Sample")
    starts = [f"2026-12-02T{hour:02}:00:00Z" for hour in range(9, 14)] * 2
    assert _codes(await asyncio.gather(*(hold(sam, room, start) for start in starts))) == {
        "done": 1,
        "already_holding": 9,
    }
    other = await world.member("Olga Other")
    same = await asyncio.gather(*(hold(other, room, "2026-12-02T15:00:00Z", key="one-key-only") for _ in range(4)))
    assert ({answer.status_code for answer in same}, len({answer.content for answer in same})) == ({201}, 1)
    await assert_sound(world)


async def test_payment_and_expiry_in_the_same_moment_lose_nothing(world: World) -> None:
    """The payment is told of twice, the schedule frees what has expired, others book, all at once."""
    for before in (timedelta(microseconds=1), timedelta(0)):
        room, sam = await shop(world), await world.member("Sam Sample")
        made = await held(sam, room)
        checkout = (await start_checkout(sam, room)).json()
        await pay(world, checkout)
        rival = await room.student("Riva Rival")
        world.clock.move_to(instant(made["expires_at"]) - before)
        sam, rivals = await anew(world, sam), await anew(world, rival.actor)
        body = {"enrollment_id": rival.enrollment_id, "starts_at": NOON}
        booked, *_ = await asyncio.gather(
            rivals.post("/api/sessions", body),
            verify(sam, checkout),
            world.write(holds.expire),
            world.write(arrangements.tidy),
            verify(sam, checkout),
        )
        await world.settle()
        assert await _lessons(sam) + await _lessons(rivals) == 1
        assert (booked.status_code == 201) == (await _lessons(rivals) == 1)
        assert [place["status"] for place in (await sam.get("/api/enrollments")).json()["items"]] == ["enrolled"]
        lost = [mail for mail in await world.mails_to(sam.email) if "choose another time" in mail["subject"]]
        assert len(lost) == 1 - await _lessons(sam)
        await assert_sound(world)


async def _lessons(actor: Actor) -> int:
    return len((await actor.get("/api/sessions")).json()["items"])
