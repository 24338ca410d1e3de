"""The free slots of a teacher, as anybody may ask for them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from app.db.session import ReadSession
from app.domains.calendar import service as calendar
from app.domains.calendar.policies import BookingPolicy
from app.domains.calendar.types import OpeningHours, Period, WeeklyHours
from app.domains.courses import service as courses
from app.domains.courses.types import CourseId, Renamed
from app.domains.sessions import service as sessions
from app.domains.sessions.schemas import CourseSlots, FreeSlots
from app.domains.sessions.service import SlotQuestion, UnionQuestion
from app.domains.users.types import UserId
from tests.domains.sessions.lessons import JOINED, Lesson
from tests.support.learning import EVERY_DAY, Classroom, booked, instant
from tests.support.world import Actor, World

SAME = {"clock_change": None}
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
                "teacher": {"text": f"Thu 3 Dec 2026, {tokyo} (UTC+09:00)", "timezone": "Asia/Tokyo"} | SAME,
                "viewer": {"text": f"Wed 2 Dec 2026, {york} (UTC-05:00)", "timezone": "America/New_York"} | SAME,
            },
        }
        for utc, end, tokyo, york in (("00:00", "01:30", "09:00", "19:00"), ("01:30", "03:00", "10:30", "20:30"))
    ]
    assert (answer["timezone"], answer["session_duration_minutes"]) == ("Asia/Tokyo", 90)
    assert answer["tzdata_version"] >= "2026"


@pytest.mark.parametrize("query", [{}, {"timezone": "America/New_York"}])
async def test_slots_are_written_as_their_models_would(world: World, query: dict[str, str]) -> None:
    """New York's clocks are changed within the fortnight, Tokyo's never are."""
    world.clock.move_to(instant("2027-03-08T09:00:00Z"))
    room = await Classroom.open(world, timezone="Asia/Tokyo")
    await _teacher(world, room, "Toshi Teacher", EVERY_DAY)
    one = await room.slots(**query)
    course = await world.http.get(f"/api/courses/{room.course_id}/availability", params=query)
    assert len(FreeSlots.model_validate_json(one.text).items) > 50
    assert FreeSlots.model_validate_json(one.text).model_dump_json() == one.text
    assert CourseSlots.model_validate_json(course.text).model_dump_json() == course.text
    assert ('clock_change":{' in one.text) is bool(query)
    for answer in (one, course):
        assert answer.headers["content-type"] == "application/json"
    nothing = {"from": "2028-01-01T00:00:00Z", "to": "2028-01-02T00:00:00Z"}
    empty = await room.slots(**nothing)
    assert FreeSlots.model_validate_json(empty.text).model_dump_json() == empty.text


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


async def test_a_start_after_a_change_of_the_clocks_says_so(world: World) -> None:
    world.clock.move_to(instant("2027-03-20T09:00:00Z"))
    room = await Classroom.open(world, timezone="Europe/Berlin")
    window = {"from": "2027-03-27T00:00:00Z", "to": "2027-03-29T00:00:00Z", "timezone": "America/New_York"}
    items = {slot["starts_at"]: slot["local"] for slot in (await room.slots(**window)).json()["items"]}
    assert items["2027-03-27T08:00:00Z"]["teacher"]["clock_change"] is None
    after = items["2027-03-28T07:00:00Z"]
    assert after["teacher"] == {
        "text": "Sun 28 Mar 2027, 09:00 (UTC+02:00)",
        "timezone": "Europe/Berlin",
        "clock_change": {
            "by_minutes": 60,
            "at": "2027-03-28T01:00:00Z",
            "text": "The clocks in Europe/Berlin go forward by 1 hour on Sun 28 Mar 2027.",
        },
    }
    assert after["viewer"]["clock_change"] is None, "New York changed its clocks on 14 March"


async def test_clocks_may_go_back_by_half_an_hour(world: World) -> None:
    world.clock.move_to(instant("2027-04-01T00:00:00Z"))
    room = await Classroom.open(world, timezone="Australia/Lord_Howe")
    window = {"from": "2027-04-04T00:00:00Z", "to": "2027-04-05T00:00:00Z"}
    [change, *_] = [slot["local"]["teacher"]["clock_change"] for slot in (await room.slots(**window)).json()["items"]]
    text = "The clocks in Australia/Lord_Howe go back by 30 minutes on Sun 4 Apr 2027."
    assert change == {"by_minutes": -30, "at": "2027-04-03T15:00:00Z", "text": text}


async def test_a_session_that_is_to_be_moved_is_not_in_its_own_way(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await booked(student, "2026-12-02T12:00:00Z")
    path = f"/api/teachers/{room.teacher.user_id}/availability"
    day = {"course_id": room.course_id, "from": "2026-12-02T11:00:00Z", "to": "2026-12-02T14:00:00Z"}
    moving = day | {"exclude_session_id": session_id}
    for person in (student.actor, room.teacher):
        starts = [slot["starts_at"][11:16] for slot in (await person.get(path, params=moving)).json()["items"]]
        assert starts == ["11:00", "12:00", "13:00"]
    for answer in (
        await world.http.get(path, params=moving),
        await (await room.student()).actor.get(path, params=moving),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


async def _teacher(world: World, room: Classroom, name: str, hours: tuple[WeeklyHours, ...]) -> Actor:
    teacher = await world.member(name)
    await world.write(
        courses.certify_teacher, user_id=teacher.user_id, course_id=room.course_id, approved_by=room.teacher.user_id
    )
    await world.write(
        calendar.set_availability, teacher.user_id, timezone="Asia/Tokyo", buffer_minutes=0, windows=hours
    )
    return teacher


async def test_a_course_is_free_when_one_of_its_teachers_is(world: World) -> None:
    room = await Classroom.open(world)
    second = await _teacher(world, room, "Toshi Teacher", TOKYO_MORNINGS)
    noon = tuple(WeeklyHours(day, OpeningHours.from_wall("18:00", "19:00")) for day in range(7))
    third = await _teacher(world, room, "Tomo Teacher", noon)
    await booked(await room.student(), "2026-12-03T10:00:00Z")
    window = {"from": "2026-12-03T00:00:00Z", "to": "2026-12-03T12:00:00Z", "timezone": "Europe/Berlin"}
    slug = (await world.http.get(f"/api/courses/{room.course_id}")).json()["slug"]
    answers = [
        (await world.http.get(f"/api/courses/{name}/availability", params=window)).json()
        for name in (room.course_id, slug)
    ]
    assert answers[0] == answers[1]
    free = {
        slot["starts_at"][11:16]: [teacher["teacher_id"] for teacher in slot["teachers"]]
        for slot in answers[0]["items"]
    }
    morning = {f"0{hour}:00": [second.user_id] for hour in range(3)}
    assert free == morning | {"09:00": [third.user_id]}, "the first teacher has a session at ten, and a pause before it"
    first = answers[0]["items"][0]
    assert first["viewer"]["text"] == "Thu 3 Dec 2026, 01:00 (UTC+01:00)"
    assert first["teachers"][0]["local"]["text"] == "Thu 3 Dec 2026, 09:00 (UTC+09:00)"
    assert first["teacher_count"] == 1


async def test_a_course_nobody_may_see_has_no_slots(world: World) -> None:
    room = await Classroom.open(world)
    assert (await room.teacher.put(f"/api/courses/{room.course_id}/unpublish", {})).status_code == 200
    path = f"/api/courses/{room.course_id}/availability"
    assert (await world.http.get(path)).json()["code"] == "course_not_found"
    assert (await room.teacher.get(path)).status_code == 200


async def test_many_teachers_are_asked_about_with_no_more_statements_than_one(world: World) -> None:
    room = await Classroom.open(world)
    assert await world.db.read(_statements, room, world.settings) == (5, 6)
    for number in range(3):
        await _teacher(world, room, f"Teacher {'abc'[number]}", EVERY_DAY)
    assert await world.db.read(_statements, room, world.settings) == (5, 6)


def _statements(session: ReadSession, room: Classroom, settings: Any) -> tuple[int, int]:
    """How many statements a teacher's slots take, and the union of a course."""
    window, policy = Period(session.now, instant("2026-12-10T00:00:00Z")), BookingPolicy.of(settings)
    course_id, teacher_id = CourseId(room.course_id), UserId(room.teacher.user_id)
    alone = SlotQuestion(teacher_id, course_id, window, None, "Asia/Tokyo")
    union = UnionQuestion(course_id, window, None, "Asia/Tokyo")
    return (
        _counted(session, lambda: sessions.find_free_slots(session, alone, policy)),
        _counted(session, lambda: sessions.find_course_slots(session, union, policy)),
    )


