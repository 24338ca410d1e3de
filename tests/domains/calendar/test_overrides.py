"""Single dates through the API: they read back, they replace the week on their date, and booking obeys them."""

from typing import Any

from app.domains.calendar.types import OpeningHours, WeeklyHours
from tests.support.learning import Classroom
from tests.support.world import World

PATH = "/api/users/me/availability/overrides"
NIGHTS = tuple(WeeklyHours(day, OpeningHours.from_wall("22:00", "02:00")) for day in range(7))


def hours(*windows: tuple[str, str]) -> dict[str, Any]:
    return {"windows": [{"start": start, "end": end} for start, end in windows]}


async def starts(room: Classroom, first: str, end: str) -> list[str]:
    answer = await room.slots(**{"from": f"{first}T00:00:00Z", "to": f"{end}T00:00:00Z"})
    return [slot["starts_at"][5:16] for slot in answer.json()["items"]]


async def test_a_date_with_hours_of_its_own(world: World) -> None:
    room = await Classroom.open(world)
    body = hours(("18:00", "20:00"), ("08:00", "09:00"))
    answer = await room.teacher.put(f"{PATH}/2026-12-03", body)
    shown = {"date": "2026-12-03", "windows": hours(("08:00", "09:00"), ("18:00", "20:00"))["windows"]}
    assert (answer.status_code, answer.json()) == (200, shown)
    assert (await room.teacher.get(f"{PATH}/2026-12-03")).json() == shown
    assert (await room.teacher.get(PATH)).json() == {"items": [shown]}
    assert await starts(room, "2026-12-03", "2026-12-04") == ["12-03T08:00", "12-03T18:00", "12-03T19:00"]
    refused = await (await room.student()).book("2026-12-03T10:00:00Z")
    assert (refused.json()["code"], refused.json()["reason"]) == ("slot_not_offered", "outside_availability")
    assert (await (await room.student()).book("2026-12-03T18:00:00Z")).status_code == 201


async def test_a_holiday_is_one_call_and_so_is_its_end(world: World) -> None:
    room = await Classroom.open(world)
    await room.teacher.put(f"{PATH}/2026-12-03", hours(), params={"through": "2026-12-05"})
    assert [each["date"] for each in (await room.teacher.get(PATH)).json()["items"]] == [
        "2026-12-03",
        "2026-12-04",
        "2026-12-05",
    ]
    assert (await starts(room, "2026-12-03", "2026-12-07"))[0] == "12-06T09:00"
    gone = await room.teacher.delete(f"{PATH}/2026-12-04", params={"through": "2026-12-05"})
    assert gone.status_code == 204
    assert (await starts(room, "2026-12-03", "2026-12-07"))[0] == "12-04T09:00"
    assert (await room.teacher.delete(f"{PATH}/2026-12-04")).status_code == 204
    assert (await room.teacher.get(f"{PATH}/2026-12-04")).json()["code"] == "override_not_found"


async def test_a_date_owns_what_runs_into_it_and_may_run_on(world: World) -> None:
    room = await Classroom.open(world, windows=NIGHTS, buffer_minutes=0)
    await room.teacher.put(f"{PATH}/2026-12-03", hours(("23:00", "01:00")))
    assert await starts(room, "2026-12-02", "2026-12-04") == [
        *("12-02T00:00", "12-02T01:00", "12-02T22:00", "12-02T23:00"),
        "12-03T23:00",
    ]
    assert (await starts(room, "2026-12-04", "2026-12-05"))[:2] == ["12-04T00:00", "12-04T22:00"]


async def test_the_date_is_the_teachers(world: World) -> None:
    room = await Classroom.open(world, timezone="Pacific/Auckland")
    await room.teacher.put(f"{PATH}/2026-12-04", hours())
    after_friday = [start for start in await starts(room, "2026-12-03", "2026-12-05") if start >= "12-03T04:00"]
    assert after_friday[0] == "12-04T20:00", (
        "4 December lasts from 3 December, 11 o'clock UTC, until the same of the next"
    )
    today = await room.teacher.put(f"{PATH}/2026-12-01", hours())
    assert today.status_code == 200, "it is ten in the evening of 1 December in Auckland"


async def test_what_cannot_be_meant_is_refused(world: World) -> None:
    room = await Classroom.open(world)
    for date, body, through, code in [
        ("2026-12-03", hours(("09:00", "10:00"), ("09:55", "11:00")), None, "availability_overlap"),
        ("2026-12-03", hours(("22:00", "02:00"), ("23:00", "23:30")), None, "availability_overlap"),
        ("2026-12-03", hours(("09:00", "09:10")), None, "availability_window_too_short"),
        ("2026-12-03", hours(("09:00", "09:00")), None, "invalid_window"),
        ("2026-11-30", hours(), None, "override_out_of_range"),
        ("2028-12-01", hours(), None, "override_out_of_range"),
        ("2026-12-03", hours(), "2027-12-04", "override_out_of_range"),
        ("2026-12-03", hours(), "2026-12-02", "invalid_range"),
        ("2026-02-30", hours(), None, "invalid_request"),
        ("20261203", hours(), None, "invalid_request"),
        ("2026-W49-4", hours(), None, "invalid_request"),
    ]:
        answer = await room.teacher.put(f"{PATH}/{date}", body, params={"through": through} if through else None)
        assert (answer.status_code, answer.json()["code"]) == (422, code), (date, body, through)
    assert (await room.teacher.get(PATH)).json() == {"items": []}


async def test_the_version_that_is_changed_can_be_named(world: World) -> None:
    room = await Classroom.open(world)
    path = f"{PATH}/2026-12-03"
    assert (await room.teacher.put(path, hours(), if_match='"none"')).status_code == 412
    version = (await room.teacher.put(path, hours())).headers["ETag"]
    assert (await room.teacher.get(path)).headers["ETag"] == version
    assert (await room.teacher.put(path, hours(("09:00", "10:00")), if_match=version)).status_code == 200
    assert (await room.teacher.put(path, hours(), if_match=version)).json()["code"] == "precondition_failed"


async def test_the_next_free_time_of_the_course_follows(world: World) -> None:
    room = await Classroom.open(world)
    await world.settle()
    course = f"/api/courses/{room.course_id}"
    assert (await world.http.get(course)).json()["next_free_at"] == "2026-12-01T11:00:00Z"
    await room.teacher.put(f"{PATH}/2026-12-01", hours(), params={"through": "2026-12-24"})
    await world.settle()
    assert (await world.http.get(course)).json()["next_free_at"] == "2026-12-25T09:00:00Z"
    week = {"timezone": "UTC", "buffer_minutes": 0, "windows": [{"weekday": 6, "start": "09:00", "end": "10:00"}]}
    await room.teacher.put("/api/users/me/availability", week | {"notice_minutes": 20_000})
    await world.settle()
    assert (await world.http.get(course)).json()["next_free_at"] == "2026-12-26T09:00:00Z"
    await room.teacher.delete(f"{PATH}/2026-12-01", params={"through": "2026-12-24"})
    await world.settle()
    assert (await world.http.get(course)).json()["next_free_at"] == "2026-12-19T09:00:00Z"
