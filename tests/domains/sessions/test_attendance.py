"""What the room's events make of a session, in whatever order and however often they come."""

import asyncio
from collections.abc import Sequence
from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domains.sessions.types import Presence, SessionStatus
from app.providers.video.port import RoomEvent, RoomEventKind
from tests.domains.sessions.lessons import JOINED, LEFT, Lesson, report
from tests.support.learning import Classroom
from tests.support.world import World


async def _lesson(world: World) -> Lesson:
    room = await Classroom.open(world)
    return await Lesson.of(room, await room.student())


async def test_the_first_to_come_starts_the_session(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, -3), lesson.pupil(JOINED, 1)])
    facts = await lesson.facts()
    assert (facts.status, facts.started_at) == (SessionStatus.IN_PROGRESS, lesson.at(-3))


async def test_closing_the_room_completes_a_session_to_which_both_came(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.finished(58)])
    facts = await lesson.facts()
    assert (facts.status, facts.ended_at) == (SessionStatus.COMPLETED, lesson.at(58))
    assert await lesson.counted() == 1
    assert {presence.left_at for presence in await lesson.presences()} == {lesson.at(58)}


async def test_closing_the_room_on_one_person_ends_nothing(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.finished(5)])
    assert (await lesson.facts()).status is SessionStatus.IN_PROGRESS
    await lesson.report([lesson.teacher(JOINED, 6, "PA_T2"), lesson.pupil(JOINED, 7)])
    assert (await lesson.facts()).status is SessionStatus.IN_PROGRESS
    await lesson.report([lesson.finished(60)])
    facts = await lesson.facts()
    assert (facts.status, facts.ended_at) == (SessionStatus.COMPLETED, lesson.at(60))


async def test_a_room_that_closes_before_the_lesson_begins_pays_nobody(world: World) -> None:
    for closed in (-1, 0):
        lesson = await _lesson(world)
        await lesson.report([lesson.teacher(JOINED, -9), lesson.pupil(JOINED, -8), lesson.finished(closed)])
        assert (await lesson.facts()).status is SessionStatus.IN_PROGRESS
        assert await lesson.counted() == 0


async def test_a_lesson_that_both_end_after_a_minute_is_held(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, -9), lesson.pupil(JOINED, -8), lesson.finished(1)])
    facts = await lesson.facts()
    assert (facts.status, facts.ended_at) == (SessionStatus.COMPLETED, lesson.at(1))
    assert await lesson.counted() == 1


async def test_who_came_only_before_the_lesson_was_not_at_it(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.pupil(JOINED, -9), lesson.pupil(LEFT, -2), lesson.teacher(JOINED, 0)])
    await lesson.report([lesson.finished(30)])
    assert (await lesson.facts()).status is SessionStatus.IN_PROGRESS
    assert await lesson.counted() == 0


async def test_leaving_ends_nothing(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.pupil(LEFT, 30)])
    assert (await lesson.facts()).status is SessionStatus.IN_PROGRESS


async def test_a_leaving_whose_joining_was_never_reported_proves_presence(world: World) -> None:
    for order in permutations(range(3)):
        lesson = await _lesson(world)
        story = [lesson.teacher(LEFT, 58), lesson.pupil(JOINED, 2), lesson.finished(60)]
        await lesson.report(story[index] for index in order)
        facts = await lesson.facts()
        assert (facts.status, facts.started_at) == (SessionStatus.COMPLETED, lesson.at(2)), order


async def test_a_stranger_in_the_room_is_nobody(world: World) -> None:
    lesson = await _lesson(world)
    stranger = await world.member("Eve Elsewhere")
    await lesson.report([lesson.stranger(stranger.user_id, 0)])
    assert (await lesson.facts()).status is SessionStatus.SCHEDULED
    assert await lesson.presences() == []


async def test_rooms_that_are_not_ours_are_ignored(world: World) -> None:
    member = await world.member("Sam Sample")
    for kind in RoomEventKind:
        event = RoomEvent("1", kind, "somebody-elses-room", world.clock.now(), member.user_id, "PA_1")
        await report(world, event)