def _counted(session: ReadSession, find: Callable[[], bytes | Renamed]) -> int:
    counted: list[str] = []
    connection = session.connection()

    def count(*arguments: Any) -> None:
        counted.append(arguments[2])

    event.listen(connection, "before_cursor_execute", count)
    found = find()
    assert isinstance(found, bytes)
    assert b"starts_at" in found
    event.remove(connection, "before_cursor_execute", count)
    return len(counted)


async def test_members_see_when_a_teacher_has_sessions_and_nothing_else(world: World) -> None:
    room, other = await Classroom.open(world), await Classroom.open(world, buffer_minutes=0)
    await booked(await room.student(), "2026-12-02T12:00:00Z")
    await booked(await other.student(actor=room.teacher), "2026-12-02T14:00:00Z")
    path = f"/api/teachers/{room.teacher.user_id}/bookings"
    member = await world.member("Sam Sample")
    assert (await member.get(path)).json() == {
        "teacher_id": room.teacher.user_id,
        "items": [
            {"starts_at": "2026-12-02T12:00:00Z", "ends_at": "2026-12-02T13:15:00Z"},
            {"starts_at": "2026-12-02T14:00:00Z", "ends_at": "2026-12-02T15:00:00Z"},
        ],
    }
    assert (await world.http.get(path)).status_code == 401
    nobody = await member.get(f"/api/teachers/{member.user_id}/bookings")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "teacher_not_found")


