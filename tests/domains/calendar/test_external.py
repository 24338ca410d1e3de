"""Calendars elsewhere through the API: read by the job from the twin, kept when it fails, and never offered."""

import logging
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db.session import ReadSession
from app.domains.calendar import service
from app.domains.calendar.types import READ_CALENDAR
from app.jobs.models import Job, JobState
from tests.support.learning import Classroom
from tests.support.world import Actor, World

PATH = "/api/users/me/external-calendars"
TWIN = "http://127.0.0.1:8000/sandbox/calendars"
DAY = {"from": "2026-12-03T00:00:00Z", "to": "2026-12-04T00:00:00Z"}


def calendar(*spans: tuple[str, str], extra: str = "") -> str:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{start}\r\nDTSTART:20261203T{start}00Z\r\nDTEND:20261203T{end}00Z\r\nSUMMARY:Doctor Secret\r\nEND:VEVENT\r\n"
        for start, end in spans
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}{extra}END:VCALENDAR\r\n"


async def publish(world: World, text: str, name: str = "secret.ics") -> str:
    """Put a calendar on the twin; its address."""
    assert (await world.http.put(f"/sandbox/calendars/{name}", content=text)).status_code == 204
    return f"{TWIN}/{name}"


async def fail(world: World, status: int) -> None:
    await world.http.post("/sandbox/calendars/faults", json={"name": "secret.ics", "status": status})


async def add(room: Classroom, url: str, name: str = "Private") -> dict[str, Any]:
    answer = await room.teacher.post(PATH, {"name": name, "url": url})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    await room.world.settle()
    return added


async def awake(room: Classroom) -> Actor:
    """The teacher with a log-in of now."""
    return await room.world.log_in(room.teacher.user_id, room.teacher.email)


async def shown(room: Classroom) -> dict[str, Any]:
    [found] = (await (await awake(room)).get(PATH)).json()["items"]
    return dict(found)


async def hours(room: Classroom) -> list[str]:
    return [slot["starts_at"][11:13] for slot in (await room.slots(**DAY)).json()["items"]]


def waiting(session: ReadSession) -> int:
    mine = Job.kind == READ_CALENDAR.name, Job.state == JobState.QUEUED
    return session.scalar(select(func.count()).where(*mine)) or 0


async def test_a_calendar_that_waits_for_its_turn_is_handed_out_once_an_hour(world: World) -> None:
    room = await Classroom.open(world)
    await add(room, await publish(world, calendar(("1000", "1130"))))
    found = []
    for minutes in (66, 59, 1):  # each calendar has its own minute, up to five after the hour
        world.clock.advance(minutes=minutes)
        await world.write(service.enqueue_due)
        found.append(await world.db.read(waiting))
    assert found == [1, 1, 2]


