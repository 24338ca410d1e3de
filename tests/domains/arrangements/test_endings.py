"""Nothing is asked, offered or kept where nothing can come of it any more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.db.session import WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.enrollments import service as enrollments
from app.domains.users.types import UserId
from tests.domains.refunds.test_disputes import dispute
from tests.support.keeping import assert_sound
from tests.support.learning import Classroom
from tests.support.refunding import Sale
from tests.support.world import Actor, World

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


async def test_what_a_dispute_freezes_ends_at_once_and_does_not_come_back(world: World) -> None:
    """Both are told; an offer goes to the next in the line."""
    sale = await Sale.make(world)
    other = await sale.another()
    place, theirs = {"enrollment_id": sale.enrollment_id}, {"enrollment_id": other.enrollment_id}
    invite = (await sale.teacher.post(INVITES, place)).json()
    waits = [
        (await each.post(WAITLIST, body | NIGHT)).json() for each, body in ((sale.buyer, place), (other.buyer, theirs))
    ]
    await world.write(_open_at_night, sale.teacher.user_id)
    await world.settle()
    assert await _state(sale.buyer, WAITLIST, waits[0]) == "offered"
    known = await dispute(sale)
    assert await _state(sale.buyer, INVITES, invite) == "withdrawn"
    assert await _state(sale.buyer, WAITLIST, waits[0]) == "ended"
    assert await _state(other.buyer, WAITLIST, waits[1]) == "offered"
    await assert_sound(world)
    for person, told in ((sale.buyer, "Your place is on hold"), (sale.teacher, "Sam Sample's place is on hold")):
        assert (await world.mails_to(person.email))[0]["subject"] == f"{told}: Intro to n8n"
    await sale.control("disputes", known, "win")
    await world.settle()
    assert await sale.status() == "enrolled"
    assert await _state(sale.buyer, INVITES, invite) == "withdrawn"
    assert await _state(sale.buyer, WAITLIST, waits[0]) == "ended"
    for person, told in ((sale.buyer, "Your place goes on"), (sale.teacher, "Sam Sample's place goes on")):
        assert (await world.mails_to(person.email))[0]["subject"] == f"{told}: Intro to n8n"
    assert (await sale.teacher.post(INVITES, place)).status_code == 201


async def test_what_is_arranged_in_the_moment_of_freezing_ends_too(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    place = {"enrollment_id": student.enrollment_id}
    invited, waiting, _ = await asyncio.gather(
        room.teacher.post(INVITES, place),
        student.actor.post(WAITLIST, place | NIGHT),
        world.write(enrollments.freeze, student.enrollment_id),
    )
    await world.settle()
    for answer, path, ended in ((invited, INVITES, "withdrawn"), (waiting, WAITLIST, "ended")):
        assert answer.status_code in (201, 409)
        assert answer.is_error or await _state(student.actor, path, answer.json()) == ended
    await assert_sound(world)


async def _state(actor: Actor, path: str, made: dict[str, str]) -> str:
    found: str = (await actor.get(f"{path}/{made['id']}")).json()["status"]
    return found


def _open_at_night(session: WriteSession, teacher_id: UserId) -> None:
    """One lesson, on Wednesday: for one of those who wait."""
    hours = (WeeklyHours(3, OpeningHours.from_wall("01:00", "02:00")),)
    calendar.set_availability(session, teacher_id, timezone="UTC", buffer_minutes=15, windows=hours)
