"""Recordings through PlugNmeet's adapter: against the twin, and where the server does not do as it should."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import RecordingMissing, RoomEventKind
from tests.providers.video.test_plugnmeet_adapter import KEY, ORDER, SECRET, TEACHER, URL, Twin

TOKEN = {"status": True, "status_code": "SUCCESS", "token": "a.b.c"}


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    twin = Twin()
    yield twin
    twin.books.close()


async def _hold(twin: Twin, *, is_recorded: bool) -> list[str | None]:
    """The recordings that webhooks tell of after a room was used and ended."""
    await twin.video.create_room(replace(ORDER, is_recorded=is_recorded))
    url = await twin.video.join_url("ses_1", TEACHER)
    for action in ("join", "end"):
        await twin.act(action, url)
    events = await twin.events()
    return [event.recording_id for event in events if event.kind is RoomEventKind.RECORDED]


async def _read(video: PlugNmeetVideo, recording_id: str) -> tuple[int, str, bytes]:
    async with video.open_recording(recording_id) as file:
        return file.size_bytes, file.content_type, b"".join([piece async for piece in file.pieces])


async def test_recorded_room_leaves_a_recording_that_can_be_fetched_and_deleted(twin: Twin) -> None:
    video = twin.video
    assert await video.list_recordings(["ses_1"]) == []
    [known] = await _hold(twin, is_recorded=True)
    assert known is not None
    [found] = await video.list_recordings(["ses_1", "ses_2"])
    assert (found.id, found.room_id) == (known, "ses_1")
    size, kind, content = await _read(video, known)
    assert (size, kind) == (len(content), "video/mp4")
    assert (await _read(video, known))[2] == content
    await video.delete_recording(known)
    await video.delete_recording(known)
    assert await video.list_recordings(["ses_1"]) == []
    with pytest.raises(RecordingMissing):
        await _read(video, known)


async def test_nothing_is_recorded_unless_it_was_ordered(twin: Twin) -> None:
    assert await _hold(twin, is_recorded=False) == []
    assert await twin.video.list_recordings(["ses_1"]) == []


async def test_many_recordings_are_listed_page_by_page() -> None:
    ids = [f"rec{number}" for number in range(205)]

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.content.partition(b'"from":')[2].partition(b",")[0])
        page = [{"record_id": each, "room_id": "ses_1"} for each in ids[start : start + 100]]
        return httpx.Response(200, json={"status": True, "status_code": "SUCCESS", "result": {"recordings_list": page}})

    assert [each.id for each in await _adapter(answer).list_recordings(["ses_1"])] == ids


def _adapter(answer: Callable[[httpx.Request], httpx.Response]) -> PlugNmeetVideo:
    return PlugNmeetVideo(KEY, SECRET, URL, httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def _serving(file: Callable[[], httpx.Response]) -> PlugNmeetVideo:
    """A server that gives out a token, and this behind it."""
    return _adapter(lambda request: httpx.Response(200, json=TOKEN) if request.method == "POST" else file())


async def _film() -> AsyncIterator[bytes]:
    yield b"film"


async def _cut() -> AsyncIterator[bytes]:
    yield b"film"
    raise httpx.ReadError("cut")


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (lambda: httpx.Response(401, text="token expired"), ProviderUnavailable),
        (lambda: httpx.Response(404), RecordingMissing),
        (lambda: httpx.Response(410), ProviderRejected),
        (lambda: httpx.Response(502, text="<html>"), ProviderUnavailable),
        (lambda: httpx.Response(200, content=_cut()), ProviderUnavailable),  # of no known length
        (lambda: httpx.Response(200, headers={"Content-Length": "9"}, content=_cut()), ProviderUnavailable),
    ],
)
async def test_file_that_cannot_be_had(file: Callable[[], httpx.Response], error: type[Exception]) -> None:
    with pytest.raises(error):
        await _read(_serving(file), "rec1")


async def test_type_of_the_file_is_one_that_we_know() -> None:
    def serve(kind: str) -> PlugNmeetVideo:
        headers = {"Content-Type": kind, "Content-Length": "4"}
        return _serving(lambda: httpx.Response(200, content=_film(), headers=headers))

    assert await _read(serve("video/webm; codecs=vp9"), "rec1") == (4, "video/webm", b"film")
    assert (await _read(serve("text/html"), "rec1"))[1] == "video/mp4"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"status": True, "status_code": "SUCCESS"}),
        httpx.Response(200, json={"status": True, "status_code": "SUCCESS", "result": {"recordings_list": [{}]}}),
        httpx.Response(503),
    ],
)
async def test_unclear_answer_about_recordings_is_unavailable(answer: httpx.Response) -> None:
    video = _adapter(lambda _: answer)
    with pytest.raises(ProviderUnavailable):
        await video.list_recordings(["ses_1"])
    with pytest.raises(ProviderUnavailable):
        await _read(video, "rec1")
