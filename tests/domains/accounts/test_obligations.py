"""What keeps an account from being deleted: said beforehand, refused afterwards, nothing changed."""

import asyncio
from typing import Any

from sqlalchemy import update

from app.db.session import ReadSession, WriteSession
from app.domains.courses.models import Course
from app.domains.enrollments import service as enrollments
from app.domains.enrollments.models import Enrollment
from app.domains.payments import ledger
from app.domains.payments.models import Purchase
from app.domains.users import service as users
from app.domains.users.types import UserId
from tests.domains.accounts.life import owe
from tests.hostile.findings import changed, snapshot
from tests.support.learning import Classroom, booked
from tests.support.shop import buy, pay, start_checkout
from tests.support.world import Actor, World

ME = "/api/users/me"


async def reasons(world: World, actor: Actor) -> dict[str, int]:
    """What is open, as the dry run and the refusal say alike."""
    before = await snapshot(world)
    check = (await actor.get(f"{ME}/deletion")).json()
    assert check["can_delete"] == (not check["reasons"])
    if not check["reasons"]:
        return {}
    refused = await actor.delete(ME)
    body = refused.json()
    assert (refused.status_code, body["code"]) == (409, "obligations_open")
    assert body["reasons"] == check["reasons"]
    assert all(each["hint"] for each in body["reasons"])
    assert changed(before, await snapshot(world)) == {}
    return {each["code"]: each["count"] for each in body["reasons"]}


def _set(session: WriteSession, table: Any, condition: Any, values: dict[str, Any]) -> None:
    assert session.change(update(table).where(condition).values(values)) >= 1


async def paid_room(world: World, teacher: Actor | None = None) -> Classroom:
    room = await Classroom.open(world, teacher=teacher)
    await world.write(_set, Course, Course.id == room.course_id, {"price_cents": 24900})
    return room


async def test_a_new_member_may_leave(world: World) -> None:
    sam = await world.member("Sam Sample")
    assert await reasons(world, sam) == {}
    assert (await sam.delete(ME)).status_code == 204


async def test_whoever_signed_up_with_the_address_of_somebody_else_cannot_delete_it(world: World) -> None:
    squatter = await world.member("Sid Squatter", is_verified=False)
    refused = await squatter.delete(ME)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")
    assert (await squatter.get(ME)).status_code == 200


