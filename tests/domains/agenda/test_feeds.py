"""A calendar feed never lies, tells nothing to strangers, and costs next to nothing while nothing changes."""

import gzip
import logging
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.core.ids import new_id
from app.db.session import WriteSession
from app.domains.calendar import ics_components
from app.domains.sessions.models import TeachingSession
from app.domains.sessions.types import SessionId
from app.domains.users import service as users
from tests.domains.agenda.feeds import FEED, Reader, call_off, lesson
from tests.domains.calendar.ics_readers import assert_well_formed, essence_by_icalendar, essence_by_vobject
from tests.support.learning import Classroom, instant
from tests.support.world import World
from tests.support.writes import Writes


async def test_an_unproven_account_gets_no_feed(world: World) -> None:
    stranger = await world.member("Sly Stranger", is_verified=False)
    refused = await stranger.post(FEED)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")


async def test_a_feed_shows_both_people_their_session(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await lesson(room, student)
    for actor in (student.actor, room.teacher):
        reader = await Reader.of(world, actor)
        answer = await reader.read()
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert_well_formed(answer.content)
        start = instant("2026-12-03T10:00:00Z")
        expected = [(f"{session_id}@peerloop", start, start + timedelta(hours=1), "Intro to n8n")]
        assert essence_by_icalendar(answer.content) == essence_by_vobject(answer.content) == expected
        assert "mailto" not in answer.text.lower()
        assert student.actor.email not in answer.text
        assert room.teacher.email not in answer.text
        assert "METHOD" not in answer.text


async def test_the_address_is_shown_again_and_leads_nowhere_once_renewed_or_given_up(world: World) -> None:
    member = await world.member("Sam Sample")
    assert (await member.get(FEED)).status_code == 404
    first = await Reader.of(world, member)
    shown = (await member.get(FEED)).json()
    assert shown["url"].endswith(first.path)
    assert shown["url"].startswith(world.settings.public_url)
    assert shown["webcal"] == shown["apple"] == f"webcal://{shown['url'].partition('://')[2]}"
    assert shown["google"].startswith("https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F")
    second = await Reader.of(world, member)
    assert (await first.read()).json()["code"] == "calendar_feed_not_found"
    assert (await second.read()).status_code == 200
    assert (await member.delete(FEED)).status_code == 204
    assert (await second.read()).status_code == 404
    assert (await member.delete(FEED)).status_code == 204


async def test_nobody_else_reads_it(world: World) -> None:
    owner = await world.member("Sam Sample")
    reader = await Reader.of(world, owner)
    feed_id, _, mac = reader.path.removeprefix("/api/calendar/").removesuffix(".ics").partition(".")
    assert len(mac) == 43  # 256 bits
    forged = world.app.state.mail_tokens.text(feed_id, "verify_email")
    for token in (feed_id, f"{feed_id}.", f"{feed_id}.{'A' * 43}", forged, f"{mac}.{mac}", "ä.b", "." * 300):
        answer = await world.http.get(f"/api/calendar/{token}.ics")
        assert answer.json()["code"] == "calendar_feed_not_found", token
    await world.write(users.suspend, owner.user_id, "spam")
    assert (await reader.read()).status_code == 404
    await world.write(users.unsuspend, owner.user_id)
    assert (await reader.read()).status_code == 200
    assert (await owner.delete("/api/users/me")).status_code == 204
    assert (await reader.read()).status_code == 404


async def test_a_thousand_polls_of_an_unchanged_feed(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    await lesson(room, student)
    reader = await Reader.of(world, student.actor)
    assert (await reader.read()).status_code == 200
    built, writes = ics_components.written_event.cache_info(), Writes(world.db)
    for _ in range(1000):
        answer = await reader.read()
        assert (answer.status_code, answer.content) == (304, b"")
    assert writes.statements == []
    assert ics_components.written_event.cache_info() == built
    world.clock.advance(days=29)
    assert (await reader.read()).status_code == 304
    assert (await world.http.head(reader.path)).headers["etag"] == reader.tag


async def test_whatever_is_shown_changes_the_tag_and_raises_the_sequence(world: World) -> None:
    room = await Classroom.open(world)
    student = await room.student()
    session_id = await lesson(room, student)
    reader = await Reader.of(world, student.actor)
    before = await reader.text()
    assert "\r\nSEQUENCE:0\r\n" in before
    world.clock.advance(minutes=5)
    assert (await room.teacher.patch(f"/api/courses/{room.course_id}", {"price_cents": 100})).status_code == 200
    assert (await reader.read()).status_code == 304
    await room.teacher.patch(f"/api/courses/{room.course_id}", {"title": "Intro to n8n, again"})
    renamed = await reader.read()
    assert renamed.status_code == 200
    assert "\r\nSUMMARY:Intro to n8n\\, again\r\n" in renamed.text
    assert "\r\nSEQUENCE:1\r\n" in renamed.text
    assert "\r\nDTSTAMP:20261201T090500Z\r\n" in renamed.text
    assert "\r\nLAST-MODIFIED:20261201T090500Z\r\n" in renamed.text
    await room.teacher.patch("/api/users/me", {"name": "Tara Other"})
    world.clock.advance(minutes=5)
    assert "Tara Other" in await reader.text()
    await call_off(world, room, session_id)
    gone = await reader.read()
    assert gone.status_code == 200
    assert ("\r\nSTATUS:CANCELLED\r\n" in gone.text, "\r\nSEQUENCE:3\r\n" in gone.text) == (True, True)


async def test_what_was_called_off_is_shown_for_thirty_days_whatever_it_is_called(world: World) -> None:
    room = await Classroom.open(world)
    session_id = await lesson(room)
    reader = await Reader.of(world, room.teacher)
    await call_off(world, room, session_id)
    world.clock.advance(days=29)
    teacher = await world.log_in(room.teacher.user_id, room.teacher.email)
    assert (await teacher.patch(f"/api/courses/{room.course_id}", {"title": "Another title"})).status_code == 200
    assert "Another title" in await reader.text()
    world.clock.advance(days=1)
    assert (await reader.read()).status_code == 200
    assert "VEVENT" not in await reader.text()


async def test_it_comes_compressed_to_who_takes_that(world: World) -> None:
    reader = await Reader.of(world, await world.member("Sam Sample"))
    plain = await reader.text()
    for coding, expected in (("gzip, br", "gzip"), ("br;q=1, GZIP;q=0.5", "gzip"), ("gzip;q=0", ""), ("br", "")):
        reader.tag = ""
        request = world.http.build_request("GET", reader.path, headers={"Accept-Encoding": coding})
        answer = await world.http.send(request, stream=True)
        raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers.get("content-encoding", "") == expected
        assert "Accept-Encoding" in answer.headers["vary"]
        assert (gzip.decompress(raw) if expected else raw) == plain.encode()


async def test_the_address_is_in_no_log_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reader = await Reader.of(world, await world.member("Sam Sample"))
    await reader.read()
    await world.http.get(reader.path.replace(".ics", "x.ics"))
    token = reader.path.removeprefix("/api/calendar/").removesuffix(".ics")
    lines = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any(getattr(record, "fields", {}).get("route") == "/api/calendar/{token}.ics" for record in lines)
    assert not [record for record in lines if token in f"{record.getMessage()}{record.__dict__}"]


def _fill(session: WriteSession, template: SessionId, count: int) -> None:
    """More sessions like that one, a day apart."""
    row = session.get(TeachingSession, template)
    assert row is not None
    values = {column.name: getattr(row, column.name) for column in TeachingSession.__table__.columns}
    times = ("starts_at", "ends_at", "occupied_from", "occupied_until")
    session.execute(
        insert(TeachingSession),
        [
            values | {"id": new_id("ses")} | {name: values[name] + timedelta(days=day) for name in times}
            for day in range(1, count)
        ],
    )


async def test_of_five_hundred_sessions_only_what_changed_is_written_anew(world: World) -> None:
    room = await Classroom.open(world)
    session_id = await lesson(room)
    await world.write(_fill, session_id, 500)
    reader = await Reader.of(world, room.teacher)
    first = await reader.read()
    assert len(essence_by_icalendar(first.content)) == 500
    await call_off(world, room, session_id)
    misses = ics_components.written_event.cache_info().misses
    assert (await reader.read()).text.count("STATUS:CANCELLED") == 1
    assert ics_components.written_event.cache_info().misses == misses + 1
