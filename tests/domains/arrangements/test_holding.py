"""Time that is kept while somebody pays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.keeping import NOON, ON_ONE, anew, assert_sound, code_of, held, hold, offered, shop
from tests.support.learning import Classroom, booked, instant
from tests.support.shop import buy, pay, start_checkout, verify
from tests.support.world import Actor, World


@pytest.fixture
async def room(world: World) -> Classroom:
    return await shop(world)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def _sessions(actor: Actor) -> list[tuple[str, str]]:
    items = (await actor.get("/api/sessions")).json()["items"]
    return [(item["starts_at"], item["status"]) for item in items]


async def _status(buyer: Actor, hold_id: str) -> str:
    found: str = (await buyer.get(f"/api/session-holds/{hold_id}")).json()["status"]
    return found


async def test_a_kept_time_is_taken_for_everybody_until_it_expires(world: World, room: Classroom, sam: Actor) -> None:
    made = await held(sam, room)
    assert (made["status"], made["session_id"], made["local"]["student"]["timezone"]) == ("held", None, "Europe/Berlin")
    assert instant(made["expires_at"]) == world.clock.now() + timedelta(minutes=15)
    assert "12:00" not in await offered(room)
    other = await room.student("Olga Other")
    assert code_of(await other.book(NOON)) == "slot_taken"
    assert code_of(await hold(await world.member("Hal Holder"), room)) == "slot_taken"
    world.clock.advance(minutes=14, seconds=59)
    assert code_of(await other.book(NOON)) == "slot_taken"
    world.clock.advance(seconds=1)  # the very instant
    assert "12:00" in await offered(room)
    await booked(replace(other, actor=await anew(world, other.actor)), NOON)
    assert await _status(await anew(world, sam), made["id"]) == "expired"
    await assert_sound(world)


async def test_what_is_paid_in_time_is_a_session_at_once(world: World, room: Classroom, sam: Actor) -> None:
    made = await held(sam, room)
    checkout = (await start_checkout(sam, room)).json()
    await pay(world, checkout)
    world.clock.advance(minutes=14, seconds=59)
    assert (await verify(sam, checkout)).json()["status"] == "paid"
    assert await _sessions(sam) == [(NOON, "scheduled")]
    kept = (await sam.get(f"/api/session-holds/{made['id']}")).json()
    [session] = (await sam.get("/api/sessions")).json()["items"]
    assert (kept["status"], kept["session_id"]) == ("used", session["id"])
    await world.settle()  # the notification comes after all
    assert await _sessions(sam) == [(NOON, "scheduled")]
    subjects = [mail["subject"] for mail in await world.mails_to(sam.email)]
    assert sum(subject.startswith("Session booked for Wed 2 Dec 2026, 13:00") for subject in subjects) == 1
    await assert_sound(world)


@ON_ONE
async def test_starting_the_checkout_gives_the_whole_time_once(world: World, room: Classroom, sam: Actor) -> None:
    made = await held(sam, room)
    begun = world.clock.now()
    world.clock.advance(minutes=10)
    for _ in range(2):
        await start_checkout(sam, room)
        world.clock.advance(minutes=4)
    sam = await anew(world, sam)
    expires = instant((await sam.get(f"/api/session-holds/{made['id']}")).json()["expires_at"])
    assert expires == begun + timedelta(minutes=25)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=3)])
async def test_a_late_payment_books_what_is_still_free(
    world: World, room: Classroom, sam: Actor, late: timedelta
) -> None:
    made = await held(sam, room)
    checkout = (await start_checkout(sam, room)).json()
    await pay(world, checkout)
    world.clock.move_to(instant(made["expires_at"]) + late)
    await world.settle()
    sam = await anew(world, sam)
    assert await _sessions(sam) == [(NOON, "scheduled")]
    assert await _status(sam, made["id"]) == "used"
    await assert_sound(world)


async def test_a_late_payment_for_a_taken_time_leaves_the_place_and_tells_what_is_free(
    world: World, room: Classroom, sam: Actor
) -> None:
    made = await held(sam, room)
    checkout = (await start_checkout(sam, room)).json()
    await pay(world, checkout)
    world.clock.advance(minutes=16)
    await booked(await room.student("Olga Other"), NOON)
    await world.settle()
    sam = await anew(world, sam)
    assert await _sessions(sam) == []
    assert await _status(sam, made["id"]) == "expired"
    [place] = (await sam.get("/api/enrollments")).json()["items"]
    assert place["status"] == "enrolled"
    [told] = [mail for mail in await world.mails_to(sam.email) if "choose another time" in mail["subject"]]
    assert "Wednesday, 2 December 2026, 13:00 to 14:00, Europe/Berlin (UTC+01:00)" in told["text"]
    assert told["text"].count("Tuesday, 1 December 2026") == 3
    await assert_sound(world)


@ON_ONE
async def test_what_expired_before_the_checkout_is_forgotten(world: World, room: Classroom, sam: Actor) -> None:
    """Who buys later has not asked for that time."""
    await held(sam, room)
    world.clock.advance(minutes=15)
    sam = await anew(world, sam)
    await buy(world, sam, room)
    assert await _sessions(sam) == []


@ON_ONE
async def test_a_place_without_a_time_is_bought_and_booked_later(world: World, room: Classroom, sam: Actor) -> None:
    """Schedule later: the teacher was chosen at the checkout, and is the place's from then on."""
    place = await buy(world, sam, room)
    assert await _sessions(sam) == []
    body = {"enrollment_id": place["enrollment_id"], "starts_at": NOON}
    assert (await sam.post("/api/sessions", body)).json()["teacher"]["id"] == room.teacher.user_id