async def test_a_booked_session_keeps_both(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    await booked(student, "2026-12-02T10:00:00Z")
    assert await reasons(world, student.actor) == {"sessions_upcoming": 1}
    assert await reasons(world, room.teacher) == {
        "courses_on_sale": 1,
        "students_assigned": 1,
        "sessions_upcoming": 1,
    }


async def test_a_place_that_was_paid_keeps_its_student_until_it_is_used(world: World) -> None:
    room, sam = await paid_room(world), await world.member("Sam Sample")
    place = (await buy(world, sam, room))["enrollment_id"]
    assert await reasons(world, sam) == {"places_paid": 1}
    for _ in range(2):
        await world.write(enrollments.record_session_completed, place)
    assert await reasons(world, sam) == {}


async def test_a_free_place_is_given_up(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    assert await reasons(world, student.actor) == {}
    assert (await student.actor.delete(ME)).status_code == 204
    (place,) = (await room.teacher.get("/api/enrollments")).json()["items"]
    assert place["status"] == "cancelled"


async def test_a_creator_stays_while_anybody_takes_the_course(world: World) -> None:
    room = await Classroom.open(world)
    other = await world.member("Tess Template")
    student = await room.student()
    await world.write(_set, Enrollment, Enrollment.id == student.enrollment_id, {"teacher_id": other.user_id})
    assert await reasons(world, room.teacher) == {"courses_on_sale": 1, "students_in_courses": 1}
    assert await reasons(world, other) == {"students_assigned": 1}
    await world.write(_set, Course, Course.id == room.course_id, {"retired_at": world.clock.now()})
    assert await reasons(world, room.teacher) == {"students_in_courses": 1}
    await world.write(_set, Enrollment, Enrollment.id == student.enrollment_id, {"status": "completed"})
    assert await reasons(world, room.teacher) == {}


async def test_money_keeps_whoever_has_or_owes_it(world: World) -> None:
    ada, ben, cleo = [await world.member(name) for name in ("Ada Able", "Ben Best", "Cleo Clear")]
    for person, cents in ((ada, 1), (ben, -1), (cleo, 0)):
        await world.write(owe, person.user_id, cents)
    assert await reasons(world, ada) == await reasons(world, ben) == {"balances_open": 1}
    assert await reasons(world, cleo) == {}


async def test_a_checkout_that_may_be_paid_keeps_everybody_in_it(world: World) -> None:
    room, sam = await paid_room(world), await world.member("Sam Sample")
    checkout = (await start_checkout(sam, room)).json()
    assert await reasons(world, sam) == {"checkouts_open": 1}
    assert (await reasons(world, room.teacher))["checkouts_open"] == 1
    world.clock.advance(minutes=36)  # nobody has said yet that it expired, so it may have been paid
    sam = await world.log_in(sam.user_id, sam.email)
    assert await reasons(world, sam) == {"checkouts_open": 1}
    await world.write(_set, Purchase, Purchase.checkout_id == checkout["checkout_session_id"], {"status": "expired"})
    assert await reasons(world, sam) == {}


async def test_a_payment_that_bought_nothing_keeps_its_payer_until_it_is_back(world: World) -> None:
    room, sam = await paid_room(world), await world.member("Sam Sample")
    first, second = [(await start_checkout(sam, room)).json() for _ in range(2)]
    for checkout in (first, second):
        await pay(world, checkout)
    form = {"kind": "lost_before", "match": "POST /v1/refunds"}
    (await world.http.post("/sandbox/stripe/control/faults", data=form)).raise_for_status()
    await world.settle()
    assert await reasons(world, sam) == {"places_paid": 1, "refunds_open": 1}
    world.clock.advance(hours=1)
    await world.settle()
    sam = await world.log_in(sam.user_id, sam.email)
    assert await reasons(world, sam) == {"places_paid": 1}


async def test_money_that_comes_after_all_is_not_split(world: World) -> None:
    """A purchase that counted as expired can still turn out to be paid; the buyer is gone then."""
    room, sam = await paid_room(world), await world.member("Sam Sample")
    checkout = (await start_checkout(sam, room)).json()
    is_this = Purchase.checkout_id == checkout["checkout_session_id"]
    await world.write(_set, Purchase, is_this, {"status": "expired"})
    assert (await sam.delete(ME)).status_code == 204
    await pay(world, checkout)
    await world.settle()
    assert (await room.teacher.get("/api/enrollments")).json()["items"] == []
    books = await world.db.read(ledger.trial_balance)
    assert (books.balances["unmatched:-:usd"], books.balances["refunding:-:usd"]) == (0, -24900)  # the fee is missing


async def test_of_the_administrators_one_stays(world: World) -> None:
    admins = [await world.member(f"Admin {number}", is_admin=True) for number in range(4)]
    suspended = await world.member("Lou Lockout", is_admin=True)
    await world.write(users.suspend, suspended.user_id)
    assert await reasons(world, admins[0]) == {}
    answers = await asyncio.gather(*(admin.delete(ME) for admin in admins))
    assert sorted(answer.status_code for answer in answers) == [204, 204, 204, 409]
    (left,) = [admin for admin, answer in zip(admins, answers, strict=True) if answer.status_code == 409]
    assert await reasons(world, left) == {"last_admin": 1}
    assert await world.db.read(_is_admin, left.user_id)


def _is_admin(session: ReadSession, user_id: UserId) -> bool:
    return users.get_user(session, user_id).is_admin
