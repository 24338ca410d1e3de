"""How sessions end that no report has ended."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db.session import ReadSession, WriteSession
from app.domains.calendar.models import TakenCell
from app.domains.calendar.policies import BookingPolicy
from app.domains.sessions import jobs
from app.domains.sessions import service as sessions
from app.domains.sessions.events import SessionCompleted, SessionMissed
from app.domains.sessions.types import SessionStatus
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson
from tests.domains.video.away import video_that_is_away
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


def _listen(world: World) -> list[SessionCompleted | SessionMissed]:
    heard: list[SessionCompleted | SessionMissed] = []

    def hear(_session: WriteSession, event: SessionCompleted | SessionMissed) -> None:
        heard.append(event)

    world.db._events.subscribe(SessionCompleted, hear)
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
    assert [type(event) for event in heard] == [SessionCompleted]


async def test_nobody_came(world: World) -> None:
    lesson = await _lesson(world)
    heard = _listen(world)
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    assert (await lesson.facts()).no_show_user_id is None
    assert [event.no_show_user_id for event in heard if isinstance(event, SessionMissed)] == [None]


async def test_the_teacher_did_not_come(world: World) -> None:
    lesson = await _lesson(world, session_count=1)
    await lesson.report([lesson.pupil(JOINED, 0), lesson.pupil(LEFT, 10)])
    assert await _sweep(lesson) is SessionStatus.NO_SHOW
    facts = await lesson.facts()
    assert (facts.no_show_user_id, facts.ended_at) == (lesson.teacher_id, lesson.at(60))
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
    await _sweep(lesson, 60 + 72 * 60 - 1)
    assert await lesson.counted() == 0
    await _sweep(lesson, 60 + 72 * 60)
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


async def test_while_the_video_service_is_away_nothing_is_settled(world: World) -> None:
    lesson = await _lesson(world)
    world.clock.move_to(lesson.at(80))
    policy = BookingPolicy.of(world.settings)
    await jobs.settle_overdue(
        JobContext(world.db, "job_1", "token"), JobPayload(), video=video_that_is_away(), policy=policy
    )
    assert (await lesson.facts()).status is SessionStatus.SCHEDULED
