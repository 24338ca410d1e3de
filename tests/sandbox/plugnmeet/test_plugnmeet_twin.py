"""The PlugNmeet twin: its calls, its room page and its webhooks."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Router

from app.sandbox.books import Books
from app.sandbox.descriptions import Description
from app.sandbox.plugnmeet import create_plugnmeet_twin
from tests.sandbox.doubles import Hooks, MovableClock, Watch

KEY, SECRET = "plugnmeet", "zumyyYWqv7KR2kUqvYdq4z4sXg7XTBD2ljT6"
BASE = "http://twin/sandbox/plugnmeet"
ROOM = {"room_id": "ses_1", "max_participants": 2, "metadata": {"room_title": "Go <1>", "room_features": {}}}


class Server:
    """The twin as a person with the secret, or with a join address, meets it."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.books = Books(None)
        self.hooks = Hooks(self.books)
        twin = create_plugnmeet_twin(
            self.books,
            self.hooks.deliveries,
            self.clock,
            key=KEY,
            secret=SECRET,
            webhook_url="http://peerloop/hook",
            base_url=BASE,
        )
        transport = httpx.ASGITransport(Router([Mount("/sandbox/plugnmeet", twin)]))
        self.http = httpx.AsyncClient(transport=transport, base_url=f"{BASE}/")
        self.api = httpx.AsyncClient(transport=transport, event_hooks=Watch("plugnmeet", f"{BASE}/auth").hooks)

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return await self.api.post(f"{BASE}/auth/{path}", content=body, headers=headers)

    async def call(self, path: str, payload: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(payload).encode()
        answer = await self.post(path, body, {"API-KEY": KEY, "HASH-SIGNATURE": signature(body)})
        assert answer.status_code == 200
        result: dict[str, Any] = answer.json()
        return result

    async def token(self, name: str, *, is_admin: bool = False) -> str:
        user = {"name": name, "user_id": f"usr_{name.lower()}", "is_admin": is_admin}
        answer = await self.call("room/getJoinToken", {"room_id": "ses_1", "user_info": user})
        return str(answer["token"])

    async def act(self, action: str, token: str) -> httpx.Response:
        return await self.http.post(f"room/{action}", data={"access_token": token}, follow_redirects=True)

    async def events(self) -> list[str]:
        """What the webhooks said since the last look, as `event` or `event:identity`."""
        return [
            notice["event"] + (f":{notice['participant']['identity']}" if "participant" in notice else "")
            for notice in await self.hooks.bodies()
        ]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    yield server
    server.books.close()


@pytest.fixture
async def room(server: Server) -> Server:
    await server.call("room/create", ROOM)
    await server.hooks.bodies()
    return server


def signature(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


BODY = b'{"room_id":"room01"}'
SIGNATURE = "4b60a468df680c0739f6c7255626b31c8934efc1293b9e40667575b964bf24b5"  # published vector


async def test_published_request_signature_is_accepted(server: Server) -> None:
    answer = await server.post("room/isRoomActive", BODY, {"API-KEY": KEY, "HASH-SIGNATURE": SIGNATURE})
    assert answer.json() == {
        "status": True,
        "msg": "room is not active",
        "status_code": "ROOM_NOT_FOUND",
        "is_active": False,
    }


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "MISSING_REQUIRED_PARAMETER"),
        ({"API-KEY": KEY}, "MISSING_REQUIRED_PARAMETER"),
        ({"API-KEY": "other", "HASH-SIGNATURE": SIGNATURE}, "INVALID_API_KEY"),
        ({"API-KEY": KEY, "HASH-SIGNATURE": signature(BODY + b" ")}, "INVALID_TOKEN_OR_SIGNATURE"),
    ],
)
async def test_unsigned_request_is_401(server: Server, headers: dict[str, str], code: str) -> None:
    answer = await server.post("room/isRoomActive", BODY, headers)
    assert (answer.status_code, answer.json()["status_code"]) == (401, code)


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("room/create", {"room_id": "ses_1"}),
        ("room/create", {**ROOM, "room_title": "misplaced"}),
        ("room/create", {**ROOM, "room_id": "a b"}),
        ("room/create", {**ROOM, "max_participants": 0}),
        ("room/getJoinToken", {"room_id": "ses_1", "user_info": {"name": "", "user_id": "u"}}),
        ("room/getJoinToken", {"room_id": "ses_1", "user_info": {"name": "A"}}),
        ("room/getJoinToken", {"room_id": "ses_1", "user_info": {"name": "A", "user_id": "RECORDER_BOT"}}),
        ("room/getJoinToken", {"room_id": "ses_1", "user_info": {"name": "A", "user_id": "sip_1"}}),
        ("room/getJoinToken", {"room_id": "ses_1", "user_info": {"name": "A", "user_id": "a-native"}}),
    ],
)
async def test_bad_parameters_are_refused_with_200(server: Server, path: str, payload: dict[str, Any]) -> None:
    body = json.dumps(payload).encode()
    headers = {"API-KEY": KEY, "HASH-SIGNATURE": signature(body)}
    answer = await server.http.post(f"auth/{path}", content=body, headers=headers)  # not `api`: it holds us to them
    assert (answer.status_code, answer.json()["status"]) == (200, False)
    assert answer.json()["status_code"] == "INVALID_PARAMETERS"


