"""From a room that was ended to a recording that is kept: nothing lost, nothing twice, nothing half."""

import asyncio
import hashlib
import tracemalloc
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import delete

from app.domains.recordings import repository, service
from app.domains.recordings.jobs import find_strays
from app.domains.sessions.types import SessionId
from app.jobs.models import Job
from tests.domains.recordings.films import NAME, PIECE, Body, Film, broken, endless, film, runner, server
from tests.domains.video.test_consent import say
from tests.domains.video.test_join import act, join, new_lesson
from tests.support.world import World

SIZE = 40 * len(PIECE)
DIGEST = hashlib.sha256(PIECE * 40).hexdigest()


async def test_recording_is_copied_hashed_and_told(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    assert (await shot.lesson.facts()).status == "completed"
    answer = await shot.seen_by(shot.lesson.student.actor)
    [part] = answer.json()["parts"]
    assert (part["state"], part["content_type"]) == ("kept", "video/mp4")
    assert part["url_expires_at"] == "2026-12-02T13:10:00Z"
    watched = await world.http.get(part["url"])
    assert watched.headers["content-type"] == "video/mp4"
    assert len(watched.content) == part["size_bytes"]
    assert hashlib.sha256(watched.content).hexdigest() == part["sha256"]
    [row] = await shot.rows()
    assert row.key == shot.key + row.id
    assert await world.app.state.providers.video.list_recordings([shot.lesson.session_id])  # it stays there too
    assert await shot.mails() == [shot.lesson.student.actor.email, shot.room.teacher.email]


async def test_those_who_may_watch(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    for actor in (shot.room.teacher, await world.member("Ada Admin", is_admin=True)):
        assert (await shot.seen_by(actor)).status_code == 200
    refused = await shot.seen_by(await world.member("Eve Elsewhere"))
    assert (refused.status_code, refused.json()["code"]) == (404, "session_not_found")


async def test_session_without_a_recording(world: World) -> None:
    _, lesson = await new_lesson(world)
    answer = await lesson.student.actor.get(f"/api/sessions/{lesson.session_id}/recording")
    assert (answer.status_code, answer.json()["code"]) == (404, "recording_not_found")


@pytest.mark.parametrize("body", [broken, lambda: film(39), lambda: film(41)], ids=["cut", "short", "long"])
async def test_file_that_is_not_what_was_announced_is_not_kept(world: World, body: Body) -> None:
    told = await Film.told(world)
    assert await runner(world, server(body, SIZE)).run_until_idle()
    assert [row.state for row in await told.rows()] == ["waiting"]
    assert (await told.seen_by(told.room.teacher)).json()["parts"][0]["url"] is None
    assert await told.stored() == []
    world.clock.advance(seconds=5)
    await runner(world, server(film, SIZE)).run_until_idle()
    [row] = await told.rows()
    assert (row.state, row.size_bytes, row.sha256) == ("kept", SIZE, DIGEST)


async def test_recording_that_is_missing_for_a_moment_is_copied(world: World) -> None:
    told = await Film.told(world)
    assert await runner(world, server(film, SIZE, status=404)).run_until_idle()
    assert [row.state for row in await told.rows()] == ["waiting"]
    world.clock.advance(seconds=5)
    await runner(world, server(film, SIZE)).run_until_idle()
    assert [row.state for row in await told.rows()] == ["kept"]


async def test_recording_that_the_server_has_not_for_two_days_is_lost(world: World) -> None:
    told = await Film.told(world)
    world.clock.advance(seconds=48 * 3600)
    await runner(world, server(film, SIZE, status=404)).run_until_idle()
    [part] = (await told.seen_by(told.room.teacher)).json()["parts"]
    assert (part["state"], part["url"], part["sha256"]) == ("lost", None, None)
    assert await told.mails() == []


async def test_server_that_is_away_is_asked_for_a_day(world: World) -> None:
    told = await Film.told(world)
    begun, away = world.clock.now(), server(film, SIZE, status=503)
    for _ in range(34):
        assert await runner(world, away).run_until_idle()
        world.clock.advance(seconds=3601)
    assert world.clock.now() - begun > timedelta(days=1)
    await runner(world, server(film, SIZE)).run_until_idle()
    assert [row.state for row in await told.rows()] == ["kept"]


async def test_recording_whose_job_gave_up_is_tried_again_every_day(world: World) -> None:
    told = await Film.told(world)
    await world.write(lambda session: session.change(delete(Job)))
    copying = runner(world, server(film, SIZE))
    world.clock.advance(seconds=47 * 3600)
    await copying.run_until_idle()
    assert [row.state for row in await told.rows()] == ["waiting"]
    world.clock.advance(seconds=3600)
    for _ in range(2):
        await world.write(service.copy_again)
    await copying.run_until_idle()
    assert [row.state for row in await told.rows()] == ["kept"]
    assert len(await told.mails()) == 2


async def test_what_a_killed_worker_stored_of_a_deleted_one_is_deleted(world: World) -> None:
    told = await Film.told(world)
    [found] = await told.rows()
    await world.write(repository.delete, found.id)
    await world.app.state.providers.storage.put(found.key, film(), content_type="video/mp4")
    await runner(world, world.app.state.providers.video).run_until_idle()
    assert await told.stored() == []


async def test_worker_that_is_killed_in_the_middle_leaves_it_to_another(world: World) -> None:
    told = await Film.told(world)
    dying = asyncio.create_task(runner(world, server(endless, SIZE)).run_until_idle())
    await _until_it_copies(world)
    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    assert await told.stored() == []
    whole = runner(world, server(film, SIZE))
    assert await whole.run_until_idle() == 0  # the lease runs
    world.clock.advance(seconds=3601)
    await asyncio.gather(whole.run_until_idle(), runner(world, server(film, SIZE)).run_until_idle())
    assert [(row.state, row.sha256) for row in await told.rows()] == [("kept", DIGEST)]
    assert len(await told.stored()) == 1
    assert len(await told.mails()) == 2


async def _until_it_copies(world: World) -> None:
    drafts = world.settings.data_dir / "objects" / ".drafts"
    for _ in range(1000):
        if drafts.exists() and any(drafts.iterdir()):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing was copied")


async def test_only_two_are_copied_at_once(world: World) -> None:
    told = await Film.told(world)
    others = [f"film-{number}" for number in (2, 3)]
    for name in others:
        await world.write(service.receive, "plugnmeet", name, told.lesson.session_id)
    worker = runner(world, server(film, SIZE))
    await worker.run_once()
    assert sorted(row.state for row in await told.rows()) == ["kept", "kept", "waiting"]
    await worker.run_once()
    assert [row.state for row in await told.rows()] == ["kept"] * 3
    assert len(await told.mails()) == 2  # once for the session


async def test_being_told_twice_copies_once(world: World) -> None:
    told = await Film.told(world)
    await asyncio.gather(*(world.write(service.receive, "plugnmeet", NAME, told.lesson.session_id) for _ in range(3)))
    assert await runner(world, server(film, SIZE)).run_until_idle() == 3  # the copy, and the first of two schedules
    assert len(await told.rows()) == 1


async def test_long_recording_takes_little_memory(world: World) -> None:
    told = await Film.told(world)
    tracemalloc.start()
    try:
        await runner(world, server(lambda: film(512), 512 * len(PIECE))).run_until_idle()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    [row] = await told.rows()
    assert (row.state, row.size_bytes) == ("kept", 32 * 1024 * 1024)
    assert peak < 12 * 1024 * 1024


async def test_recording_nobody_told_of_is_found(world: World) -> None:
    """Also when one of an earlier room, which was not wanted, is known already."""
    shot = await Film.shot(world)
    shot.lose_notices()
    await world.write(service.receive, "plugnmeet", NAME, shot.lesson.session_id)
    [earlier] = await shot.rows()
    await world.write(repository.delete, earlier.id)
    await world.settle()
    assert await shot.rows() == []
    world.clock.advance(seconds=7200)
    await world.settle()
    assert [row.state for row in await shot.rows()] == ["kept"]


async def test_film_of_a_room_that_was_ended_is_deleted_though_nobody_told(world: World) -> None:
    """The teacher waited in a room that recorded, the student refused, and nobody else came."""
    room, lesson = await new_lesson(world)
    for actor in (room.teacher, lesson.student.actor):
        await say(lesson, actor, -60, consents=True)
    await act(world, "join", (await join(lesson, room.teacher, -10)).json()["join_url"])
    await say(lesson, lesson.student.actor, -5, consents=False)
    shot = Film(room, lesson)
    shot.lose_notices()
    assert len(world.app.state.twins.books.all("plugnmeet.recording")) == 1
    await join(lesson, room.teacher, 0)  # into one that does not
    world.clock.move_to(lesson.at(120))
    await world.settle()
    assert world.app.state.twins.books.all("plugnmeet.recording") == []
    assert (await lesson.facts()).status != "completed"
    assert (await shot.rows(), await shot.stored()) == ([], [])


async def test_what_not_both_agreed_to_is_deleted_and_never_copied(world: World) -> None:
    room, lesson = await new_lesson(world)
    await say(lesson, room.teacher, -60, consents=True)
    books, record = world.app.state.twins.books, {"record_id": NAME, "room_id": lesson.session_id}
    books.put("plugnmeet.recording", NAME, record)
    await world.write(service.receive, "plugnmeet", NAME, lesson.session_id)
    await world.settle()
    assert books.all("plugnmeet.recording") == []
    assert await Film(room, lesson).stored() == []
    await world.write(service.receive, "plugnmeet", NAME, SessionId("ses_of_somebody_else"))


async def test_strays_are_found(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    store = world.app.state.providers.storage
    assert await find_strays(world.db, store) == ([], [])
    await store.put("sessions/ses_x/recording-rec_y", b"stray", content_type="video/mp4")
    [key] = [row.key for row in await shot.rows()]
    await store.delete([key])
    assert await find_strays(world.db, store) == (["sessions/ses_x/recording-rec_y"], [key])