async def test_a_free_course_books_the_kept_time_too(world: World, sam: Actor) -> None:
    room = await shop(world, price_cents=0)
    made = await held(sam, room)
    assert (await start_checkout(sam, room)).json()["status"] == "paid"
    assert await _sessions(sam) == [(NOON, "scheduled")]
    assert await _status(sam, made["id"]) == "used"
    await assert_sound(world)


async def test_a_released_time_is_free_at_once(world: World, room: Classroom, sam: Actor) -> None:
    made = await held(sam, room)
    for _ in range(2):
        assert (await sam.delete(f"/api/session-holds/{made['id']}")).status_code == 204
    assert "12:00" in await offered(room)
    assert [each["status"] for each in (await sam.get("/api/session-holds")).json()["items"]] == ["released"]
    again = await hold(sam, room)
    assert (again.json()["code"], again.json()["earliest_allowed"]) == ("held_before", "2026-12-01T09:15:00Z")
    await held(sam, room, "2026-12-02T14:00:00Z")
    await assert_sound(world)


@ON_ONE
async def test_nobody_keeps_much(world: World, sam: Actor) -> None:
    """One time of a course and of a teacher, three at once."""
    teachers = [await world.member(f"Tara {word}", can_create_courses=True) for word in ("One", "Two", "Three", "Four")]
    rooms = [await shop(world, teacher=teacher) for teacher in teachers]
    starts = [f"2026-12-02T{hour}:00:00Z" for hour in ("09", "10", "11", "12")]
    await held(sam, rooms[0], starts[0])
    for room, start in ((rooms[0], starts[1]), (await shop(world, teacher=teachers[0]), starts[1])):
        assert code_of(await hold(sam, room, start)) == "already_holding"
    assert code_of(await hold(sam, rooms[1], starts[0])) == "student_busy"
    for number in (1, 2):
        await held(sam, rooms[number], starts[number])
    assert code_of(await hold(sam, rooms[3], starts[3])) == "too_many_holds"


@ON_ONE
async def test_only_who_may_buy_keeps_a_time(world: World, room: Classroom) -> None:
    enrolled = (await room.student("Eve Enrolled")).actor
    assert code_of(await hold(enrolled, room)) == "already_enrolled"
    assert code_of(await hold(room.teacher, room)) == "own_course"
    assert code_of(await hold(await world.member("Una Unproven", is_verified=False), room)) == "email_not_verified"
    sam = await world.member("Sam Sample")
    assert code_of(await hold(sam, room, "2026-12-02T03:00:00Z")) == "slot_not_offered"
    assert code_of(await hold(sam, room, "2026-12-01T10:00:00Z")) == "slot_not_offered"  # notice


async def test_the_schedule_frees_what_nobody_asks_for(world: World, room: Classroom, sam: Actor) -> None:
    made = await held(sam, room)
    world.clock.advance(minutes=15)
    await world.settle()
    await assert_sound(world)
    assert await _status(await anew(world, sam), made["id"]) == "expired"


async def test_the_next_free_time_follows(world: World, room: Classroom, sam: Actor) -> None:
    async def next_free() -> datetime:
        await world.settle()
        [card] = (await world.http.get("/api/courses")).json()["items"]
        return instant(card["next_free_at"])

    first = await next_free()
    made = await held(sam, room, first.isoformat().replace("+00:00", "Z"))
    assert await next_free() > first
    await sam.delete(f"/api/session-holds/{made['id']}")
    assert await next_free() == first


async def test_somebody_who_leaves_keeps_nothing(world: World, room: Classroom, sam: Actor) -> None:
    await held(sam, room)
    assert (await sam.get("/api/users/me/export")).json()["arrangements"]["holds"][0]["role"] == "student"
    assert (await sam.delete("/api/users/me")).status_code == 204
    assert "12:00" in await offered(room)
    await assert_sound(world)
