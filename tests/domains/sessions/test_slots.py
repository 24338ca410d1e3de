"""The free slots of a teacher, as anybody may ask for them."""

from typing import Any

from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.courses import service as courses
from tests.support.learning import Classroom, booked
from tests.support.world import World

TOKYO_MORNINGS = tuple(WeeklyHours(weekday, OpeningHours.from_wall("09:00", "12:00")) for weekday in range(7))


async def _starts(room: Classroom, **window: str) -> list[str]:
    answer = await room.slots(**window)
    assert answer.status_code == 200, answer.text
    return [slot["starts_at"] for slot in answer.json()["items"]]


async def test_slots_are_instants_with_both_clocks_beside_them(world: World) -> None:
    room = await Classroom.open(world, minutes=90, timezone="Asia/Tokyo", windows=TOKYO_MORNINGS)
    window = {"from": "2026-12-03T00:00:00Z", "to": "2026-12-04T00:00:00Z"}
    answer = (await room.slots(timezone="America/New_York", **window)).json()
    assert answer["items"] == [
        {
            "starts_at": f"2026-12-03T{utc}:00Z",
            "ends_at": f"2026-12-03T{end}:00Z",
            "local": {
                "teacher": {"text": f"Thu 3 Dec 2026, {tokyo} (UTC+09:00)", "timezone": "Asia/Tokyo"},
                "viewer": {"text": f"Wed 2 Dec 2026, {york} (UTC-05:00)", "timezone": "America/New_York"},
            },
        }
        for utc, end, tokyo, york in (("00:00", "01:30", "09:00", "19:00"), ("01:30", "03:00", "10:30", "20:30"))
    ]
    assert (answer["timezone"], answer["session_duration_minutes"]) == ("Asia/Tokyo", 90)
    assert answer["tzdata_version"] >= "2026"


async def test_a_visitor_has_no_clock_and_a_member_has_their_own(world: World) -> None:
    room = await Classroom.open(world)
    visitor = (await room.slots()).json()["items"][0]
    assert visitor["local"]["viewer"] is None
    member = await world.member("Sam Sample")
    path = f"/api/teachers/{room.teacher.user_id}/availability"
    seen = (await member.get(path, params={"course_id": room.course_id})).json()["items"][0]
    assert seen["local"]["viewer"]["timezone"] == "Europe/Berlin"
    assert seen["starts_at"] == visitor["starts_at"]


def test_the_document_says_that_a_token_is_optional(openapi_document: dict[str, Any]) -> None:
    operation = openapi_document["paths"]["/api/teachers/{teacher_id}/availability"]["get"]
    assert operation["security"] == [{}, {"bearer": []}, {"cookie": []}, {"password": []}]


async def test_without_a_window_the_next_fourteen_days_are_listed_after_the_notice(world: World) -> None:
    starts = await _starts(await Classroom.open(world))
    assert (starts[0], starts[-1]) == ("2026-12-01T11:00:00Z", "2026-12-14T16:00:00Z")


async def test_nothing_is_offered_beyond_the_horizon(world: World) -> None:
    window = {"from": "2026-12-20T00:00:00Z", "to": "2027-01-20T00:00:00Z"}
    assert (await _starts(await Classroom.open(world), **window))[-1] == "2026-12-29T16:00:00Z"


async def test_a_booked_session_takes_its_time_and_the_pause_after_it(world: World) -> None:
    room = await Classroom.open(world)
    day = {"from": "2026-12-02T00:00:00Z", "to": "2026-12-03T00:00:00Z"}
    before = await _starts(room, **day)
    await booked(await room.student(), "2026-12-02T12:00:00Z")
    gone = {"2026-12-02T11:00:00Z", "2026-12-02T12:00:00Z", "2026-12-02T13:00:00Z"}
    assert await _starts(room, **day) == [start for start in before if start not in gone]


async def test_without_a_pause_sessions_may_follow_each_other(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    await booked(await room.student(), "2026-12-02T12:00:00Z")
    starts = await _starts(room, **{"from": "2026-12-02T11:00:00Z", "to": "2026-12-02T14:00:00Z"})
    assert starts == ["2026-12-02T11:00:00Z", "2026-12-02T13:00:00Z"]


async def test_lessons_that_the_teacher_takes_are_the_teachers_time_too(world: World) -> None:
    room = await Classroom.open(world)
    other = await Classroom.open(world)
    await booked(await other.student(actor=room.teacher), "2026-12-02T12:00:00Z")
    starts = await _starts(room, **{"from": "2026-12-02T10:00:00Z", "to": "2026-12-02T15:00:00Z"})
    assert starts == ["2026-12-02T10:00:00Z", "2026-12-02T13:00:00Z", "2026-12-02T14:00:00Z"]


async def test_the_window_must_be_readable_and_short(world: World) -> None:
    room = await Classroom.open(world)
    for status, window in [
        (200, {"from": "2026-12-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"}),
        (200, {"from": "9999-12-31T23:59:59Z"}),
        (200, {"from": "0001-01-01T00:00:00Z"}),
        (422, {"from": "2026-12-01T00:00:00Z", "to": "2027-01-01T00:00:01Z"}),
        (422, {"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z"}),
        (422, {"from": "2026-12-02T00:00:00"}),
        (422, {"from": "tomorrow"}),
        (422, {"timezone": "Mars/Olympus"}),
    ]:
        assert (await room.slots(**window)).status_code == status, window


async def test_who_does_not_teach_the_course_has_no_slots(world: World) -> None:
    room = await Classroom.open(world)
    stranger = await world.member("Nobody There")
    path = f"/api/teachers/{stranger.user_id}/availability"
    answer = await world.http.get(path, params={"course_id": room.course_id})
    assert (answer.status_code, answer.json()["code"]) == (404, "teacher_not_found")
    await world.write(courses.set_teaching, user_id=room.teacher.user_id, course_id=room.course_id, is_teaching=False)
    assert (await room.slots()).json()["code"] == "teacher_not_found"


async def test_who_has_paused_has_slots_for_their_own_students(world: World) -> None:
    room = await Classroom.open(world)
    student, stranger = await room.student(), await world.member("Nick Nobody")
    await world.write(courses.set_teaching, user_id=room.teacher.user_id, course_id=room.course_id, is_teaching=False)
    path, query = f"/api/teachers/{room.teacher.user_id}/availability", {"course_id": room.course_id}
    assert (await stranger.get(path, params=query)).json()["code"] == "teacher_not_found"
    first = (await student.actor.get(path, params=query)).json()["items"][0]["starts_at"]
    await booked(student, first)
    await world.write(
        courses.withdraw_teacher, user_id=room.teacher.user_id, course_id=room.course_id, reason="So.", by_admin=False
    )
    assert (await student.actor.get(path, params=query)).json()["code"] == "teacher_not_found"