async def test_create_answers_the_same_room_while_it_is_open(server: Server) -> None:
    first = await server.call("room/create", ROOM)
    again = await server.call("room/create", ROOM)
    assert first["room_info"]["creation_time"] == "1795341600"
    assert again["room_info"]["sid"] == first["room_info"]["sid"]
    assert await server.events() == ["room_created"]
    await server.call("room/endRoom", {"room_id": "ses_1"})
    reopened = await server.call("room/create", ROOM)
    assert reopened["room_info"]["sid"] != first["room_info"]["sid"]


async def test_closed_room_is_named_by_status_codes(room: Server) -> None:
    await room.call("room/endRoom", {"room_id": "ses_1"})
    for path in ("room/getActiveRoomInfo", "room/endRoom"):
        answer = await room.call(path, {"room_id": "ses_1"})
        assert (answer["status"], answer["status_code"]) == (False, "ROOM_NOT_ACTIVE")
    assert (await room.call("room/isRoomActive", {"room_id": "ses_1"}))["is_active"] is False
    user = {"name": "A", "user_id": "usr_a"}
    answer = await room.call("room/getJoinToken", {"room_id": "ses_2", "user_info": user})
    assert (answer["status"], answer["status_code"]) == (False, "ROOM_NOT_FOUND")


async def test_a_lesson_is_told_in_order(room: Server) -> None:
    teacher, student = await room.token("Tea", is_admin=True), await room.token("Stu")
    page = await room.act("join", teacher)
    assert "You are in the room as <strong>Tea</strong>" in page.text
    await room.act("join", student)
    info = await room.call("room/getActiveRoomInfo", {"room_id": "ses_1"})
    assert [person["name"] for person in info["room"]["participants_info"]] == ["Tea", "Stu"]
    await room.act("leave", student)
    await room.act("leave", student)
    assert "The room is closed" in (await room.act("end", teacher)).text
    assert await room.events() == [
        "room_started",
        "participant_joined:usr_tea",
        "participant_joined:usr_stu",
        "participant_left:usr_stu",
        "participant_left:usr_tea",
        "room_finished",
    ]


async def test_second_connection_throws_the_first_out_late(room: Server) -> None:
    await room.act("join", await room.token("Stu"))
    await room.act("join", await room.token("Stu"))
    notices = [notice for notice in await room.hooks.bodies() if "participant" in notice]
    kinds, sids = zip(*((notice["event"], notice["participant"]["sid"]) for notice in notices), strict=True)
    assert kinds == ("participant_joined", "participant_joined", "participant_left")
    assert sids[2] == sids[0] != sids[1]


async def test_webhooks_are_described_and_signed(room: Server) -> None:
    await room.act("join", await room.token("Stu"))
    for notice in await room.hooks.bodies():
        assert Description("plugnmeet").fault("CommonNotifyEvent", notice) is None
        assert notice["created_at"] == "1795341600"
    for request in room.hooks.taken:
        assert str(request.url) == "http://peerloop/hook"
        assert request.headers["Authorization"] == request.headers["Hash-Token"] != ""


