"""A teacher asks a student to begin now."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domains.arrangements import service as arrangements
from app.domains.holds import service as holds
from tests.support.keeping import ON_ONE, anew, assert_sound, code_of
from tests.support.learning import Classroom, Student, booked, instant
from tests.support.world import Actor, World

INVITES = "/api/session-invites"


@pytest.fixture
async def room(world: World) -> Classroom:
    return await Classroom.open(world)


@pytest.fixture
async def sam(room: Classroom) -> Student:
    return await room.student()


async def _ask(teacher: Actor, student: Student, **more: Any) -> httpx.Response:
    return await teacher.post(INVITES, {"enrollment_id": student.enrollment_id} | more)


async def _asked(teacher: Actor, student: Student, **more: Any) -> dict[str, Any]:
    answer = await _ask(teacher, student, **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _answer(actor: Actor, invite: dict[str, Any], what: str) -> httpx.Response:
    return await actor.post(f"{INVITES}/{invite['id']}/{what}")


async def test_who_accepts_meets_now(world: World, room: Classroom, sam: Student) -> None:
    """It is outside the teacher's notice; it was asked for."""
    invite = await _asked(room.teacher, sam)
    assert (invite["status"], invite["starts_at"]) == ("pending", "2026-12-01T09:05:00Z")
    assert (invite["expires_at"], invite["student"]["name"]) == ("2026-12-01T09:30:00Z", "Sam Sample")
    [mail] = [each for each in await world.mails_to(sam.actor.email) if "asks you" in each["subject"]]
    assert "Tue 1 Dec 2026, 10:05 (UTC+01:00), Europe/Berlin" in mail["text"]
    accepted = (await _answer(sam.actor, invite, "accept")).json()
    session = (await sam.actor.get(f"/api/sessions/{accepted['session_id']}")).json()
    assert (session["starts_at"], session["can_join"]) == ("2026-12-01T09:05:00Z", True)
    for path in (f"{INVITES}/{invite['id']}", f"{INVITES}?role=teacher"):
        seen = (await room.teacher.get(path)).json()
        assert seen.get("items", [seen])[0] == accepted
    assert (await room.teacher.get(f"{INVITES}?role=student")).json()["items"] == []
    assert any("comes to a session now" in mail["subject"] for mail in await world.mails_to(room.teacher.email))
    await assert_sound(world)


async def test_who_accepts_late_meets_at_once(world: World, room: Classroom, sam: Student) -> None:
    invite = await _asked(room.teacher, sam)
    world.clock.advance(minutes=29, seconds=59)
    student = await anew(world, sam.actor)
    accepted = (await _answer(student, invite, "accept")).json()
    session = (await student.get(f"/api/sessions/{accepted['session_id']}")).json()
    assert (session["starts_at"], session["ends_at"]) == ("2026-12-01T09:30:00Z", "2026-12-01T10:30:00Z")
    await assert_sound(world)


async def test_while_it_is_open_the_time_is_taken_and_afterwards_free(
    world: World, room: Classroom, sam: Student
) -> None:
    """For the student too, whoever else teaches them."""
    invite = await _asked(room.teacher, sam)
    assert code_of(await _ask(room.teacher, sam)) == "invite_open"
    other = await Classroom.open(world, teacher=await world.member("Theo Third", can_create_courses=True))
    elsewhere = await other.student(actor=sam.actor)
    assert code_of(await _ask(other.teacher, elsewhere)) == "student_not_free"
    assert (await _answer(sam.actor, invite, "decline")).json()["status"] == "declined"
    assert any("cannot come" in mail["subject"] for mail in await world.mails_to(room.teacher.email))
    again = await _asked(other.teacher, elsewhere)
    assert (await other.teacher.delete(f"{INVITES}/{again['id']}")).status_code == 204
    refused = await _answer(sam.actor, again, "accept")
    assert (refused.json()["code"], refused.json()["reason"]) == ("invite_not_open", "withdrawn")
    await assert_sound(world)


async def test_it_expires_at_the_very_instant(world: World, room: Classroom, sam: Student) -> None:
    invite = await _asked(room.teacher, sam)
    world.clock.advance(minutes=30)
    student, teacher = await anew(world, sam.actor), await anew(world, room.teacher)
    assert (await student.get(f"{INVITES}/{invite['id']}")).json()["status"] == "expired"
    for what in ("accept", "decline"):
        assert (await _answer(student, invite, what)).json()["reason"] == "expired"
    await _asked(teacher, sam)
    await world.settle()
    await assert_sound(world)


@ON_ONE
async def test_it_is_open_only_as_long_as_it_can_be_kept(world: World, room: Classroom, sam: Student) -> None:
    """A lesson of the teacher's at eleven, and a quarter of an hour of pause: the last start is at 9:45."""
    await booked(await room.student("Olga Other"), "2026-12-01T11:00:00Z")
    world.clock.advance(minutes=20)
    teacher = await anew(world, room.teacher)
    invite = await _asked(teacher, sam)
    assert (invite["starts_at"], invite["expires_at"]) == ("2026-12-01T09:25:00Z", "2026-12-01T09:45:00Z")
    await teacher.delete(f"{INVITES}/{invite['id']}")
    world.clock.advance(minutes=25)
    assert code_of(await _ask(await anew(world, teacher), sam)) == "slot_taken"


