"""How long recordings are kept: as long as the setting says, not longer than their people stay, and never less than a
dispute lasts."""

from datetime import timedelta

import httpx

from app.domains.accounts import service as accounts
from app.domains.calendar import service as calendar
from app.domains.recordings import repository, service
from app.domains.recordings.types import Copy
from app.domains.sessions.types import SessionId
from app.providers.video.plugnmeet import PlugNmeetVideo
from tests.domains.recordings.films import PIECE, Film, film, runner, server
from tests.domains.refunds.test_disputes import dispute, row
from tests.support.learning import EVERY_DAY
from tests.support.refunding import Sale
from tests.support.world import World

MONTH = timedelta(days=30)


async def _at_the_server(film: Film) -> int:
    return len(await film.world.app.state.providers.video.list_recordings([film.lesson.session_id]))


async def test_recordings_are_kept_unless_a_time_is_set(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    world.clock.advance(days=30)
    await world.write(service.sweep, None)
    await world.write(service.sweep, MONTH)
    await world.settle()
    assert len(await shot.stored()) == await _at_the_server(shot) == 1
    world.clock.advance(seconds=1)
    await world.write(service.sweep, MONTH)
    await world.settle()
    assert (await shot.stored(), await shot.rows()) == ([], [])
    assert await _at_the_server(shot) == 0
    await world.write(service.receive, "plugnmeet", "again", shot.lesson.session_id)


async def test_who_leaves_takes_their_recordings_along(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    await world.write(accounts.delete_account, shot.lesson.student_id)
    world.clock.advance(seconds=3600)
    await world.settle()
    assert await shot.stored() == []
    assert (await shot.seen_by(shot.room.teacher)).json()["code"] == "recording_not_found"
    await world.write(service.receive, "plugnmeet", "late", shot.lesson.session_id)
    assert await shot.rows() == []


async def test_recordings_of_who_leaves_go_however_long_the_server_is_away(world: World) -> None:
    shot = await Film.shot(world)
    await world.settle()
    await world.write(accounts.delete_account, shot.lesson.student_id)
    away = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    gone = runner(world, PlugNmeetVideo("key", "secret", "http://films", away))
    for _ in range(40):
        world.clock.advance(seconds=3601)
        await gone.run_until_idle()
    assert await _at_the_server(shot) == 1
    world.clock.advance(seconds=3601)
    await world.settle()
    assert await _at_the_server(shot) == 0


async def test_what_waits_when_somebody_leaves_is_neither_copied_nor_told(world: World) -> None:
    told = await Film.told(world)
    [found] = await told.rows()
    await world.write(service.erase, told.lesson.student_id)
    await runner(world, server(film, 40 * len(PIECE))).run_until_idle()
    await world.write(service.keep, found.id, Copy("video/mp4", 7, "ab" * 32))  # a copy that began before
    assert (await told.stored(), await told.mails()) == ([], [])
    assert (await told.seen_by(told.room.teacher)).json()["code"] == "recording_not_found"


async def test_a_dispute_keeps_what_is_to_be_deleted(world: World) -> None:
    sale = await Sale.make(world)
    await world.write(
        calendar.set_availability, sale.teacher.user_id, timezone="UTC", buffer_minutes=15, windows=EVERY_DAY
    )
    booking = {"enrollment_id": sale.enrollment_id, "starts_at": "2026-12-02T10:00:00Z"}
    session_id = SessionId((await sale.buyer.post("/api/sessions", booking)).json()["id"])
    consent = {"consents": True, "text_version": "2026-11-30"}
    for actor in (sale.buyer, sale.teacher):
        assert (await actor.put(f"/api/sessions/{session_id}/recording-consent", consent)).status_code == 200
    await world.write(service.receive, "plugnmeet", "film", session_id)
    [found] = await world.db.read(repository.of_session, session_id)
    await world.write(service.keep, found.id, Copy("video/mp4", 7, "ab" * 32))
    await dispute(sale)
    await world.write(service.erase, sale.buyer.user_id)
    await world.write(service.sweep, MONTH)
    assert (await sale.admin.get(f"/api/sessions/{session_id}/recording")).status_code == 200
    refused = await sale.teacher.get(f"/api/sessions/{session_id}/recording")
    assert refused.json()["code"] == "recording_not_found"
    path = f"/api/admin/disputes/{(await row(sale))['id']}/evidence"
    [lesson] = (await sale.admin.get(path)).json()["sessions"]
    assert {each["user_id"] for each in lesson["consents"]} == {sale.buyer.user_id, sale.teacher.user_id}
    assert {each["text_version"] for each in lesson["consents"]} == {"2026-11-30"}
    assert lesson["recording"] == {"sha256": "ab" * 32, "size_bytes": 7, "kept_at": lesson["recording"]["kept_at"]}