async def test_busy_times_elsewhere_are_not_offered_nor_booked(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    dates = "BEGIN:VEVENT\r\nUID:h\r\nDTSTART;VALUE=DATE:20261204\r\nEND:VEVENT\r\n"
    added = await add(room, await publish(world, calendar(("1000", "1130"), ("1500", "1600"), extra=dates)))
    assert (added["host"], added["fetched_at"], added["text"]) == ("127.0.0.1", None, "Not read yet.")
    assert await hours(room) == ["09", "12", "13", "14", "16"]
    assert (await room.slots(**{"from": "2026-12-04T00:00:00Z", "to": "2026-12-05T00:00:00Z"})).json()["items"] == []
    refused = await (await room.student()).book("2026-12-03T10:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    course = await world.http.get(f"/api/courses/{room.course_id}/availability", params=DAY)
    assert [slot["starts_at"][11:13] for slot in course.json()["items"]] == ["09", "12", "13", "14", "16"]


async def test_it_is_read_every_hour_and_not_sent_again_unchanged(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    url = await publish(world, calendar(("1000", "1100")))
    await add(room, url)
    first = await shown(room)
    assert (first["fetched_at"], first["age_minutes"], first["is_stale"]) == ("2026-12-01T09:00:00Z", 0, False)
    assert (first["text"], first["failure"]) == ("Read just now.", None)
    world.clock.advance(minutes=50)
    await world.settle()
    assert (await shown(room))["text"] == "Read 50 minutes ago."
    world.clock.advance(minutes=20)
    await world.settle()
    assert (await shown(room))["fetched_at"] == "2026-12-01T10:10:00Z"
    assert "10" not in await hours(room), "304 keeps what is known"
    await publish(world, calendar(("1200", "1300")))
    world.clock.advance(minutes=70)
    await world.settle()
    assert await hours(room) == ["09", "10", "11", "13", "14", "15", "16"]


async def test_the_last_good_copy_stays_and_its_age_is_told(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    await add(room, await publish(world, calendar(("1000", "1100"))))
    await fail(world, 503)
    world.clock.advance(hours=3)
    await world.settle()
    found = await shown(room)
    assert (found["text"], found["is_stale"]) == ("Read 3 hours ago. The server did not answer as it should.", True)
    assert found["failure"] == {
        "reason": "unreachable",
        "text": "The server did not answer as it should.",
        "tried_at": "2026-12-01T12:00:00Z",
        "times": 1,
    }
    assert found["next_read_at"] == "2026-12-01T12:15:00Z"
    assert "10" not in await hours(room)
    for minutes, next_try in ((20, "12:50"), (40, "14:00")):
        world.clock.advance(minutes=minutes)
        await world.settle()
        assert (await shown(room))["next_read_at"] == f"2026-12-01T{next_try}:00Z", "twice as long each time"
    await fail(world, 200)
    again = await (await awake(room)).post(f"{PATH}/{found['id']}/read")
    assert again.status_code == 202
    await world.settle()
    assert (await shown(room))["text"] == "Read just now."


async def test_what_is_no_calendar_changes_nothing(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    added = await add(room, await publish(world, calendar(("1000", "1100"))))
    await publish(world, "<html>Please log in</html>")
    await room.teacher.post(f"{PATH}/{added['id']}/read")
    await world.settle()
    assert (await shown(room))["failure"]["reason"] == "not_a_calendar"
    assert "10" not in await hours(room)


async def test_a_time_without_a_zone_is_the_teachers_also_after_a_move(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    text = calendar().replace(
        "END:VCAL", "BEGIN:VEVENT\r\nDTSTART:20261203T120000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCAL"
    )
    await add(room, await publish(world, text))
    assert "12" not in await hours(room)
    windows = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]
    week = {"timezone": "Europe/Berlin", "buffer_minutes": 0, "windows": windows}
    await room.teacher.put("/api/users/me/availability", week)
    world.clock.advance(minutes=5)
    await world.settle()
    assert "11" not in await hours(room)
    assert "12" in await hours(room)


async def test_a_removed_calendar_is_forgotten(world: World) -> None:
    room = await Classroom.open(world, buffer_minutes=0)
    added = await add(room, await publish(world, calendar(("1000", "1100"))))
    stranger = await world.member("Otto Other", can_create_courses=True)
    for answer in (
        await stranger.get(f"{PATH}/{added['id']}"),
        await stranger.delete(f"{PATH}/{added['id']}"),
        await stranger.post(f"{PATH}/{added['id']}/read"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "external_calendar_not_found")
    assert (await room.teacher.delete(f"{PATH}/{added['id']}")).status_code == 204
    assert "10" in await hours(room)
    assert (await room.teacher.get(PATH)).json() == {"items": [], "most": 5}


async def test_what_cannot_be_added(world: World) -> None:
    room = await Classroom.open(world)
    for url in (
        "http://calendar.example.com/a.ics",
        "https://127.0.0.1/a.ics",
        "https://localhost/a.ics",
        "no address",
    ):
        answer = await room.teacher.post(PATH, {"name": "Private", "url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "calendar_address_refused"), url
    urls = [await publish(world, calendar(), f"{number}.ics") for number in range(6)]
    for url in urls[:5]:
        await add(room, url)
    known = await room.teacher.post(PATH, {"name": "Again", "url": urls[0]})
    assert known.json()["code"] in {"calendar_known", "too_many_calendars"}
    full = await room.teacher.post(PATH, {"name": "Sixth", "url": urls[5]})
    assert (full.status_code, full.json()["code"], full.json()["count"]) == (409, "too_many_calendars", 5)
    await room.teacher.delete(f"{PATH}/{(await room.teacher.get(PATH)).json()['items'][4]['id']}")
    again = await room.teacher.post(PATH, {"name": "Again", "url": urls[0]})
    assert (again.status_code, again.json()["code"]) == (409, "calendar_known")


async def test_the_address_is_a_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    room = await Classroom.open(world)
    await publish(world, calendar(("1000", "1100")))
    caplog.clear()
    answers = [await room.teacher.post(PATH, {"name": "Private", "url": f"{TWIN}/secret.ics"})]
    await world.settle()
    answers += [await room.teacher.get(PATH), await room.teacher.get("/api/users/me/export")]
    for answer in answers:
        assert answer.is_success
        assert "secret.ics" not in answer.text
        assert "127.0.0.1" in answer.text
    assert "Doctor" not in "".join(answer.text for answer in answers)
    ours = [record for record in caplog.records if record.name.startswith("app")]
    assert "secret.ics" not in "".join(f"{record.getMessage()}{record.__dict__.get('fields')}" for record in ours)