@ON_ONE
async def test_who_may_ask_and_answer(world: World, room: Classroom, sam: Student) -> None:
    stranger = await world.member("Nick Nobody", can_create_courses=True)
    for actor in (stranger, sam.actor):
        assert code_of(await _ask(actor, sam)) == "enrollment_not_found"
    invite = await _asked(room.teacher, sam)
    for actor in (stranger, room.teacher):
        assert code_of(await _answer(actor, invite, "accept")) == "invite_not_found"
        assert code_of(await _answer(actor, invite, "decline")) == "invite_not_found"
    for actor in (stranger, sam.actor):
        assert code_of(await actor.delete(f"{INVITES}/{invite['id']}")) == "invite_not_found"
    assert (await stranger.get(INVITES)).json()["items"] == []
    spent = await room.student("Sue Spent", sessions_bought=1)
    await booked(spent, "2026-12-02T12:00:00Z")
    assert code_of(await _ask(room.teacher, spent)) == "no_sessions_left"


@ON_ONE
async def test_nobody_is_asked_without_end(world: World, room: Classroom, sam: Student) -> None:
    for _ in range(10):
        invite = await _asked(room.teacher, sam)
        await room.teacher.delete(f"{INVITES}/{invite['id']}")
    assert code_of(await _ask(room.teacher, sam)) == "too_many_invites"


@pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta(0)])
async def test_whatever_comes_in_one_moment_one_thing_comes_of_it(
    world: World, room: Classroom, sam: Student, before: timedelta
) -> None:
    invite = await _asked(room.teacher, sam)
    world.clock.move_to(instant(invite["expires_at"]) - before)
    student, teacher = await anew(world, sam.actor), await anew(world, room.teacher)
    answers = await asyncio.gather(
        *(_answer(student, invite, what) for what in ("accept", "decline", "accept")),
        teacher.delete(f"{INVITES}/{invite['id']}"),
    )
    await asyncio.gather(world.write(holds.expire), world.write(arrangements.tidy))
    assert [answer.is_success for answer in answers].count(True) == (1 if before else 0)
    assert {code_of(answer) for answer in answers} <= {"done", "invite_not_open"}
    seen = (await student.get(f"{INVITES}/{invite['id']}")).json()
    lessons = (await student.get("/api/sessions")).json()["items"]
    assert seen["status"] in ({"accepted", "declined", "withdrawn"} if before else {"expired"})
    assert len(lessons) == (seen["status"] == "accepted")
    await assert_sound(world)


async def test_a_planned_session_begins_now(world: World, room: Classroom, sam: Student) -> None:
    """The same one; its own later time is kept by itself, and is free once it has moved."""
    planned = await booked(sam, "2026-12-01T11:00:00Z")
    world.clock.advance(hours=1, minutes=40)
    student, teacher = await anew(world, sam.actor), await anew(world, room.teacher)
    invite = await _asked(teacher, sam, session_id=planned)
    assert (invite["starts_at"], invite["expires_at"]) == ("2026-12-01T10:45:00Z", "2026-12-01T10:55:00Z")
    await assert_sound(world)
    world.clock.advance(minutes=9)
    accepted = (await _answer(student, invite, "accept")).json()
    assert (accepted["session_id"], accepted["moved_session_id"]) == (planned, planned)
    [session] = (await student.get("/api/sessions")).json()["items"]
    assert (session["id"], session["starts_at"]) == (planned, "2026-12-01T10:50:00Z")
    await assert_sound(world)


@ON_ONE
async def test_a_session_that_begins_anyway_is_not_moved(world: World, room: Classroom, sam: Student) -> None:
    planned = await booked(sam, "2026-12-01T11:00:00Z")
    other = await booked(await room.student("Olga Other"), "2026-12-01T14:00:00Z")
    assert code_of(await _ask(room.teacher, sam, session_id=other)) == "session_not_found"
    world.clock.advance(hours=1, minutes=54)
    teacher = await anew(world, room.teacher)
    assert code_of(await _ask(teacher, sam, session_id=planned)) == "starts_anyway"
    world.clock.advance(minutes=6)
    assert code_of(await _ask(teacher, sam, session_id=planned)) == "session_not_planned"


async def test_what_was_called_off_meanwhile_does_not_begin(world: World, room: Classroom, sam: Student) -> None:
    planned = await booked(sam, "2026-12-02T11:00:00Z")
    invite = await _asked(room.teacher, sam, session_id=planned)
    assert (await sam.actor.post(f"/api/sessions/{planned}/cancel", {})).is_success
    assert code_of(await _answer(sam.actor, invite, "accept")) == "session_not_planned"
    assert (await sam.actor.get(f"{INVITES}/{invite['id']}")).json()["status"] == "pending"
    assert code_of(await _answer(sam.actor, invite, "decline")) == "done"
    await assert_sound(world)
