"""Entering the room of a session, through the PlugNmeet twin."""

from dataclasses import replace

import httpx

from tests.domains.sessions.lessons import JOINED, Lesson
from tests.domains.video.away import video_that_is_away
from tests.support.learning import Classroom
from tests.support.world import Actor, World


async def new_lesson(world: World) -> tuple[Classroom, Lesson]:
    room = await Classroom.open(world)
    return room, await Lesson.of(room, await room.student())


async def join(lesson: Lesson, actor: Actor, minute: float) -> httpx.Response:
    """Ask to be let in so many minutes after the start. The access token of the booking has run out by then."""
    lesson.world.clock.move_to(lesson.at(minute))
    present = await lesson.world.log_in(actor.user_id, actor.email)
    return await present.post(f"/api/sessions/{lesson.session_id}/join")


async def act(world: World, action: str, join_url: str) -> None:
    """What the person's browser does in the twin's room."""
    token = httpx.URL(join_url).params["access_token"]
    answer = await world.http.post(f"/sandbox/plugnmeet/room/{action}", data={"access_token": token})
    assert answer.status_code == 303, answer.text


async def test_from_joining_to_completion(world: World) -> None:
    room, lesson = await new_lesson(world)
    teacher = (await join(lesson, room.teacher, -5)).json()
    student = (await join(lesson, lesson.student.actor, -1)).json()
    assert (teacher["is_moderator"], student["is_moderator"]) == (True, False)
    assert teacher["room_closes_at"] == "2026-12-02T13:15:00Z"
    await act(world, "join", teacher["join_url"])
    await act(world, "join", student["join_url"])
    await world.settle()
    assert (await lesson.facts()).status == "in_progress"
    world.clock.move_to(lesson.at(60))
    await act(world, "end", teacher["join_url"])
    await world.settle()
    assert (await lesson.facts()).status == "completed"
    assert await lesson.counted() == 1


async def test_no_body_is_asked_for_and_an_empty_one_is_accepted(world: World) -> None:
    _, lesson = await new_lesson(world)
    assert (await join(lesson, lesson.student.actor, 0)).status_code == 200
    present = await world.log_in(lesson.student_id, lesson.student.actor.email)
    headers = {"Authorization": f"Bearer {present.token}"}
    assert (await world.http.post(f"/api/sessions/{lesson.session_id}/join", headers=headers)).status_code == 200


async def test_joining_again_leads_into_the_same_room(world: World) -> None:
    _, lesson = await new_lesson(world)
    for minute in (-10, 0, 30):
        answer = await join(lesson, lesson.student.actor, minute)
        await act(world, "join", answer.json()["join_url"])
    await world.settle()
    assert {presence.user_id for presence in await lesson.presences()} == {lesson.student_id}
    assert len(await lesson.presences()) == 3


async def test_the_room_opens_before_the_start_and_closes_at_the_end(world: World) -> None:
    _, lesson = await new_lesson(world)
    for minute, status in [(-15.01, 409), (-15, 200), (59.9, 200), (60, 409)]:
        assert (await join(lesson, lesson.student.actor, minute)).status_code == status, minute


async def test_a_session_being_held_may_be_rejoined_for_a_while(world: World) -> None:
    room, lesson = await new_lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0)])
    for minute, status in [(60, 200), (74.9, 200), (75, 409)]:
        assert (await join(lesson, room.teacher, minute)).status_code == status, minute


async def test_a_refusal_says_when_it_is_possible(world: World) -> None:
    _, lesson = await new_lesson(world)
    problem = (await join(lesson, lesson.student.actor, -60)).json()
    assert problem["code"] == "join_window_closed"
    assert (problem["opens_at"], problem["closed_at"]) == ("2026-12-02T11:45:00Z", "2026-12-02T13:00:00Z")


async def test_a_session_that_is_over_cannot_be_joined(world: World) -> None:
    room, lesson = await new_lesson(world)
    await lesson.report([lesson.teacher(JOINED, 0), lesson.pupil(JOINED, 0), lesson.finished(30)])
    assert (await join(lesson, room.teacher, 31)).json()["code"] == "join_window_closed"


async def test_only_the_two_people_are_let_in(world: World) -> None:
    _, lesson = await new_lesson(world)
    for actor in (await world.member("Eve Elsewhere"), await world.member("Ada Admin", is_admin=True)):
        answer = await join(lesson, actor, 0)
        assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")


async def test_an_unverified_person_is_not_let_in(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    lesson = await Lesson.of(room, student)
    stranger = await world.member("Nora New", is_verified=False)
    assert (await join(lesson, stranger, 0)).json()["code"] == "email_not_verified"


async def test_when_the_video_service_is_away_nothing_changes(world: World) -> None:
    _, lesson = await new_lesson(world)
    state = world.app.state
    state.providers = replace(state.providers, video=video_that_is_away())
    answer = await join(lesson, lesson.student.actor, 0)
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    assert (await lesson.facts()).status == "scheduled"
