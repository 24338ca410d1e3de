"""Sessions as their people see them, in lists, in full, and as calendar files."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.support.learning import Classroom, booked
from tests.support.world import Actor, World

STARTS = [f"2026-12-{day:02}T12:00:00Z" for day in range(2, 7)]


async def _starts(actor: Actor, **filters: str | int) -> list[str]:
    answer = await actor.get("/api/sessions", params=filters)
    assert answer.status_code == 200, answer.text
    return [item["starts_at"] for item in answer.json()["items"]]


async def test_a_list_begins_with_the_latest_and_with_the_next_when_asked_for_upcoming_ones(world: World) -> None:
    student = await (await Classroom.open(world, session_count=5)).student()
    for start in STARTS:
        await booked(student, start)
    assert await _starts(student.actor) == STARTS[::-1]
    world.clock.move_to(datetime.fromisoformat("2026-12-03T13:00:00Z"))
    actor = await world.log_in(student.actor.user_id, student.actor.email)
    assert await _starts(actor, upcoming="true") == STARTS[2:]


@pytest.mark.parametrize("upcoming", ["true", "false"])
async def test_pages_hold_every_session_once(world: World, upcoming: str) -> None:
    student = await (await Classroom.open(world, session_count=5)).student()
    for start in STARTS:
        await booked(student, start)
    seen: list[str] = []
    parameters: dict[str, str | int] = {"limit": 2, "upcoming": upcoming}
    while True:
        page = (await student.actor.get("/api/sessions", params=parameters)).json()
        seen += [item["starts_at"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        parameters["cursor"] = page["next_cursor"]
    assert seen == (STARTS if upcoming == "true" else STARTS[::-1])


async def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    student = await (await Classroom.open(world)).student()
    for start in STARTS[:2]:
        await booked(student, start)
    cursor = (await student.actor.get("/api/sessions", params={"limit": 1})).json()["next_cursor"]
    answer = await student.actor.get("/api/sessions", params={"limit": 1, "cursor": cursor, "upcoming": "true"})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_lists_are_narrowed_by_role_and_status(world: World) -> None:
    room = await Classroom.open(world)
    other = await Classroom.open(world)
    await booked(await room.student(), STARTS[0])
    await booked(await other.student(actor=room.teacher), STARTS[1])
    assert await _starts(room.teacher) == [STARTS[1], STARTS[0]]
    assert await _starts(room.teacher, role="teacher") == [STARTS[0]]
    assert await _starts(room.teacher, role="student") == [STARTS[1]]
    assert await _starts(room.teacher, status="completed") == []
    assert (await room.teacher.get("/api/sessions", params={"status": "lost"})).status_code == 422


async def test_both_people_and_admins_see_a_session_and_nobody_else(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    path = f"/api/sessions/{await booked(student, STARTS[0])}"
    admin, stranger = await world.member("Ada Admin", is_admin=True), await world.member("Eve Elsewhere")
    for actor in (student.actor, room.teacher, admin):
        assert (await actor.get(path)).status_code == 200
    for answer in (await stranger.get(path), await stranger.get(f"{path}/calendar.ics")):
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert (await world.http.get(path)).status_code == 401


async def test_a_session_in_full(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    lesson = await Lesson.of(room, student)
    await room.teacher.patch("/api/users/me", {"timezone": "Asia/Tokyo"})
    await lesson.report([lesson.teacher(JOINED, -2), lesson.teacher(LEFT, 31), lesson.pupil(JOINED, 5)])
    shown = (await student.actor.get(f"/api/sessions/{lesson.session_id}")).json()
    assert shown["local"] == {
        "teacher": {"text": "Wed 2 Dec 2026, 21:00 (UTC+09:00)", "timezone": "Asia/Tokyo"},
        "student": {"text": "Wed 2 Dec 2026, 13:00 (UTC+01:00)", "timezone": "Europe/Berlin"},
    }
    assert (shown["status"], shown["can_join"], shown["ended_at"]) == ("in_progress", False, None)
    assert (shown["join_opens_at"], shown["started_at"]) == ("2026-12-02T11:45:00Z", "2026-12-02T11:58:00Z")
    by_person = {entry["user_id"]: entry for entry in shown["attendance"]}
    assert by_person[lesson.teacher_id]["minutes"] == 31
    assert by_person[lesson.teacher_id]["last_left_at"] == "2026-12-02T12:31:00Z"
    assert by_person[lesson.student_id]["last_left_at"] is None
    assert shown["calendar"]["google"].startswith("https://calendar.google.com/")


async def test_the_calendar_file_is_utc_without_a_method_and_stays_the_same(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    path = f"/api/sessions/{await booked(student, STARTS[0])}/calendar.ics"
    answer = await student.actor.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert b"\r\nMETHOD" not in answer.content
    [event] = _events(answer)
    assert event["DTSTART"].to_ical() == b"20261202T120000Z"
    assert event["UID"].startswith("ses_")
    world.clock.advance(minutes=5)
    assert (await room.teacher.get(path)).content == answer.content


def _events(answer: httpx.Response) -> list[dict[str, Any]]:
    return [dict(event) for event in Calendar.from_ical(answer.content).walk("VEVENT")]
