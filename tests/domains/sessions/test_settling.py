"""How sessions end that no report has ended."""

import asyncio
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.models import TakenCell
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import jobs
from app.domains.sessions import service as sessions
from app.domains.sessions.events import SessionMissed
from app.domains.sessions.types import SETTLE_ONE, SessionStatus
from app.jobs.models import Job
from app.jobs.registry import Registry
from app.jobs.runner import JobRunner
from app.providers.video.port import VideoProvider
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.domains.video.away import video_that_answers, video_that_is_away
from tests.support.clock import START
from tests.support.learning import Classroom
from tests.support.world import World


async def _lesson(world: World, *, session_count: int = 2) -> Lesson:
    room = await Classroom.open(world, session_count=session_count)
    return await Lesson.of(room, await room.student())


async def _sweep(lesson: Lesson, minute: float = 75) -> SessionStatus:
    """Let everything due happen so many minutes after the start; the session's status then."""
    lesson.world.clock.move_to(lesson.at(minute))
    await lesson.world.settle()
    return (await lesson.facts()).status


def _count_cells(session: ReadSession) -> int:
    return session.scalar(select(func.count()).select_from(TakenCell)) or 0


def _listen(world: World) -> list[SessionMissed]:
    heard: list[SessionMissed] = []

    def hear(_session: WriteSession, event: SessionMissed) -> None:
        heard.append(event)

    world.db._events.subscribe(SessionMissed, hear)
    return heard


async def test_nothing_is_settled_while_it_may_still_be_joined(world: World) -> None:
    lesson = await _lesson(world)
    assert await _sweep(lesson, 74) is SessionStatus.SCHEDULED
    assert await _sweep(lesson, 80) is SessionStatus.NO_SHOW


async def test_both_came_and_the_end_was_never_reported(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 2), lesson.pupil(LEFT, 61)])
    heard = _listen(world)
    assert await _sweep(lesson) is SessionStatus.COMPLETED
    assert (await lesson.facts()).ended_at == lesson.at(61)
    assert await lesson.counted() == 1
    assert heard == []


async def test_nobody_came(world: World) -> None:
    lesson = await _lesson(world)
    heard = _listen(world)
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id is None
    assert heard == [SessionMissed(lesson.session_id, lesson.teacher_id, lesson.student_id)]


async def test_the_teacher_did_not_come(world: World) -> None:
    lesson = await _lesson(world, session_count=1)
    await lesson.report([lesson.pupil(JOINED, 0), lesson.pupil(LEFT, 10)])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    actor = await world.log_in(lesson.student_id, lesson.student.actor.email)
    shown = (await actor.get(f"/api/sessions/{lesson.session_id}")).json()
    assert (shown["no_show_user_id"], shown["ended_at"]) == (lesson.teacher_id, "2026-12-02T13:00:00Z")
    assert await world.db.read(_count_cells) == 0
    assert await _sweep(lesson, 75 + 73 * 60) is SessionStatus.NO_SHOW
    assert await lesson.counted() == 0
    await _book_again(lesson, status=201)


async def test_the_student_did_not_come_and_it_counts_once_nobody_can_contest_it(world: World) -> None:
    lesson = await _lesson(world, session_count=1)
    await lesson.report([lesson.teacher(JOINED, -1), lesson.teacher(LEFT, 15)])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id == lesson.student_id
    await _book_again(lesson, status=409)
    await _sweep(lesson, 75 + 72 * 60 - 1)
    assert await lesson.counted() == 0
    await _sweep(lesson, 75 + 72 * 60)
    assert await lesson.counted() == 1


async def test_the_time_to_contest_begins_with_the_notice(world: World) -> None:
    """The worker was away for two days: the mail goes out only now."""
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, -1), lesson.teacher(LEFT, 15)])
    assert await _sweep(lesson, 48 * 60) is SessionStatus.NO_SHOW
    await _sweep(lesson, (48 + 72) * 60 - 1)
    assert await lesson.counted() == 0
    await _sweep(lesson, (48 + 72) * 60)
    assert await lesson.counted() == 1


