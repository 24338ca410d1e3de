"""Many who want the same time at once."""

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import httpx
from sqlalchemy import select

from app.db.session import ReadSession
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.sessions.models import TeachingSession
from app.domains.users.types import UserId
from tests.support.learning import Classroom, Student
from tests.support.world import World

ALL_DAY = tuple(WeeklyHours(weekday, OpeningHours(0, 1440)) for weekday in range(7))
MIDNIGHT = datetime.fromisoformat("2026-12-02T00:00:00Z")

Span = tuple[datetime, datetime]


async def test_of_fifty_students_exactly_one_gets_the_slot(world: World) -> None:
    room = await Classroom.open(world)
    students = [await room.student(f"Student {number}") for number in range(50)]
    answers = await asyncio.gather(*(student.book("2026-12-02T12:00:00Z") for student in students))
    assert _codes(answers) == {"booked": 1, "slot_taken": 49}
    assert len(await world.db.read(_spans)) == 2


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
    spans = await world.db.read(_spans)
    for own in spans.values():
        for (_, end), (start, _) in pairwise(sorted(own)):
            assert end <= start


async def _book_some_time(dice: random.Random, room: Classroom, student: Student) -> httpx.Response:
    window = {"from": f"{MIDNIGHT:%Y-%m-%dT%H:%M:%SZ}", "to": f"{MIDNIGHT + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"}
    slots = (await room.slots(**window)).json()["items"]
    return await student.book(dice.choice(slots)["starts_at"])


def _codes(answers: list[httpx.Response]) -> Counter[str]:
    return Counter(answer.json().get("code", "booked") for answer in answers)


def _spans(session: ReadSession) -> dict[UserId, list[Span]]:
    """All time taken, by person: the pause counts for teachers only."""
    spans: dict[UserId, list[Span]] = {}
    for row in session.scalars(select(TeachingSession)):
        spans.setdefault(row.teacher_id, []).append((row.occupied_from, row.occupied_until))
        spans.setdefault(row.student_id, []).append((row.starts_at, row.ends_at))
    return spans
