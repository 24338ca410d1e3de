"""Each rule that a teacher sets through the API reads back, and is seen in the slots and at booking."""

import asyncio
from typing import Any

from tests.support.learning import Classroom, booked, instant
from tests.support.world import World

PATH = "/api/users/me/availability"
WEEK: dict[str, Any] = {
    "timezone": "UTC",
    "buffer_minutes": 0,
    "windows": [{"weekday": day, "start": "09:00", "end": "13:00"} for day in range(7)],
}
DAY = {"from": "2026-12-03T00:00:00Z", "to": "2026-12-04T00:00:00Z"}
HOURS = ["09:00", "10:00", "11:00", "12:00"]


async def put(room: Classroom, **rules: Any) -> None:
    """Set the week with these rules, which must read back."""
    answer = await room.teacher.put(PATH, WEEK | rules)
    assert answer.status_code == 200, answer.text
    shown = (await room.teacher.get(PATH)).json()
    assert {name: shown[name] for name in rules} == rules


async def starts(room: Classroom, **window: str) -> list[str]:
    answer = await room.slots(**(window or DAY))
    return [slot["starts_at"] for slot in answer.json()["items"]]


async def hours(room: Classroom) -> list[str]:
    """The free starts of 3 December."""
    return [start[11:16] for start in await starts(room)]


async def refusal(room: Classroom, start: str) -> tuple[int, str | None]:
    answer = await (await room.student()).book(start)
    return answer.status_code, answer.json().get("reason")


async def test_buffers_before_and_after(world: World) -> None:
    room = await Classroom.open(world, session_count=3)
    await put(room, step_minutes=30)
    await booked(await room.student(), "2026-12-03T10:00:00Z")
    assert await hours(room) == ["09:00", "11:00", "11:30", "12:00"]
    await put(room, step_minutes=30, buffer_before_minutes=20)
    assert await hours(room) == ["09:00", "11:30", "12:00"]
    await put(room, step_minutes=30, buffer_minutes=5)
    assert await hours(room) == ["11:00", "11:30", "12:00"]
    await put(room, buffer_before_minutes=20)
    await booked(await room.student(), "2026-12-03T12:00:00Z")
    await put(room, step_minutes=20)
    assert await hours(room) == ["09:00", "11:00"][:1], "the buffers of a session are those it was booked with"


async def test_notice_and_horizon(world: World) -> None:
    room = await Classroom.open(world)
    await put(room, notice_minutes=49 * 60, horizon_days=2)
    assert await hours(room) == ["10:00", "11:00", "12:00"], "it is 1 December, 9 o'clock"
    assert (await starts(room, **{"from": "2026-12-04T00:00:00Z"})) == []
    assert await refusal(room, "2026-12-03T09:00:00Z") == (409, "notice")
    assert await refusal(room, "2026-12-04T09:00:00Z") == (409, "horizon")
    assert await refusal(room, "2026-12-03T10:00:00Z") == (201, None)


async def test_the_house_promises_its_notice_and_opens_no_more_than_its_horizon(world: World) -> None:
    room = await Classroom.open(world)
    for rules in ({"notice_minutes": 119}, {"horizon_days": 29}):
        answer = await room.teacher.put(PATH, WEEK | rules)
        assert (answer.status_code, answer.json()["code"]) == (422, "rules_beyond_house")
        assert (answer.json()["least_notice_minutes"], answer.json()["most_horizon_days"]) == (120, 28)
    await put(room, notice_minutes=120, horizon_days=28)


async def test_a_step_of_its_own(world: World) -> None:
    room = await Classroom.open(world, minutes=90)
    assert len((await room.slots(**DAY)).json()["items"]) == 5
    await put(room, step_minutes=45)
    assert await hours(room) == ["09:00", "09:45", "10:30", "11:15"]


async def test_limits_count_what_was_given_earlier_that_day_and_week(world: World) -> None:
    room = await Classroom.open(world, session_count=4)
    student = await room.student()
    await put(room, max_per_day=1, max_per_week=2)
    await booked(student, "2026-12-03T09:00:00Z")
    assert await hours(room) == []
    assert await refusal(room, "2026-12-03T11:00:00Z") == (409, "day_limit")
    await booked(student, "2026-12-05T09:00:00Z")
    assert await refusal(room, "2026-12-06T09:00:00Z") == (409, "week_limit")
    assert await refusal(room, "2026-12-07T09:00:00Z") == (201, None), "Monday"
    await put(room, max_per_week=2, week_start=6)
    assert await refusal(room, "2026-12-04T09:00:00Z") == (201, None), "the week began on Saturday"
    assert await refusal(room, "2026-12-02T09:00:00Z") == (409, "week_limit")


async def test_a_limit_holds_however_many_book_at_once(world: World) -> None:
    room = await Classroom.open(world)
    await put(room, max_per_day=2)
    students = [await room.student(f"Student {letter}") for letter in "abcd"]
    times = (f"2026-12-03T{hour}:00Z" for hour in HOURS)
    answers = await asyncio.gather(*(student.book(start) for student, start in zip(students, times, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    assert {answer.json().get("reason") for answer in answers} == {None, "day_limit"}


async def test_a_session_that_is_over_still_counts(world: World) -> None:
    room = await Classroom.open(world, session_count=4)
    await put(room, max_per_week=1)
    await booked(await room.student(), "2026-12-02T09:00:00Z")
    world.clock.move_to(instant("2026-12-02T13:00:00Z"))
    assert await refusal(room, "2026-12-06T09:00:00Z") == (409, "week_limit")


async def test_a_pause_until_further_notice_and_one_that_ends(world: World) -> None:
    room = await Classroom.open(world)
    await put(room, pause={"through": None})
    assert await hours(room) == []
    assert await refusal(room, "2026-12-03T09:00:00Z") == (409, "paused")
    await put(room, pause={"through": "2026-12-03"})
    assert await hours(room) == []
    assert await refusal(room, "2026-12-03T09:00:00Z") == (409, "paused")
    assert (await starts(room, **{"from": "2026-12-03T00:00:00Z"}))[0] == "2026-12-04T09:00:00Z"
    await put(room, pause=None)
    assert await hours(room) == HOURS


async def test_a_stale_version_changes_nothing(world: World) -> None:
    room = await Classroom.open(world)
    before = (await room.teacher.get(PATH)).headers["ETag"]
    first = await room.teacher.put(PATH, WEEK, if_match=before)
    assert first.status_code == 200
    stale = await room.teacher.put(PATH, WEEK | {"max_per_day": 1}, if_match=before)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert (await room.teacher.get(PATH)).headers["ETag"] == first.headers["ETag"]