async def _book_again(lesson: Lesson, *, status: int) -> None:
    actor = await lesson.world.log_in(lesson.student_id, lesson.student.actor.email)
    tomorrow = lesson.world.clock.now() + timedelta(days=1)
    body = {"enrollment_id": lesson.student.enrollment_id, "starts_at": f"{tomorrow:%Y-%m-%d}T12:00:00Z"}
    assert (await actor.post("/api/sessions", body)).status_code == status


@pytest.mark.parametrize(
    "connections",
    [[(0, 9.9)], [(-30, 9)], [(0, 5), (2, 7), (3, 9)], [(50.5, 75)]],
    ids=["too short", "too early", "overlapping connections", "too late"],
)
async def test_who_did_not_wait_ten_minutes_cannot_call_it_a_no_show(
    world: World, connections: list[tuple[float, float]]
) -> None:
    lesson = await _lesson(world)
    for number, (joined, left) in enumerate(connections):
        name = f"PA_{number}"
        await lesson.report([lesson.teacher(JOINED, joined, name), lesson.teacher(LEFT, left, name)])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id is None


async def test_waiting_adds_up_over_connections(world: World) -> None:
    lesson = await _lesson(world)
    for name, joined, left in (("PA_1", 0, 6), ("PA_2", 8, 12)):
        await lesson.report([lesson.teacher(JOINED, joined, name), lesson.teacher(LEFT, left, name)])
    await _sweep(lesson)
    assert (await lesson.facts()).no_show_user_id == lesson.student_id


async def test_a_room_that_is_still_open_is_left_alone(world: World) -> None:
    lesson = await _lesson(world)
    world.clock.move_to(lesson.at(0))
    actor = await world.log_in(lesson.student_id, lesson.student.actor.email)
    assert (await actor.post(f"/api/sessions/{lesson.session_id}/join")).status_code == 200
    assert await _sweep(lesson, 80) is SessionStatus.SCHEDULED
    await world.app.state.providers.video.end_room(lesson.session_id)
    assert await _sweep(lesson, 86) is SessionStatus.NO_SHOW


async def test_settling_twice_changes_nothing(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 2)])
    await _sweep(lesson)
    heard = _listen(world)
    for _ in range(2):
        await world.write(sessions.settle, lesson.session_id, BookingPolicy.of(world.settings))
    assert heard == []
    assert await lesson.counted() == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_presence_outside_the_sessions_own_time_is_none(world: World, moment: str) -> None:
    lesson = await _lesson(world)
    joined, left = (-10, -1) if moment == "before" else (61, 70)
    await lesson.report([lesson.teacher(JOINED, joined), lesson.pupil(JOINED, joined), lesson.teacher(LEFT, left)])
    await lesson.report([lesson.pupil(LEFT, left)])
    assert await _sweep(lesson, 80) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id is None
    assert await lesson.counted() == 0


async def test_a_room_that_was_closed_early_and_opened_again_is_waited_in(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, -9), lesson.finished(-5), lesson.teacher(JOINED, -1, "PA_T2")])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id == lesson.student_id


def _runner(world: World, video: VideoProvider) -> JobRunner:
    """Carries out the jobs of sessions with this video service."""
    registry = Registry()
    jobs.register(registry, video, BookingPolicy.of(world.settings))
    return JobRunner(world.db, registry)


async def _three_lessons(world: World) -> list[Lesson]:
    room = await Classroom.open(world)
    starts = [f"2026-12-02T{hour}:00:00Z" for hour in ("10", "12", "14")]
    lessons = [await Lesson.of(room, await room.student(), start) for start in starts]
    for lesson in lessons:
        await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 2), lesson.pupil(LEFT, 61)])
    world.clock.move_to(lessons[-1].at(80))
    return lessons


async def _statuses(lessons: list[Lesson]) -> list[SessionStatus]:
    return [(await lesson.facts()).status for lesson in lessons]


def _count_settling(session: ReadSession) -> int:
    return session.scalar(select(func.count()).where(Job.kind == SETTLE_ONE.name)) or 0