async def test_webhook_token_is_the_published_one(server: Server) -> None:
    body = (
        '{"event":"room_created","room":{"sid":"b3e5a2d0-1111-4222-8333-444455556666","room_id":"session-1"},'
        '"id":"0f0e5c2e-6a0a-4a4a-9d0e-1b6f0c7c9a11","created_at":"1795341600"}'
    )
    with server.books.transaction():
        server.hooks.deliveries.queue("plugnmeet", "http://peerloop/hook", "application/json", body.encode())
    await server.hooks.bodies()
    assert server.hooks.taken[0].headers["Hash-Token"] == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3OTUzNDE5MDAsImlhdCI6MTc5NTM0MTYwMCwiaXNzIjoicGx1Z25tZWV0Iiw"
        "ibmJmIjoxNzk1MzQxNjAwLCJzaGEyNTYiOiJTbHUyckxzYlZjbGY5d2Nidkp6d2lxKzQ3ek5LRkxaZi9KeUxXNUpKc080PSJ9."
        "ae-aY6Z0kn_W1REXLOHyL5F298UlJI9d2X3M0eS_1LI"
    )


async def test_old_token_no_longer_joins_but_leaves(room: Server) -> None:
    inside, late = await room.token("Stu"), await room.token("Tea")
    await room.act("join", inside)
    room.clock.move(timedelta(minutes=10))
    assert (await room.act("leave", inside)).status_code == 200
    assert (await room.act("join", inside)).status_code == 200
    room.clock.move(timedelta(seconds=1))
    refusal = await room.act("join", late)
    assert refusal.status_code == 403
    assert "good for ten minutes" in refusal.text
    assert (await room.act("leave", inside)).status_code == 200


async def test_join_is_refused_in_a_full_or_closed_room(room: Server) -> None:
    tokens = [await room.token(name, is_admin=True) for name in ("Ann", "Bob", "Cem")]
    assert [(await room.act("join", token)).status_code for token in tokens] == [200, 200, 409]
    await room.act("end", tokens[2])
    assert (await room.act("join", tokens[0])).status_code == 409


async def test_leaving_or_ending_a_closed_room_changes_nothing(room: Server) -> None:
    teacher = await room.token("Tea", is_admin=True)
    await room.act("end", teacher)
    assert await room.events() == ["room_finished"]
    assert [(await room.act(action, teacher)).status_code for action in ("leave", "end")] == [200, 200]
    assert await room.events() == []


async def test_only_an_admin_ends_the_room(room: Server) -> None:
    student = await room.token("Stu")
    assert (await room.act("end", student)).status_code == 403
    assert "End room" not in (await room.act("join", student)).text


@pytest.mark.parametrize("change", [lambda token: token[:-2], lambda token: "x" + token, lambda _: "é.é", lambda _: ""])
async def test_foreign_token_is_401(room: Server, change: Any) -> None:
    token = change(await room.token("Stu"))
    assert (await room.http.get("", params={"access_token": token})).status_code == 401
    assert (await room.act("join", token)).status_code == 401


async def test_webhook_token_lets_nobody_in(room: Server) -> None:
    await room.act("join", await room.token("Stu"))
    await room.hooks.bodies()
    assert (await room.act("join", room.hooks.taken[0].headers["Hash-Token"])).status_code == 401


async def test_page_escapes_and_allows_nothing_but_itself(room: Server) -> None:
    user = {"name": "<b>Eve</b>", "user_id": "usr_eve"}
    answer = await room.call("room/getJoinToken", {"room_id": "ses_1", "user_info": user})
    page = await room.act("join", answer["token"])
    assert "&lt;b&gt;Eve" in page.text
    assert "Go &lt;1&gt;" in page.text
    assert "<b>" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")


async def test_recordings_are_listed_and_fetched_for_half_an_hour(server: Server) -> None:
    wanted = {"is_allow": True, "is_allow_cloud": True, "enable_auto_cloud_recording": True}
    order = ROOM | {"metadata": {"room_title": "Go", "room_features": {"recording_features": wanted}}}
    for _ in range(2):
        await server.call("room/create", order)
        teacher = await server.token("Tea", is_admin=True)
        for action in ("join", "end"):
            await server.act(action, teacher)
        server.clock.move(timedelta(minutes=1))
    listed = await server.call("recording/fetch", {"room_ids": ["ses_1"], "limit": 2})
    newest, oldest = listed["result"]["recordings_list"]
    assert int(newest["creation_time"]) - int(oldest["creation_time"]) == 60
    token = (await server.call("recording/getDownloadToken", {"record_id": newest["record_id"]}))["token"]
    film = await server.http.get(f"download/recording/{token}")
    assert (film.status_code, film.headers["content-type"], len(film.content)) == (200, "video/mp4", 300_007)
    server.clock.move(timedelta(minutes=30, seconds=1))
    for wrong in (token, token[:-2]):
        assert (await server.http.get(f"download/recording/{wrong}")).status_code == 401
