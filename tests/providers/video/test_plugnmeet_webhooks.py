"""PlugNmeet's webhooks: what the adapter believes, and the many things it must not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from jose import jwt

from app.providers.errors import WebhookRefused
from app.providers.video.plugnmeet import PlugNmeetVideo
from app.providers.video.port import RoomEvent, RoomEventKind
from tests.sandbox.doubles import NOW

KEY, SECRET = "plugnmeet", "zumyyYWqv7KR2kUqvYdq4z4sXg7XTBD2ljT6"

# A published vector
BODY = (
    b'{"event":"room_created","room":{"sid":"b3e5a2d0-1111-4222-8333-444455556666","room_id":"session-1"},'
    b'"id":"0f0e5c2e-6a0a-4a4a-9d0e-1b6f0c7c9a11","created_at":"1795341600"}'
)
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3OTUzNDE5MDAsImlhdCI6MTc5NTM0MTYwMCwiaXNzIjoicGx1Z25tZWV0Iiw"
    "ibmJmIjoxNzk1MzQxNjAwLCJzaGEyNTYiOiJTbHUyckxzYlZjbGY5d2Nidkp6d2lxKzQ3ek5LRkxaZi9KeUxXNUpKc080PSJ9."
    "ae-aY6Z0kn_W1REXLOHyL5F298UlJI9d2X3M0eS_1LI"
)

VIDEO = PlugNmeetVideo(KEY, SECRET, "http://unused", httpx.AsyncClient())
EPOCH = int(NOW.timestamp())


def _claims(body: bytes = BODY, **changes: Any) -> dict[str, Any]:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": KEY, "sha256": digest, "iat": EPOCH, "nbf": EPOCH, "exp": EPOCH + 300} | changes
    return {name: value for name, value in claims.items() if value is not None}


def _signed(header: bytes, claims: bytes) -> str:
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (header, claims))
    mac = base64.urlsafe_b64encode(hmac.digest(SECRET.encode(), head, "sha256")).rstrip(b"=")
    return (head + b"." + mac).decode()


def _token(body: bytes = BODY, **changes: Any) -> str:
    return jwt.encode(_claims(body, **changes), SECRET)


def _with_header(**header: Any) -> str:
    return _signed(json.dumps({"alg": "HS256"} | header).encode(), json.dumps(_claims()).encode())


def _unsigned(algorithm: str) -> str:
    return _signed(json.dumps({"alg": algorithm}).encode(), json.dumps(_claims()).encode()).rpartition(".")[0] + "."


def test_published_webhook_is_accepted() -> None:
    assert VIDEO.verify_event(BODY, TOKEN, NOW) == RoomEvent(
        id="0f0e5c2e-6a0a-4a4a-9d0e-1b6f0c7c9a11",
        kind=RoomEventKind.OTHER,
        room_id="session-1",
        happened_at=NOW,
    )


@pytest.mark.parametrize("seconds", [-60, 0, 360])
def test_times_have_a_minute_of_leeway(seconds: int) -> None:
    assert VIDEO.verify_event(BODY, TOKEN, NOW + timedelta(seconds=seconds)).room_id == "session-1"


@pytest.mark.parametrize("seconds", [-61, 361, 86_400])
def test_stale_or_early_token_is_refused(seconds: int) -> None:
    with pytest.raises(WebhookRefused):
        VIDEO.verify_event(BODY, TOKEN, NOW + timedelta(seconds=seconds))


def test_time_is_that_of_the_caller_not_of_the_machine() -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    then = int(long_ago.timestamp())
    assert VIDEO.verify_event(BODY, _token(iat=then, nbf=then, exp=then), long_ago).room_id == "session-1"


HOSTILE = {
    "nothing": "",
    "no token": "Bearer",
    "bearer prefix": f"Bearer {TOKEN}",
    "two parts": TOKEN.rpartition(".")[0],
    "four parts": f"{TOKEN}.x",
    "not ASCII": TOKEN + "é",
    "padded with what base64 skips": TOKEN + "!",
    "long": _token(filler="x" * 10_000),
    "no algorithm": _unsigned("none"),
    "algorithm in odd letters": _unsigned("nOnE"),
    "other algorithm": jwt.encode(_claims(), SECRET, "HS512"),
    "algorithm of another kind": _signed(b'{"alg":["HS256"]}', json.dumps(_claims()).encode()),
    "wrong key": jwt.encode(_claims(), "other"),
    "changed signature": TOKEN[:-4] + "AAAA",
    "nested header": _signed(b"[" * 3000, b"{}"),
    "nested header object": _signed(b'{"a":' * 500 + b"1" + b"}" * 500, b"{}"),
    "header is no object": _signed(b"[]", json.dumps(_claims()).encode()),
    "header is not UTF-8": _signed(b"\xff\xfe", b"{}"),
    "nested claims": _signed(b'{"alg":"HS256"}', b"[" * 3000),
    "claims are no object": _signed(b'{"alg":"HS256"}', b"[]"),
    "critical extension": _with_header(crit=["b64"], b64=False),
    "key address": _with_header(jku="http://evil.example/keys"),
    "key inside": _with_header(jwk={"kty": "oct", "k": "AA"}),
    "certificate address": _with_header(x5u="http://evil.example/cert"),
    "other issuer": _token(iss="someone"),
    "no issuer": _token(iss=None),
    "issuers": _token(iss=[KEY]),
    "no digest": _token(sha256=None),
    "empty digest": _token(sha256=""),
    "digest of another body": _token(b"{}"),
    "hex digest": _token(sha256=hashlib.sha256(BODY).hexdigest()),
    "surrogate digest": _signed(b'{"alg":"HS256"}', json.dumps(_claims(sha256="\ud800")).encode()),
    "no expiry": _token(exp=None),
    "expiry is text": _token(exp="1895341600"),
    "expiry is true": _token(exp=True),
    "expiry is not a number": _token(exp=float("nan")),
    "expired": _token(exp=EPOCH - 61),
    "not yet valid": _token(nbf=EPOCH + 61),
    "issued in the future": _token(iat=EPOCH + 61),
    "issued at true": _token(iat=True),
    "issued at null": _signed(b'{"alg":"HS256"}', json.dumps(_claims() | {"iat": None}).encode()),
}


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_token_is_refused(token: str) -> None:
    with pytest.raises(WebhookRefused):
        VIDEO.verify_event(BODY, token, NOW)


@pytest.mark.parametrize("body", [b"", BODY + b"\n", BODY.replace(b"session-1", b"session-2")])
def test_changed_body_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        VIDEO.verify_event(body, TOKEN, NOW)


NOTICE: dict[str, Any] = {
    "event": "participant_left",
    "id": "e1",
    "created_at": EPOCH,
    "room": {"room_id": "ses_1"},
    "participant": {"identity": "usr_1", "sid": "PA_1"},
}


@pytest.mark.parametrize("created_at", [EPOCH, str(EPOCH)])
def test_time_may_be_a_number_or_a_text(created_at: object) -> None:
    body = json.dumps(NOTICE | {"created_at": created_at}).encode()
    assert VIDEO.verify_event(body, _token(body), NOW) == RoomEvent(
        "e1", RoomEventKind.LEFT, "ses_1", NOW, user_id="usr_1", connection_id="PA_1"
    )


def test_unknown_event_is_kept_as_other() -> None:
    body = b'{"event":"new_in_2027","id":"e1","created_at":"1795341600","news":{}}'
    event = VIDEO.verify_event(body, _token(body), NOW)
    assert (event.kind, event.room_id, event.user_id) == (RoomEventKind.OTHER, "", None)


CHANGES: tuple[dict[str, Any], ...] = (
    {"id": ""},
    {"id": 7},
    {"id": "a\u0000b"},
    {"id": "x" * 201},
    {"id": "\ud800"},
    {"event": None},
    {"created_at": None},
    {"created_at": "yesterday"},
    {"created_at": -1},
    {"created_at": 10**18},
    {"room": None},
    {"room": {}},
    {"room": {"room_id": ["ses_1"]}},
    {"participant": {"identity": "usr_1"}},
    {"participant": {"sid": "PA_1"}},
    {"participant": "usr_1"},
)
NONSENSE = [b"", b"null", b"{", b"\xff", b"[" * 100_000, *(json.dumps(NOTICE | change).encode() for change in CHANGES)]


@pytest.mark.parametrize("body", NONSENSE)
def test_signed_nonsense_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        VIDEO.verify_event(body, _token(body), NOW)