async def test_one_room_that_cannot_be_asked_about_does_not_stop_the_others(world: World) -> None:
    lessons = await _three_lessons(world)
    video = video_that_answers({lessons[0].session_id: 503, lessons[1].session_id: 400})
    await _runner(world, video).run_until_idle()
    completed, waiting = SessionStatus.COMPLETED, SessionStatus.IN_PROGRESS
    assert await _statuses(lessons) == [waiting, completed, completed]
    world.clock.advance(minutes=10)
    await _runner(world, video_that_answers({})).run_until_idle()
    assert await _statuses(lessons) == [completed] * 3
    assert [await lesson.counted() for lesson in lessons] == [1, 1, 1]


async def test_an_outage_leaves_one_waiting_job_for_each_session(world: World) -> None:
    lessons = await _three_lessons(world)
    for _ in range(3):
        await _runner(world, video_that_is_away()).run_until_idle()
        world.clock.advance(minutes=5)
    assert await _statuses(lessons) == [SessionStatus.IN_PROGRESS] * 3
    assert await world.db.read(_count_settling) == 3


async def test_late_reports_complete_a_session_that_was_given_up(world: World) -> None:
    """The events of a whole lesson were delayed; so nobody seemed to come."""
    for order in permutations(range(3)):
        lesson = await _lesson(world)
        await world.settle()  # the sweep notices that the clock was set back
        assert await _sweep(lesson) is SessionStatus.NO_SHOW
        story = [lesson.teacher(JOINED, -2), lesson.pupil(JOINED, 3), lesson.finished(58)]
        await lesson.report(story[number] for number in (*order, *order))
        facts = await lesson.facts()
        assert (facts.status, facts.no_show_user_id) == (SessionStatus.COMPLETED, None), order
        assert (facts.started_at, facts.ended_at) == (lesson.at(-2), lesson.at(58)), order
        assert await lesson.counted() == 1
        world.clock.move_to(START)


async def test_late_reports_of_a_lesson_that_never_began_change_nothing(world: World) -> None:
    for order in permutations(range(3)):
        lesson = await _lesson(world)
        await world.settle()  # the sweep notices that the clock was set back
        assert await _sweep(lesson) is SessionStatus.NO_SHOW
        story = [lesson.teacher(JOINED, -10), lesson.pupil(JOINED, -9), lesson.finished(-5)]
        await lesson.report(story[number] for number in order)
        assert (await lesson.facts()).status is SessionStatus.NO_SHOW, order
        assert await lesson.counted() == 0
        world.clock.move_to(START)


async def _missed_by_student(world: World) -> Lesson:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, -1), lesson.teacher(LEFT, 59)])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id == lesson.student_id
    return lesson


async def test_a_students_late_report_counts_once_and_the_release_adds_nothing(world: World) -> None:
    lesson = await _missed_by_student(world)
    await lesson.report([lesson.pupil(JOINED, 1)] * 2)
    assert (await lesson.facts()).status is SessionStatus.COMPLETED
    assert await _sweep(lesson, 76 + 72 * 60) is SessionStatus.COMPLETED
    assert await lesson.counted() == 1


async def test_after_the_release_a_late_report_changes_nothing(world: World) -> None:
    lesson = await _missed_by_student(world)
    await _sweep(lesson, 76 + 72 * 60)
    assert await lesson.counted() == 1
    await lesson.report([lesson.pupil(JOINED, 1), lesson.pupil(LEFT, 59)])
    assert (await lesson.facts()).status is SessionStatus.NO_SHOW
    assert await lesson.counted() == 1


async def test_a_release_and_a_late_report_that_come_at_once_count_once(world: World) -> None:
    for _ in range(8):
        lesson = await _missed_by_student(world)
        world.clock.move_to(lesson.at(76 + 72 * 60))
        await asyncio.gather(world.settle(), lesson.report([lesson.pupil(JOINED, 1)]))
        assert await lesson.counted() == 1
        world.clock.move_to(START)