async def test_other_events_change_nothing(world: World) -> None:
    lesson = await _lesson(world)
    for kind in (RoomEventKind.STARTED, RoomEventKind.OTHER):
        await report(world, RoomEvent("1", kind, lesson.session_id, lesson.starts_at))
    assert (await lesson.facts()).status is SessionStatus.SCHEDULED


async def test_who_comes_back_after_the_end_is_recorded_and_changes_nothing(world: World) -> None:
    lesson = await _lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 1), lesson.finished(60)])
    await lesson.report([lesson.pupil(JOINED, 62, "PA_S2"), lesson.pupil(LEFT, 63, "PA_S2"), lesson.finished(64)])
    assert (await lesson.facts()).status is SessionStatus.COMPLETED
    assert len(await lesson.presences()) == 3
    assert await lesson.counted() == 1


async def test_what_happened_before_its_room_may_open_is_of_another_time(world: World) -> None:
    """Such as a late report about the time that a session had before it was moved."""
    lesson = await _lesson(world)
    for minute in (-24 * 60, -20.1):
        await lesson.report([lesson.teacher(JOINED, minute), lesson.pupil(LEFT, minute), lesson.finished(minute)])
    facts = await lesson.facts()
    assert (facts.status, facts.started_at, facts.ended_at) == (SessionStatus.SCHEDULED, None, None)
    assert await lesson.presences() == []
    await lesson.report([lesson.teacher(JOINED, -15.1)])  # the video service's clock is a little behind
    assert (await lesson.facts()).started_at == lesson.at(-15.1)


def _story(lesson: Lesson) -> list[RoomEvent]:
    """The student drops out and is back before the old connection is given up; the teacher's leaving is never told."""
    return [
        lesson.teacher(JOINED, -2),
        lesson.pupil(JOINED, 3),
        lesson.pupil(JOINED, 20, "PA_S2"),
        lesson.pupil(LEFT, 21),
        lesson.pupil(LEFT, 59, "PA_S2"),
        lesson.finished(60),
    ]


def _presence(lesson: Lesson, *, teacher: bool, joined: float, left: float) -> Presence:
    return Presence(lesson.teacher_id if teacher else lesson.student_id, lesson.at(joined), lesson.at(left))


# One database serves all examples: each brings people and a session of its own.
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), again=st.lists(st.integers(0, 5), max_size=3))
async def test_the_order_of_reports_makes_no_difference(world: World, order: Sequence[int], again: list[int]) -> None:
    lesson = await _lesson(world)
    story = _story(lesson)
    await lesson.report(story[index] for index in (*order, *again))
    facts = await lesson.facts()
    assert facts.status is SessionStatus.COMPLETED
    assert (facts.started_at, facts.ended_at) == (lesson.at(-2), lesson.at(60))
    assert await lesson.presences() == [
        _presence(lesson, teacher=True, joined=-2, left=60),
        _presence(lesson, teacher=False, joined=3, left=21),
        _presence(lesson, teacher=False, joined=20, left=59),
    ]
    assert await lesson.counted() == 1


async def test_reports_that_come_at_once_complete_a_session_once(world: World) -> None:
    lesson = await _lesson(world)
    await asyncio.gather(*(report(world, event) for event in _story(lesson) * 3))
    assert (await lesson.facts()).status is SessionStatus.COMPLETED
    assert await lesson.counted() == 1
    assert len(await lesson.presences()) == 3


async def test_a_joining_and_the_closing_that_come_at_once_both_count(world: World) -> None:
    for _ in range(8):
        lesson = await _lesson(world)
        await lesson.report([lesson.teacher(JOINED, -2)])
        last = [lesson.pupil(JOINED, 3), lesson.finished(60)]
        await asyncio.gather(*(report(world, event) for event in last))
        assert (await lesson.facts()).status is SessionStatus.COMPLETED
