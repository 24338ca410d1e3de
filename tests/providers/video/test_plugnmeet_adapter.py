"""PlugNmeet's adapter against the twin and against failures."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.routing import Mount, Router

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.errors import WebhookRefused
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import Guest, RoomClosed, RoomEvent, RoomEventKind, RoomOrder, VideoProvider
from app.sandbox.books import Books
from app.sandbox.plugnmeet import create_plugnmeet_twin
from tests.sandbox.doubles import NOW, Hooks, MovableClock, Watch

KEY, SECRET = "plugnmeet", "zumyyYWqv7KR2kUqvYdq4z4sXg7XTBD2ljT6"
URL = "http://twin/sandbox/plugnmeet"
ORDER = RoomOrder("ses_1", "Guitar", max_participants=2, duration_minutes=60)
TEACHER = Guest("usr_tea", "Téa & Co", is_moderator=True)


class Twin:
    """The adapter, the twin behind it, and the webhooks it sends."""

    def __init__(self) -> None:
        self.books = Books(None)
        self.hooks = Hooks(self.books)
        self.watch = Watch("plugnmeet", f"{URL}/auth")
        app = create_plugnmeet_twin(
            self.books,
            self.hooks.deliveries,
            MovableClock(),
            key=KEY,
            secret=SECRET,
            webhook_url="http://peerloop/hook",
            base_url=URL,
        )
        transport = httpx.ASGITransport(Router([Mount("/sandbox/plugnmeet", app)]))
        self.browser = httpx.AsyncClient(transport=transport)
        self.video = PlugNmeetVideo(
            KEY, SECRET, URL, httpx.AsyncClient(transport=transport, event_hooks=self.watch.hooks)
        )

    async def act(self, action: str, join_url: str) -> None:
        token = httpx.URL(join_url).params["access_token"]
        answer = await self.browser.post(f"{URL}/room/{action}", data={"access_token": token})
        assert answer.status_code == 303

    async def events(self) -> list[RoomEvent]:
        await self.hooks.bodies()
        return [self.video.verify_event(hook.content, hook.headers["Hash-Token"], NOW) for hook in self.hooks.taken]


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    twin = Twin()
    yield twin
    twin.books.close()


def _adapter(answer: Callable[[httpx.Request], httpx.Response]) -> PlugNmeetVideo:
    return PlugNmeetVideo(KEY, SECRET, URL, httpx.AsyncClient(transport=httpx.MockTransport(answer)))


async def test_room_is_opened_joined_and_ended(twin: Twin) -> None:
    video: VideoProvider = twin.video
    assert not await video.is_active("ses_1")
    room = await video.create_room(ORDER)
    assert await video.create_room(ORDER) == room
    assert await video.is_active("ses_1")
    url = await video.join_url("ses_1", TEACHER)
    assert url.startswith(f"{URL}/?access_token=")
    assert "Téa &amp; Co" in (await twin.browser.get(url)).text
    await video.end_room("ses_1")
    await video.end_room("ses_1")
    assert not await video.is_active("ses_1")
    assert set(twin.watch.seen) == {"/room/create", "/room/getJoinToken", "/room/isRoomActive", "/room/endRoom"}


async def test_webhooks_of_a_lesson_are_understood(twin: Twin) -> None:
    await twin.video.create_room(ORDER)
    url = await twin.video.join_url("ses_1", TEACHER)
    for action in ("join", "leave", "end"):
        await twin.act(action, url)
    events = await twin.events()
    kinds = RoomEventKind
    assert [event.kind for event in events] == [kinds.OTHER, kinds.STARTED, kinds.JOINED, kinds.LEFT, kinds.FINISHED]
    assert {(event.room_id, event.happened_at) for event in events} == {("ses_1", NOW)}
    joined, left = events[2:4]
    assert joined.user_id == left.user_id == "usr_tea"
    assert joined.connection_id == left.connection_id != None  # noqa: E711 - the chain reads best
    assert len({event.id for event in events}) == len(events)


async def test_closed_room_cannot_be_joined(twin: Twin) -> None:
    with pytest.raises(RoomClosed):
        await twin.video.join_url("ses_1", TEACHER)


async def test_wrong_secret_is_ours_to_repair(twin: Twin) -> None:
    stranger = PlugNmeetVideo(KEY, "other", URL, twin.browser)
    with pytest.raises(ProviderUnavailable):
        await stranger.create_room(ORDER)


async def test_signature_is_that_of_the_bytes_sent() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"status": True, "is_active": True})

    assert await _adapter(answer).is_active("room01")
    assert sent[0].content == b'{"room_id":"room01"}'
    assert sent[0].headers["API-KEY"] == KEY
    assert sent[0].headers["HASH-SIGNATURE"] == "4b60a468df680c0739f6c7255626b31c8934efc1293b9e40667575b964bf24b5"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(500),
        httpx.Response(503, text="<html>"),
        httpx.Response(429),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"msg": "no status"}),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, json={"status": False, "status_code": "INTERNAL_SERVER_ERROR"}),
        httpx.Response(200, json={"status": True, "status_code": "SUCCESS"}),
    ],
)
async def test_unclear_outcome_is_unavailable(answer: httpx.Response) -> None:
    video = _adapter(lambda _: answer)
    with pytest.raises(ProviderUnavailable):
        await video.create_room(ORDER)
    with pytest.raises(ProviderUnavailable):
        await video.join_url("ses_1", TEACHER)


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout("late"), httpx.ConnectError("down"), httpx.RemoteProtocolError("cut")]
)
async def test_broken_connection_is_unavailable(error: httpx.TransportError) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(ProviderUnavailable):
        await _adapter(answer).end_room("ses_1")


@pytest.mark.parametrize("code", ["PERMISSION_DENIED", "USER_BLOCKED", "INVALID_PARAMETERS"])
async def test_refusal_is_rejected_whatever_the_http_status(code: str) -> None:
    video = _adapter(lambda _: httpx.Response(200, json={"status": False, "msg": "no", "status_code": code}))
    for call in (video.create_room(ORDER), video.join_url("s", TEACHER), video.is_active("s"), video.end_room("s")):
        with pytest.raises(ProviderRejected, match=code):
            await call


@pytest.mark.parametrize("code", ["ROOM_NOT_FOUND", "ROOM_NOT_ACTIVE"])
async def test_closed_room_is_an_answer_not_a_refusal(code: str) -> None:
    video = _adapter(lambda _: httpx.Response(200, json={"status": False, "msg": "no", "status_code": code}))
    assert not await video.is_active("ses_1")
    await video.end_room("ses_1")


@pytest.mark.parametrize(("key", "secret"), [("", SECRET), (KEY, "")])
def test_empty_credentials_are_refused_at_once(key: str, secret: str) -> None:
    with pytest.raises(ValueError, match="key and a secret"):
        PlugNmeetVideo(key, secret, URL, httpx.AsyncClient())


async def test_join_token_is_no_webhook_token(twin: Twin) -> None:
    await twin.video.create_room(ORDER)
    token = httpx.URL(await twin.video.join_url("ses_1", TEACHER)).params["access_token"]
    with pytest.raises(WebhookRefused):
        twin.video.verify_event(b"", token, NOW)
