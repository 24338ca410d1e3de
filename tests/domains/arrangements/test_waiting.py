"""Who waits for an earlier time is offered what becomes free, in turn, and nothing is offered twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.db.session import WriteSession
from app.domains.calendar import service as calendar
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.users.types import UserId
from tests.support.keeping import ON_ONE, anew, assert_sound, code_of, held, shop
from tests.support.learning import Classroom, Student, booked, instant
from tests.support.world import Actor, World

WAITLIST = "/api/session-waitlist"
TEN, ELEVEN = "2026-12-02T10:00:00Z", "2026-12-02T11:00:00Z"
RANGE = {"earliest_at": "2026-12-02T00:00:00Z", "latest_at": "2026-12-03T00:00:00Z"}
WEDNESDAY = 3


def hours(start: str, end: str) -> WeeklyHours:
    return WeeklyHours(WEDNESDAY, OpeningHours.from_wall(start, end))


@pytest.fixture
async def room(world: World) -> Classroom:
    """One lesson a week: Wednesday at ten."""
    return await shop(world, windows=[hours("10:00", "11:00")], buffer_minutes=0)


@pytest.fixture
async def keeper(world: World, room: Classroom) -> tuple[Actor, str]:
    """Somebody who keeps the only time, and the hold."""
    actor = await world.member("Kit Keeper")
    return actor, (await held(actor, room, TEN))["id"]


async def _join(student: Student, **changes: Any) -> httpx.Response:
    return await student.actor.post(WAITLIST, {"enrollment_id": student.enrollment_id} | RANGE | changes)


async def _joined(student: Student) -> str:
    answer = await _join(student)
    assert answer.status_code == 201, answer.text
    wait_id: str = answer.json()["id"]
    return wait_id


async def _entry(actor: Actor, wait_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await actor.get(f"{WAITLIST}/{wait_id}")).json()
    return found


async def _line(room: Classroom, *names: str) -> list[tuple[Actor, str]]:
    """People who wait, in this order."""
    students = [await room.student(name) for name in names]
    return [(student.actor, await _joined(student)) for student in students]


async def _states(world: World, line: Sequence[tuple[Actor, str]]) -> list[str]:
    await world.settle()
    return [(await _entry(await anew(world, actor), wait_id))["status"] for actor, wait_id in line]


def _open(session: WriteSession, user_id: UserId, windows: Sequence[WeeklyHours]) -> None:
    calendar.set_availability(session, user_id, timezone="UTC", buffer_minutes=0, windows=windows)


async def test_what_is_freed_is_kept_for_the_first_and_booked(
    world: World, room: Classroom, keeper: tuple[Actor, str]
) -> None:
    line = await _line(room, "Ann First", "Ben Second")
    assert await _states(world, line) == ["waiting", "waiting"]
    await keeper[0].delete(f"/api/session-holds/{keeper[1]}")
    assert await _states(world, line) == ["offered", "waiting"]
    (ann, wait_id), (ben, _) = line
    offer = (await _entry(ann, wait_id))["offer"]
    assert (offer["starts_at"], offer["expires_at"]) == (TEN, "2026-12-01T09:30:00Z")
    [mail] = [each for each in await world.mails_to(ann.email) if "A time is free" in each["subject"]]
    assert "Wednesday, 2 December 2026, 11:00 to 12:00, Europe/Berlin" in mail["text"]
    assert not any("A time is free" in each["subject"] for each in await world.mails_to(ben.email))
    assert (await room.slots(**{"from": RANGE["earliest_at"], "to": RANGE["latest_at"]})).json()["items"] == []
    answer = (await ann.post(f"{WAITLIST}/{wait_id}/accept")).json()
    session = (await ann.get(f"/api/sessions/{answer['session_id']}")).json()
    assert (answer["status"], answer["offer"], session["starts_at"]) == ("served", None, TEN)
    assert code_of(await ann.post(f"{WAITLIST}/{wait_id}/accept")) == "not_waiting"
    assert await _states(world, line) == ["served", "waiting"]
    await assert_sound(world)


async def test_what_is_let_go_or_let_pass_goes_to_the_next(
    world: World, room: Classroom, keeper: tuple[Actor, str]
) -> None:
    line = await _line(room, "Ann First", "Ben Second", "Cat Third")
    (ann, first), (ben, second), (cat, third) = line
    await keeper[0].delete(f"/api/session-holds/{keeper[1]}")
    await world.settle()
    assert (await ann.post(f"{WAITLIST}/{first}/decline")).json()["status"] == "waiting"
    assert code_of(await ann.post(f"{WAITLIST}/{first}/decline")) == "nothing_offered"
    assert await _states(world, line) == ["waiting", "offered", "waiting"]
    world.clock.advance(minutes=30)
    ben = await anew(world, ben)
    assert code_of(await ben.post(f"{WAITLIST}/{second}/accept")) == "nothing_offered"
    assert await _states(world, line) == ["waiting", "waiting", "offered"]
    cat = await anew(world, cat)
    assert (await cat.delete(f"{WAITLIST}/{third}")).status_code == 204
    assert await _states(world, line) == ["waiting", "waiting", "withdrawn"]  # all were asked; it is free for anybody
    assert (await room.slots(**{"from": RANGE["earliest_at"], "to": RANGE["latest_at"]})).json()["items"] != []
    await assert_sound(world)


async def test_new_hours_are_offered_to_as_many_as_they_are(world: World, room: Classroom, keeper: object) -> None:
    assert keeper
    line = await _line(room, "Ann First", "Ben Second", "Cat Third")
    await world.write(_open, room.teacher.user_id, [hours("10:00", "13:00")])
    assert await _states(world, line) == ["offered", "offered", "waiting"]
    starts = [(await _entry(actor, wait_id))["offer"]["starts_at"] for actor, wait_id in line[:2]]
    assert starts == [ELEVEN, "2026-12-02T12:00:00Z"]
    await assert_sound(world)


FAR = {"earliest_at": "2026-12-30T00:00:00Z", "latest_at": "2026-12-31T00:00:00Z"}
"""The first date that cannot be booked yet on 1 December."""


async def test_a_date_that_can_be_booked_now_is_offered_to_who_waits_for_it(world: World, room: Classroom) -> None:
    ann = await room.student("Ann First")
    wait_id: str = (await _join(ann, **FAR)).json()["id"]
    assert await _states(world, [(ann.actor, wait_id)]) == ["waiting"]
    world.clock.move_to(instant("2026-12-02T01:00:00Z"))
    assert await _states(world, [(ann.actor, wait_id)]) == ["offered"]
    await assert_sound(world)


async def test_a_date_that_opens_before_an_offer_would_end_stops_nobody(world: World, room: Classroom) -> None:
    ann, ben = await room.student("Ann First"), await room.student("Ben Second")
    first: str = (await _join(ann, **FAR)).json()["id"]
    world.clock.move_to(instant("2026-12-01T23:31:00Z"))
    kit = await world.member("Kit Keeper")
    kept = await held(kit, room, TEN)
    second: str = (await _join(replace(ben, actor=await anew(world, ben.actor)))).json()["id"]
    world.clock.move_to(instant("2026-12-01T23:45:00Z"))
    assert (await kit.delete(f"/api/session-holds/{kept['id']}")).status_code == 204
    assert await _states(world, [(ann.actor, first), (ben.actor, second)]) == ["waiting", "offered"]
    await assert_sound(world)


@ON_ONE
async def test_nobody_waits_for_what_is_there(world: World, room: Classroom, keeper: tuple[Actor, str]) -> None:
    ann = await room.student("Ann First")
    assert code_of(await _join(ann, latest_at="2026-12-01T00:00:00Z")) == "invalid_request"
    await _joined(ann)
    assert code_of(await _join(ann)) == "already_waiting"
    await keeper[0].delete(f"/api/session-holds/{keeper[1]}")
    refused = (await _join(await room.student("Ben Second"))).json()  # before the job has run
    assert (refused["code"], refused["alternatives"][0]["starts_at"]) == ("times_are_free", TEN)
    stranger = await world.member("Nick Nobody")
    assert code_of(await _join(Student(stranger, ann.enrollment_id))) == "enrollment_not_found"


@ON_ONE
async def test_who_has_no_session_left_is_passed_over(world: World, room: Classroom, keeper: tuple[Actor, str]) -> None:
    ann = await room.student("Ann First", sessions_bought=1)
    line = [(ann.actor, await _joined(ann)), *await _line(room, "Ben Second")]
    await booked(ann, "2026-12-09T10:00:00Z")
    await keeper[0].delete(f"/api/session-holds/{keeper[1]}")
    assert await _states(world, line) == ["ended", "offered"]


@ON_ONE
async def test_what_is_over_ends(world: World, room: Classroom, keeper: object) -> None:
    assert keeper
    line = await _line(room, "Ann First")
    world.clock.advance(days=2)
    assert await _states(world, line) == ["ended"]


async def test_many_answers_and_triggers_at_once_serve_one(
    world: World, room: Classroom, keeper: tuple[Actor, str]
) -> None:
    line = await _line(room, "Ann First", "Ben Second", "Cat Third")
    await asyncio.gather(
        keeper[0].delete(f"/api/session-holds/{keeper[1]}"),
        *(world.write(_open, room.teacher.user_id, [hours("10:00", "11:00")]) for _ in range(3)),
    )
    await asyncio.gather(world.settle(), world.settle())
    assert (await _states(world, line)).count("offered") == 1
    (ann, wait_id), *_ = line
    other = await room.student("Olga Other")
    answers = await asyncio.gather(
        *(ann.post(f"{WAITLIST}/{wait_id}/{what}") for what in ("accept", "decline", "accept")), other.book(TEN)
    )
    await world.settle()
    served = (await _states(world, line)).count("served")
    lessons = [item for actor in (ann, other.actor) for item in (await actor.get("/api/sessions")).json()["items"]]
    assert served == sum(answer.is_success for answer in (answers[0], answers[2]))
    assert len(lessons) == served + answers[3].is_success <= 1
    await assert_sound(world)


async def test_a_session_moves_to_what_another_gives_back(world: World) -> None:
    room = await shop(world)
    ann, ben = await room.student("Ann First"), await room.student("Ben Early")
    early = await booked(ben, TEN)
    planned = await booked(ann, "2026-12-04T10:00:00Z")
    morning = {"earliest_at": TEN, "latest_at": "2026-12-02T10:30:00Z"}
    other = await booked(ben, "2026-12-04T14:00:00Z")
    assert code_of(await _join(ann, session_id=other)) == "session_not_found"
    joined = (await _join(ann, session_id=planned, **morning)).json()
    assert joined["moved_session_id"] == planned
    assert (await ben.actor.post(f"/api/sessions/{early}/cancel", {})).is_success
    await world.settle()
    served = (await ann.actor.post(f"{WAITLIST}/{joined['id']}/accept")).json()
    assert (served["status"], served["session_id"]) == ("served", planned)
    [session] = (await ann.actor.get("/api/sessions")).json()["items"]
    assert (session["id"], session["starts_at"]) == (planned, TEN)
    await assert_sound(world)


async def test_a_session_waits_for_nothing_later_than_itself(world: World) -> None:
    room = await shop(world, windows=[hours("10:00", "12:00")], buffer_minutes=0)
    ann, ben = await room.student("Ann First"), await room.student("Ben Early")
    early, planned = await booked(ben, TEN), await booked(ann, ELEVEN)
    body = {"enrollment_id": ann.enrollment_id, "session_id": planned}
    entry = (await ann.actor.post(WAITLIST, body)).json()
    assert (entry["status"], entry["latest_at"]) == ("waiting", ELEVEN)
    assert (await ann.actor.post(f"/api/sessions/{planned}/cancel", {})).is_success
    assert (await ben.actor.post(f"/api/sessions/{early}/cancel", {})).is_success
    await world.settle()
    assert (await _entry(ann.actor, entry["id"]))["status"] == "ended"


async def test_nothing_is_kept_for_who_is_shut_out(world: World, room: Classroom, keeper: tuple[Actor, str]) -> None:
    """What was offered goes to the next; nobody asks or books for them."""
    (ann, first), (ben, second) = line = await _line(room, "Ann First", "Ben Second")
    await keeper[0].delete(f"/api/session-holds/{keeper[1]}")
    assert await _states(world, line) == ["offered", "waiting"]
    admin, place = await world.member("Ada Admin", is_admin=True), (await _entry(ann, first))["enrollment_id"]
    shut_out = await admin.post(f"/api/admin/users/{ann.user_id}/suspend", {"reason": "Advertising everywhere."})
    assert shut_out.status_code == 200
    assert await _states(world, [(ben, second)]) == ["offered"]
    booking = {"enrollment_id": place, "starts_at": "2026-12-09T10:00:00Z", "reason": "They asked by telephone."}
    for actor, path, body in (
        (admin, "/api/admin/sessions", booking),
        (room.teacher, "/api/session-invites", {"enrollment_id": place}),
    ):
        assert code_of(await actor.post(path, body)) == "enrollment_not_active"
    await assert_sound(world)
