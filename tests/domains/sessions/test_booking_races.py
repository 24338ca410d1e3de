"""Many who want the same time at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import httpx

from tests.journeys.booking_storm import ALL_DAY, Storm, places_of, rooms_of
from tests.support.cells import faults_of_time
from tests.support.learning import Classroom, Student, booked
from tests.support.world import World

MIDNIGHT = datetime.fromisoformat("2026-12-02T00:00:00Z")


async def test_of_fifty_students_exactly_one_gets_the_slot(world: World) -> None:
    room = await Classroom.open(world)
    students = [await room.student(f"Student {number}") for number in range(50)]
    answers = await asyncio.gather(*(student.book("2026-12-02T12:00:00Z") for student in students))
    assert _codes(answers) == {"booked": 1, "slot_taken": 49}
    assert await world.db.read(faults_of_time) == []


async def test_one_student_who_clicks_ten_times_has_one_session(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    answers = await asyncio.gather(*(student.book("2026-12-02T12:00:00Z") for _ in range(10)))
    assert _codes(answers) == {"booked": 1, "student_busy": 9}


async def test_one_request_sent_ten_times_is_answered_alike(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    answers = await asyncio.gather(*(student.book("2026-12-02T12:00:00Z", key="one-key-only") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


async def test_the_last_bought_session_is_booked_once(world: World) -> None:
    student = await (await Classroom.open(world, session_count=1)).student()
    starts = [f"2026-12-{day:02}T12:00:00Z" for day in range(2, 10)]
    answers = await asyncio.gather(*(student.book(start) for start in starts))
    assert _codes(answers) == {"booked": 1, "no_sessions_left": 7}


async def test_random_bookings_never_overlap_for_anybody(world: World) -> None:
    """Two teachers who also learn from each other, lessons of two lengths on two grids, and two more students."""
    dice = random.Random(7)
    people = [await world.member(name, can_create_courses=True) for name in ("Ann Ant", "Bob Bee")]
    rooms = [
        await Classroom.open(
            world, teacher=people[index % 2], minutes=(60, 45, 25)[index % 3], session_count=20, windows=ALL_DAY
        )
        for index in range(4)
    ]
    learners = [*people, await world.member("Cat Cow"), await world.member("Dan Dog")]
    places = [
        (room, await room.student(actor=learner))
        for room in rooms
        for learner in learners
        if learner is not room.teacher
    ]
    answers = await asyncio.gather(*(_book_some_time(dice, *dice.choice(places)) for _ in range(80)))
    assert set(_codes(answers)) == {"booked", "slot_taken", "student_busy"}
    assert await world.db.read(faults_of_time) == []


async def test_random_changes_leave_nobody_in_two_places_and_exactly_the_right_time_taken(world: World) -> None:
    """Bookings, bundles, moves and cancellations of few people in few hours, many of them at once."""
    dice = random.Random(11)
    places = await places_of(await rooms_of(world, 3), 5, 2, dice)
    storm = Storm(places, MIDNIGHT, dice)
    await storm.rage(90, at_once=12)
    assert {"book: done", "book: slot_taken", "reschedule: done", "cancel: done"} <= storm.answers.keys()
    assert not [answer for answer in storm.answers if answer.startswith("5")]
    assert await world.db.read(faults_of_time) == []


async def test_of_two_who_end_one_session_at_once_one_does(world: World) -> None:
    """The student moves it, the teacher cancels it, an administrator does both: each sees what the one before has
    left."""
    room = await Classroom.open(world, windows=ALL_DAY)
    student, admin = await room.student(), await world.member("Ada Admin", is_admin=True)
    for hour in range(3):
        session_id = await booked(student, f"2026-12-04T{hour * 3:02}:00:00Z")
        path, why = f"/api/sessions/{session_id}", {"reason": "Something came between."}
        moves = [why | {"starts_at": f"2026-12-05T{hour * 3 + each:02}:00:00Z"} for each in range(2)]
        answers = await asyncio.gather(
            student.actor.post(f"{path}/reschedule", moves[0]),
            room.teacher.post(f"{path}/cancel", why),
            admin.post(f"{path}/reschedule", moves[1]),
            admin.post(f"{path}/cancel", why),
        )
        assert [answers[1].status_code, answers[3].status_code].count(200) == 1
        assert set(_codes(answers)) <= {"booked", "session_not_planned"}
        assert (await student.actor.get(path)).json()["status"] == "cancelled"
        assert await world.db.read(faults_of_time) == []


async def _book_some_time(dice: random.Random, room: Classroom, student: Student) -> httpx.Response:
    window = {"from": f"{MIDNIGHT:%Y-%m-%dT%H:%M:%SZ}", "to": f"{MIDNIGHT + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    slots = (await room.slots(**window)).json()["items"]
    return await student.book(dice.choice(slots)["starts_at"])


def _codes(answers: Iterable[httpx.Response]) -> Counter[str]:
    return Counter(answer.json().get("code", "booked") for answer in answers)
