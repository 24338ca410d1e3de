"""Setting and reading the hours of a teacher through the API."""

from typing import Any

from app.domains.users import service as users
from tests.support.learning import Classroom, booked
from tests.support.world import Actor, World

PATH = "/api/users/me/availability"
RULES = {
    "buffer_before_minutes": 0,
    "notice_minutes": None,
    "horizon_days": None,
    "step_minutes": None,
    "max_per_day": None,
    "max_per_week": None,
    "week_start": 1,
    "pause": None,
}


def _week(*windows: tuple[int, str, str], **changes: Any) -> dict[str, Any]:
    rows = [{"weekday": weekday, "start": start, "end": end} for weekday, start, end in windows]
    return {"timezone": "Asia/Tokyo", "buffer_minutes": 15, "windows": rows} | changes


async def _creator(world: World) -> Actor:
    return await world.member("Cara Creator", can_create_courses=True)


async def test_before_the_first_put_nothing_is_offered_in_the_persons_own_zone(world: World) -> None:
    creator = await _creator(world)
    nothing = {"timezone": "Europe/Berlin", "buffer_minutes": 15, "windows": []}
    assert (await creator.get(PATH)).json() == nothing | RULES


async def test_a_put_replaces_the_whole_week(world: World) -> None:
    creator = await _creator(world)
    await creator.put(PATH, _week((1, "09:00", "17:00"), (5, "22:00", "02:00")))
    week = _week((2, "00:00", "24:00"), (4, "09:05", "09:20"), timezone="Asia/Kathmandu", buffer_minutes=0)
    answer = await creator.put(PATH, week)
    assert (answer.status_code, answer.json()) == (200, week | RULES)
    again = await creator.get(PATH)
    assert (again.json(), again.headers["ETag"]) == (week | RULES, answer.headers["ETag"])


async def test_an_empty_week_closes_the_calendar(world: World) -> None:
    creator = await _creator(world)
    await creator.put(PATH, _week((1, "09:00", "17:00")))
    assert (await creator.put(PATH, _week())).json()["windows"] == []


async def test_midnight_as_an_end_is_the_end_of_the_day(world: World) -> None:
    answer = await (await _creator(world)).put(PATH, _week((1, "20:00", "00:00")))
    assert answer.json()["windows"] == [{"weekday": 1, "start": "20:00", "end": "24:00"}]


async def test_windows_may_touch(world: World) -> None:
    creator = await _creator(world)
    weeks = {
        "within a day": [(1, "09:00", "12:00"), (1, "12:00", "17:00")],
        "over midnight": [(1, "22:00", "02:00"), (2, "02:00", "05:00")],
        "Saturday into Sunday": [(6, "22:00", "02:00"), (0, "02:00", "05:00")],
        "all week": [(day, "00:00", "24:00") for day in range(7)],
    }
    for name, windows in weeks.items():
        assert (await creator.put(PATH, _week(*windows))).status_code == 200, name


async def test_windows_may_not_overlap(world: World) -> None:
    creator = await _creator(world)
    before = (await creator.get(PATH)).json()
    weeks = {
        "within a day": [(1, "09:00", "12:00"), (1, "11:55", "17:00")],
        "the same": [(1, "09:00", "12:00"), (1, "09:00", "12:00")],
        "over midnight": [(1, "22:00", "02:00"), (2, "01:55", "05:00")],
        "Saturday into Sunday": [(6, "22:00", "02:00"), (0, "01:55", "05:00")],
        "unsorted": [(6, "00:00", "24:00"), (5, "12:00", "00:05")],
    }
    for name, windows in weeks.items():
        answer = await creator.put(PATH, _week(*windows))
        assert (answer.status_code, answer.json()["code"]) == (422, "availability_overlap"), name
    assert (await creator.get(PATH)).json() == before


async def test_what_cannot_be_meant_is_refused(world: World) -> None:
    creator = await _creator(world)
    for code, week in [
        ("availability_window_too_short", _week((1, "09:00", "09:10"))),
        ("invalid_window", _week((1, "09:00", "09:00"))),
        ("invalid_window", _week((1, "24:00", "02:00"))),
        ("invalid_request", _week((1, "09:02", "10:00"))),
        ("invalid_request", _week((1, "9:00", "10:00"))),
        ("invalid_request", _week((1, "09:00", "24:05"))),
        ("invalid_request", _week((7, "09:00", "10:00"))),
        ("invalid_request", _week(timezone="Mars/Olympus")),
        ("invalid_request", _week(buffer_minutes=7)),
        ("invalid_request", _week(buffer_minutes=65)),
        ("invalid_request", _week(*((1, "09:00", "10:00"),) * 51)),
    ]:
        answer = await creator.put(PATH, week)
        assert (answer.status_code, answer.json()["code"]) == (422, code), week


async def test_only_teachers_and_creators_have_an_availability(world: World) -> None:
    student = await world.member("Sam Sample")
    for answer in (await student.get(PATH), await student.put(PATH, _week())):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_a_teacher")


async def test_who_may_teach_no_more_and_is_still_booked_keeps_the_hours_right(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    taken = {"can_teach_courses": False, "can_create_courses": False}
    await world.write(users.change_capabilities, room.teacher.user_id, taken, actor_id=None)
    await booked(student, "2026-12-03T10:00:00Z")
    assert (await room.teacher.put(PATH, _week())).status_code == 200
    refused = await student.book("2026-12-04T10:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_not_offered")


async def test_the_address_must_be_verified(world: World) -> None:
    creator = await world.member("Nora New", is_verified=False, can_create_courses=True)
    assert (await creator.put(PATH, _week())).json()["code"] == "email_not_verified"


async def test_visitors_are_asked_to_log_in(world: World) -> None:
    assert (await world.http.get(PATH)).status_code == 401
