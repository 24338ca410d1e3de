"""Reminders reach both people once, at the right hour of each one's clock, whatever happens meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from app.domains.agenda.types import REMIND
from app.domains.sessions.models import TeachingSession
from app.jobs import repository as jobs
from tests.domains.agenda.feeds import call_off, lesson, move
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.support.learning import Classroom, instant
from tests.support.world import Actor, World


async def leap_to(world: World, *instants: datetime) -> None:
    """Let time pass in leaps: to just before and to each of the instants."""
    for at in instants:
        for when in (at - timedelta(seconds=1), at):
            world.clock.move_to(when)
            await world.app.state.runner.run_until_idle()


async def live_through(world: World, *starts: datetime) -> None:
    """Until a day after all sessions, by way of every moment at which something could be told of one."""
    moments = {start - timedelta(minutes=ahead) for start in starts for ahead in (1440, 60, 15, 0, -1440)}
    await leap_to(world, *sorted(at for at in moments if at > world.clock.now()))


async def reminders(world: World, actor: Actor) -> list[str]:
    """The texts, the oldest first."""
    mails = await world.mails_to(actor.email)
    return [mail["text"] for mail in reversed(mails) if mail["subject"].startswith("Session in ")]


async def subjects(world: World, actor: Actor, start: str) -> list[str]:
    mails = await world.mails_to(actor.email)
    return [mail["subject"] for mail in reversed(mails) if mail["subject"].startswith(start)]


async def test_both_are_reminded_three_times_in_both_zones(world: World) -> None:
    room = await Classroom.open(world)
    await room.teacher.patch("/api/users/me", {"timezone": "America/New_York"})
    student = await room.student()
    await lesson(room, student, "2026-12-03T16:00:00Z")
    await live_through(world, datetime(2026, 12, 3, 16, tzinfo=UTC))
    expected = ["Session in 24 hours: ", "Session in one hour: ", "Session in 15 minutes: "]
    for actor in (student.actor, room.teacher):
        assert await subjects(world, actor, "Session in ") == [f"{start}Intro to n8n" for start in expected]
    berlin = "Thursday, 3 December 2026, 17:00 to 18:00, Europe/Berlin (UTC+01:00)"
    new_york = "Thursday, 3 December 2026, 11:00 to 12:00, America/New_York (UTC-05:00)"
    for text in await reminders(world, student.actor):
        assert f"For you:\n  {berlin}\nFor Tara Teacher:\n  {new_york}\n" in text
    for text in await reminders(world, room.teacher):
        assert f"For you:\n  {new_york}\nFor Sam Sample:\n  {berlin}\n" in text


@pytest.mark.parametrize(
    ("zone", "starts_at", "local"),
    [
        ("Europe/Berlin", "2027-03-28T09:00:00Z", "Sunday, 28 March 2027, 11:00 to 12:00, Europe/Berlin (UTC+02:00)"),
        ("America/New_York", "2027-11-07T15:00:00Z", "7 November 2027, 10:00 to 11:00, America/New_York (UTC-05:00)"),
        ("Pacific/Apia", "2027-01-31T12:00:00Z", "Monday, 1 February 2027, 01:00 to 02:00, Pacific/Apia (UTC+13:00)"),
        ("Asia/Kolkata", "2028-02-29T09:00:00Z", "Tuesday, 29 February 2028, 14:30 to 15:30, Asia/Kolkata (UTC+05:30)"),
        ("Asia/Kolkata", "2028-03-01T09:00:00Z", "Wednesday, 1 March 2028, 14:30 to 15:30, Asia/Kolkata (UTC+05:30)"),
    ],
    ids=["spring forward", "fall back", "a month's end", "a leap day", "after a leap day"],
)
async def test_the_hour_is_right_across_changes_of_clock_and_calendar(
    world: World, zone: str, starts_at: str, local: str
) -> None:
    start = instant(starts_at)
    world.clock.move_to(start - timedelta(days=3))
    room = await Classroom.open(world)
    student = await room.student()
    await student.actor.patch("/api/users/me", {"timezone": zone})
    await lesson(room, student, starts_at)
    await live_through(world, start)
    for actor in (student.actor, room.teacher):
        texts = await reminders(world, actor)
        assert len(texts) == 3
        assert all(local in text for text in texts)


async def test_a_session_that_is_moved_has_reminders_of_its_own(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await lesson(room, student, "2026-12-03T10:00:00Z")
    await leap_to(world, datetime(2026, 12, 2, 10, tzinfo=UTC))
    assert len(await reminders(world, student.actor)) == 1
    await move(world, room, session_id, "2026-12-04T14:00:00Z")
    await live_through(world, *(datetime(2026, 12, day, hour, tzinfo=UTC) for day, hour in ((3, 10), (4, 14))))
    for actor in (student.actor, room.teacher):
        texts = await reminders(world, actor)
        assert len(texts) == 4
        assert ["4 December 2026, 15:00" in text for text in texts] == [False, True, True, True]


async def test_a_session_that_is_moved_there_and_back_is_told_of_once(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await lesson(room, student, "2026-12-04T10:00:00Z")
    for start in ("2026-12-05T10:00:00Z", "2026-12-04T10:00:00Z"):
        await move(world, room, session_id, start)
    await live_through(world, *(datetime(2026, 12, day, 10, tzinfo=UTC) for day in (4, 5)))
    for actor in (student.actor, room.teacher):
        assert len(await reminders(world, actor)) == 3


async def test_nobody_is_reminded_of_what_was_called_off_or_asked_not_to_be(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    off = await lesson(room, student, "2026-12-03T10:00:00Z")
    await lesson(room, student, "2026-12-03T14:00:00Z")
    await student.actor.patch("/api/users/me/settings", {"mail": {"session_reminders": False}})
    await call_off(world, room, off)
    await live_through(world, *(datetime(2026, 12, 3, hour, tzinfo=UTC) for hour in (10, 14)))
    assert await reminders(world, student.actor) == []
    assert len(await reminders(world, room.teacher)) == 3


async def test_what_was_late_for_hours_is_told_once(world: World) -> None:
    """No process ran from the evening before until ten minutes before the start."""
    room = await Classroom.open(world)
    student = await room.student()
    await lesson(room, student, "2026-12-03T10:00:00Z")
    world.clock.move_to(datetime(2026, 12, 3, 9, 50, tzinfo=UTC))
    await world.settle()
    assert await subjects(world, student.actor, "Session in ") == ["Session in 10 minutes: Intro to n8n"]


async def test_a_worker_that_dies_over_a_reminder_leaves_it_to_another(world: World) -> None:
    """It was killed after it had claimed the job: nothing is written, the lease runs out, and one mail is sent. Two
    workers that then want it at once change nothing about that."""
    room = await Classroom.open(world)
    student = await room.student()
    await lesson(room, student, "2026-12-03T10:00:00Z")
    await world.settle()
    world.clock.move_to(datetime(2026, 12, 3, 9, tzinfo=UTC))
    claim = partial(jobs.claim, leases={REMIND.name: timedelta(seconds=60)}, token="dead", limit=8)
    assert await world.write(lambda session: len(claim(session)))
    await world.settle()
    assert await reminders(world, student.actor) == []
    world.clock.advance(seconds=61)
    await asyncio.gather(*(world.app.state.runner.run_until_idle() for _ in range(2)))
    for actor in (student.actor, room.teacher):
        assert len(await reminders(world, actor)) == 1


async def _held(world: World) -> tuple[Lesson, Actor]:
    room = await Classroom.open(world)
    held = await Lesson.of(room, await room.student(), "2026-12-02T12:00:00Z")
    world.clock.move_to(held.at(61))
    await held.report([held.teacher(JOINED, 0), held.pupil(JOINED, 1), held.pupil(LEFT, 59), held.teacher(LEFT, 60)])
    await held.report([held.finished(60)])
    return held, await world.log_in(room.teacher.user_id, room.teacher.email)


async def test_who_has_not_rated_a_session_is_asked_once(world: World) -> None:
    held, teacher = await _held(world)
    rated = await teacher.post(f"/api/sessions/{held.session_id}/rating", {"rating": 5})
    assert rated.status_code == 201, rated.text
    world.clock.move_to(held.at(119))
    assert await subjects(world, held.student.actor, "How was ") == []
    world.clock.move_to(held.at(120))
    for _ in range(3):
        assert await subjects(world, held.student.actor, "How was ") == ["How was your session of Intro to n8n?"]
        world.clock.advance(days=1)
    assert await subjects(world, teacher, "How was ") == []


async def test_nobody_is_asked_days_later_or_about_what_was_not_held(world: World) -> None:
    held, teacher = await _held(world)
    world.clock.move_to(held.at(60) + timedelta(hours=73))
    assert await subjects(world, held.student.actor, "How was ") == []
    assert await subjects(world, teacher, "How was ") == []


async def test_a_session_that_is_held_no_more_is_not_asked_about(world: World) -> None:
    held, _ = await _held(world)
    statement = update(TeachingSession).where(TeachingSession.id == held.session_id).values(status="no_show")
    await world.write(lambda session: session.change(statement))
    world.clock.move_to(held.at(180))
    assert await subjects(world, held.student.actor, "How was ") == []