async def test_who_has_paused_has_slots_for_a_finished_place_that_is_made_up_for(world: World) -> None:
    room = await Classroom.open(world, session_count=1)
    lesson = await Lesson.of(room, await room.student())
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.finished(59)])
    await world.write(courses.set_teaching, user_id=room.teacher.user_id, course_id=room.course_id, is_teaching=False)
    student, path = lesson.student, f"/api/teachers/{room.teacher.user_id}/availability"
    assert (await student.actor.get(path, params={"course_id": room.course_id})).json()["code"] == "teacher_not_found"
    admin = await world.member("Ada Admin", is_admin=True)
    made = await admin.post(f"/api/admin/sessions/{lesson.session_id}/credit", {"reason": "It had no sound."})
    assert made.status_code == 201, made.text
    items = (await student.actor.get(path, params={"course_id": room.course_id})).json()["items"]
    await booked(student, items[0]["starts_at"])


async def test_who_has_paused_has_slots_for_their_own_students(world: World) -> None:
    room = await Classroom.open(world)
    student, stranger = await room.student(), await world.member("Nick Nobody")
    await world.write(courses.set_teaching, user_id=room.teacher.user_id, course_id=room.course_id, is_teaching=False)
    path, query = f"/api/teachers/{room.teacher.user_id}/availability", {"course_id": room.course_id}
    assert (await stranger.get(path, params=query)).json()["code"] == "teacher_not_found"
    first = (await student.actor.get(path, params=query)).json()["items"][0]["starts_at"]
    session_id = await booked(student, first)
    moving = query | {"exclude_session_id": session_id}
    assert (await room.teacher.get(path, params=query)).json()["code"] == "teacher_not_found"
    for person in (student.actor, room.teacher):
        assert (await person.get(path, params=moving)).json()["items"][0]["starts_at"] == first
    assert (await stranger.get(path, params=moving)).json()["code"] == "session_not_found"
    other = await Classroom.open(world, teacher=room.teacher)
    await world.write(courses.set_teaching, user_id=room.teacher.user_id, course_id=other.course_id, is_teaching=False)
    elsewhere = moving | {"course_id": other.course_id}
    assert (await student.actor.get(path, params=elsewhere)).json()["code"] == "teacher_not_found"
    await world.write(
        courses.withdraw_teacher, user_id=room.teacher.user_id, course_id=room.course_id, reason="So.", by_admin=False
    )
    assert (await student.actor.get(path, params=query)).json()["code"] == "teacher_not_found"
