"""Agreeing to a recording: stored before the room opens, taken back, and never recorded without both."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.domains.calendar.policies import BookingPolicy
from app.domains.video import service
from app.sandbox.books import Books
from tests.domains.sessions.lessons import Lesson
from tests.domains.video.away import video_that_is_away
from tests.domains.video.test_join import act, join, new_lesson
from tests.support.learning import Classroom
from tests.support.world import Actor, World

VERSION = "2026-11-30"


async def say(lesson: Lesson, actor: Actor, minute: float, *, consents: bool, version: str = VERSION) -> httpx.Response:
    """Answer so many minutes after the start."""
    lesson.world.clock.move_to(lesson.at(minute))
    present = await lesson.world.log_in(actor.user_id, actor.email)
    body = {"consents": consents, "text_version": version}
    return await present.put(f"/api/sessions/{lesson.session_id}/recording-consent", body)


def _room(world: World, lesson: Lesson) -> dict[str, Any]:
    """The room as the video service knows it."""
    books: Books = world.app.state.twins.books
    return books.get("plugnmeet.room", lesson.session_id) or {}


@pytest.fixture
async def held(world: World) -> tuple[Classroom, Lesson]:
    return await new_lesson(world)


async def test_room_is_recorded_when_both_agreed(world: World, held: tuple[Classroom, Lesson]) -> None:
    room, lesson = held
    first = (await say(lesson, lesson.student.actor, -60, consents=True)).json()
    assert (first["own_answer"], first["others_answer"], first["is_recorded"]) == (True, None, False)
    assert "both of you agree" in first["text"]
    second = (await say(lesson, room.teacher, -50, consents=True)).json()
    assert (second["own_answer"], second["others_answer"], second["is_recorded"]) == (True, True, True)
    assert (await join(lesson, room.teacher, -5)).json()["is_recorded"]
    assert _room(world, lesson)["is_recorded"]
    given = await world.db.read(service.list_consents, lesson.session_id)
    assert [(who, each.text_version, each.answered_at) for who, each in given] == [
        (lesson.student_id, VERSION, lesson.at(-60)),
        (lesson.teacher_id, VERSION, lesson.at(-50)),
    ]


@pytest.mark.parametrize("answers", [(None, None), (True, None), (True, False), (False, True)])
async def test_one_who_did_not_agree_is_taught_without_a_recording(
    world: World, held: tuple[Classroom, Lesson], answers: tuple[bool | None, bool | None]
) -> None:
    room, lesson = held
    for actor, consents in zip((lesson.student.actor, room.teacher), answers, strict=True):
        if consents is not None:
            assert (await say(lesson, actor, -60, consents=consents)).status_code == 200
    for actor in (room.teacher, lesson.student.actor):
        assert (await join(lesson, actor, 0)).json()["is_recorded"] is False
    assert not _room(world, lesson)["is_recorded"]


async def test_taking_it_back_closes_a_room_that_records(world: World, held: tuple[Classroom, Lesson]) -> None:
    room, lesson = held
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    waiting = (await join(lesson, room.teacher, -10)).json()
    await act(world, "join", waiting["join_url"])
    taken_back = (await say(lesson, lesson.student.actor, -5, consents=False)).json()
    assert (taken_back["is_recorded"], taken_back["can_change"]) == (False, True)
    assert not _room(world, lesson)["is_open"]
    for actor in (room.teacher, lesson.student.actor):
        ticket = (await join(lesson, actor, 0)).json()
        assert ticket["is_recorded"] is False
        await act(world, "join", ticket["join_url"])
    assert not _room(world, lesson)["is_recorded"]
    await world.settle()
    assert (await lesson.facts()).status == "in_progress"
    assert not await world.db.read(service.has_consent, lesson.session_id)


async def test_agreeing_last_opens_a_room_that_records(world: World, held: tuple[Classroom, Lesson]) -> None:
    """The one who came first waits in a room that does not, and joins again."""
    room, lesson = held
    await say(lesson, room.teacher, -60, consents=True)
    waiting = (await join(lesson, room.teacher, -10)).json()
    await act(world, "join", waiting["join_url"])
    assert (await say(lesson, lesson.student.actor, 1, consents=True)).json()["is_recorded"]
    for actor in (lesson.student.actor, room.teacher):
        assert (await join(lesson, actor, 2)).json()["is_recorded"]
    assert _room(world, lesson)["is_recorded"]


async def test_nothing_changes_any_more_once_both_met(world: World, held: tuple[Classroom, Lesson]) -> None:
    room, lesson = held
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    for actor in (room.teacher, lesson.student.actor):
        await act(world, "join", (await join(lesson, actor, 0)).json()["join_url"])
    await world.settle()
    refused = await say(lesson, lesson.student.actor, 5, consents=False)
    assert (refused.status_code, refused.json()["code"]) == (409, "recording_settled")
    assert await world.db.read(service.has_consent, lesson.session_id)
    world.clock.move_to(lesson.at(60))
    assert (await say(lesson, lesson.student.actor, 61, consents=False)).status_code == 409


async def test_answer_to_another_text_is_refused(held: tuple[Classroom, Lesson]) -> None:
    _, lesson = held
    refused = await say(lesson, lesson.student.actor, -60, consents=True, version="2020-01-01")
    assert (refused.json()["code"], refused.json()["text_version"]) == ("consent_text_outdated", VERSION)


async def test_strangers_learn_nothing(world: World, held: tuple[Classroom, Lesson]) -> None:
    _, lesson = held
    for actor in (await world.member("Eve Elsewhere"), await world.member("Ada Admin", is_admin=True)):
        answers = [
            await say(lesson, actor, -60, consents=True),
            await (await world.log_in(actor.user_id, actor.email)).get(
                f"/api/sessions/{lesson.session_id}/recording-consent"
            ),
        ]
        assert {answer.json()["code"] for answer in answers} == {"session_not_found"}


async def test_repeating_an_answer_keeps_the_first_time(world: World, held: tuple[Classroom, Lesson]) -> None:
    _, lesson = held
    for minute in (-60, -30):
        await say(lesson, lesson.student.actor, minute, consents=True)
    [(_, given)] = await world.db.read(service.list_consents, lesson.session_id)
    assert given.answered_at == lesson.at(-60)


async def test_a_room_that_cannot_be_closed_is_closed_by_the_next_call(
    world: World, held: tuple[Classroom, Lesson]
) -> None:
    room, lesson = held
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    await join(lesson, room.teacher, -10)
    state = world.app.state
    providers, state.providers = state.providers, replace(state.providers, video=video_that_is_away())
    assert (await say(lesson, lesson.student.actor, -9, consents=False)).status_code == 503
    assert _room(world, lesson)["is_open"]
    state.providers = providers
    assert not (await join(lesson, lesson.student.actor, -8)).json()["is_recorded"]
    assert not _room(world, lesson)["is_recorded"]


async def test_a_room_that_cannot_be_closed_is_closed_though_nobody_calls_again(
    world: World, held: tuple[Classroom, Lesson]
) -> None:
    """Who waits in it is not recorded any longer than the video service is away."""
    room, lesson = held
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    await act(world, "join", (await join(lesson, room.teacher, -10)).json()["join_url"])
    state = world.app.state
    providers, state.providers = state.providers, replace(state.providers, video=video_that_is_away())
    assert (await say(lesson, lesson.student.actor, -9, consents=False)).status_code == 503
    state.providers = providers
    await world.settle()
    assert _room(world, lesson)["is_open"]  # the request has its time
    world.clock.advance(seconds=10)
    await world.settle()
    assert not _room(world, lesson)["is_open"]
    assert not (await join(lesson, room.teacher, -8)).json()["is_recorded"]


async def test_an_answer_between_ordering_and_opening_is_noticed(world: World, held: tuple[Classroom, Lesson]) -> None:
    room, lesson = held
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    world.clock.move_to(lesson.at(-10))
    policy = BookingPolicy.of(world.settings)
    plan = await world.write(service.plan_join, lesson.session_id, lesson.teacher_id, policy)
    assert plan.order.is_recorded
    await say(lesson, lesson.student.actor, -9, consents=False)
    assert not await world.db.read(service.is_as_planned, plan)


async def test_whoever_joins_while_answers_change_is_never_left_in_a_room_that_records(
    world: World, held: tuple[Classroom, Lesson]
) -> None:
    room, lesson = held
    world.clock.move_to(lesson.at(-10))
    people = [await world.log_in(each.user_id, each.email) for each in (room.teacher, lesson.student.actor)]
    path = f"/api/sessions/{lesson.session_id}"
    for consents in (True, False, True, False):
        body = {"consents": consents, "text_version": VERSION}
        calls = [each.put(f"{path}/recording-consent", body) for each in people]
        calls += [each.post(f"{path}/join") for each in people * 2]
        codes = {answer.status_code for answer in await asyncio.gather(*calls)}
        assert codes <= {200, 409}
        known = _room(world, lesson)
        is_agreed = await world.db.read(service.has_consent, lesson.session_id)
        assert is_agreed is consents
        assert is_agreed or not (known.get("is_open") and known["is_recorded"])


async def test_answers_are_part_of_what_one_can_take_along(world: World, held: tuple[Classroom, Lesson]) -> None:
    _, lesson = held
    await say(lesson, lesson.student.actor, -60, consents=True)
    assert await world.db.read(service.export_of, lesson.student_id) == [
        {
            "session_id": lesson.session_id,
            "consents": True,
            "text_version": VERSION,
            "answered_at": "2026-12-02T11:00:00Z",
        }
    ]
