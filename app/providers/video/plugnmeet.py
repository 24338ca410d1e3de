"""PlugNmeet (server 2.4, protocol 1.5) behind `VideoProvider`. Its calls are described in `app/sandbox/specs`."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import httpx
from jose import jwk, jwt
from jose.backends.base import Key
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.calls import KEY_REFUSED, bounded_call
from app.providers.errors import WebhookRefused
from app.providers.video.port import (
    Guest,
    Recording,
    RecordingFile,
    RecordingMissing,
    Room,
    RoomClosed,
    RoomEvent,
    RoomEventKind,
    RoomOrder,
)

_TIMEOUT: Final = httpx.Timeout(8, connect=3, pool=2, read=11)  # endRoom itself waits up to 10 s for the guests to go
_FILE_TIMEOUT: Final = httpx.Timeout(30, connect=3, pool=2)
_RETRYABLE: Final = KEY_REFUSED | {408, 429}
_CLOSED: Final = frozenset({"NOT_FOUND", "ROOM_NOT_FOUND", "ROOM_NOT_ACTIVE"})
_NOTHING: Final = "NOT_FOUND"
_MISSING: Final = 404
_LISTED_AT_ONCE: Final = 100
_FILMS: Final = frozenset({"video/mp4", "video/webm"})
_SHORTEST_EMPTY_MINUTES: Final = 2  # PlugNmeet turns less into half an hour

_TOKEN_LIMIT: Final = 4096
_TOKEN_SHAPE: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_KEY_HEADERS: Final = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"})
_LEEWAY_S: Final = 60.0  # as in PlugNmeet's own verifier
_SIGNATURE_ONLY: Final = {
    f"verify_{claim}": False for claim in ("aud", "iat", "exp", "nbf", "iss", "sub", "jti", "at_hash")
}

_END_OF_TIME: Final = 253_402_300_799  # the last second that datetime knows
_Name = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]


class _RoomInfo(BaseModel):
    sid: str


class _Recording(BaseModel):
    record_id: _Name
    room_id: _Name


class _Recordings(BaseModel):
    recordings_list: list[_Recording] = []


class _Answer(BaseModel):
    """What any of the calls answers: refusals are HTTP 200 with `status` false."""

    status: bool
    status_code: str = "UNKNOWN_STATUS"
    room_info: _RoomInfo | None = None
    token: str | None = None
    is_active: bool = False
    result: _Recordings | None = None


class _NoticeRoom(BaseModel):
    room_id: _Name | None = None


class _NoticeParticipant(BaseModel):
    identity: _Name | None = None
    sid: _Name | None = None


class _NoticeRecording(BaseModel):
    record_id: _Name | None = None


class _Notice(BaseModel):
    """The webhook's body: protojson, so empty fields are absent and 64-bit integers are strings."""

    id: _Name
    event: str
    created_at: int = Field(ge=0, le=_END_OF_TIME)
    room: _NoticeRoom = _NoticeRoom()
    participant: _NoticeParticipant = _NoticeParticipant()
    recording_info: _NoticeRecording = _NoticeRecording()


class PlugNmeetVideo:
    """Rooms of one PlugNmeet server at `url`. The caller owns `http`."""

    name = "plugnmeet"

    def __init__(self, key: str, secret: str, url: str, http: httpx.AsyncClient) -> None:
        if not (key and secret):
            raise ValueError("PlugNmeet needs a key and a secret: anybody can sign with an empty one")
        self._key = key
        self._secret = secret.encode()
        self._verifier = jwk.construct(secret, "HS256")  # a bare string would first be tried as JSON
        self._url = url
        self._http = http

    async def create_room(self, order: RoomOrder) -> Room:
        answer = _accepted(await self._ask("room/create", _creation(order)))
        if answer.room_info is None:
            raise ProviderUnavailable
        return Room(room_id=order.room_id, sid=answer.room_info.sid)

    async def join_url(self, room_id: str, guest: Guest) -> str:
        user = {"name": guest.name, "user_id": guest.user_id, "is_admin": guest.is_moderator}
        answer = await self._ask("room/getJoinToken", {"room_id": room_id, "user_info": user})
        if answer.status_code in _CLOSED:
            raise RoomClosed
        if not _accepted(answer).token:
            raise ProviderUnavailable
        return f"{self._url}/?{urlencode({'access_token': answer.token})}"

    async def is_active(self, room_id: str) -> bool:
        answer = await self._ask("room/isRoomActive", {"room_id": room_id})
        return answer.status_code not in _CLOSED and _accepted(answer).is_active

    async def end_room(self, room_id: str) -> None:
        answer = await self._ask("room/endRoom", {"room_id": room_id})
        if answer.status_code not in _CLOSED:
            _accepted(answer)

    async def list_recordings(self, room_ids: Collection[str]) -> list[Recording]:
        found: list[Recording] = []
        while True:
            wanted = {"room_ids": sorted(room_ids), "from": len(found), "limit": _LISTED_AT_ONCE, "order_by": "ASC"}
            page = _listed(await self._ask("recording/fetch", wanted))
            found.extend(Recording(each.record_id, each.room_id) for each in page)
            if len(page) < _LISTED_AT_ONCE:
                return found

    @asynccontextmanager
    async def open_recording(self, recording_id: str) -> AsyncIterator[RecordingFile]:
        answer = await self._ask("recording/getDownloadToken", {"record_id": recording_id})
        if answer.status_code == _NOTHING:
            raise RecordingMissing
        if not (token := _accepted(answer).token):
            raise ProviderUnavailable
        request = self._http.build_request(
            "GET",
            f"{self._url}/download/recording/{quote(token, safe='')}",
            headers={"Accept-Encoding": "identity"},  # so that its length is the file's
            timeout=_FILE_TIMEOUT,
        )
        async with bounded_call():
            response = await self._http.send(request, stream=True)
        try:
            yield _file(response)
        finally:
            await response.aclose()

    async def delete_recording(self, recording_id: str) -> None:
        answer = await self._ask("recording/delete", {"record_id": recording_id})
        if answer.status_code != _NOTHING:
            _accepted(answer)

    def verify_event(self, body: bytes, token: str, now: datetime) -> RoomEvent:
        claims = _signed_claims(token, self._verifier)
        _check_times(claims, now.timestamp())
        # A participant's join token has the same key and issuer, but says nothing about a body.
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if claims.get("iss") != self._key or claims.get("sha256") != digest:
            raise WebhookRefused
        return _event(body)

    async def _ask(self, path: str, payload: dict[str, object]) -> _Answer:
        body = json.dumps(payload, separators=(",", ":")).encode()
        async with bounded_call():
            response = await self._http.post(
                f"{self._url}/auth/{path}", content=body, headers=self._headers(body), timeout=_TIMEOUT
            )
        return _read(response)

    def _headers(self, body: bytes) -> dict[str, str]:
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "API-KEY": self._key, "HASH-SIGNATURE": signature}


def _creation(order: RoomOrder) -> dict[str, object]:
    """PlugNmeet drops misspelt names in silence, so a test holds this to the description."""
    is_recorded = order.is_recorded
    features = {
        "allow_webcams": True,
        "allow_screen_share": True,
        "allow_view_other_webcams": True,
        "allow_view_other_users_list": True,
        "room_duration": order.duration_minutes,
        "recording_features": {
            "is_allow": is_recorded,
            "is_allow_cloud": is_recorded,
            "enable_auto_cloud_recording": is_recorded,
            "is_allow_local": False,
        },
        "chat_features": {"is_allow": True, "is_allow_file_upload": False},
        "shared_note_pad_features": {"is_allow": True},
        "whiteboard_features": {"is_allow": True},
    }
    return {
        "room_id": order.room_id,
        "max_participants": order.max_participants,
        # A room that closes as soon as it is empty would end the session behind a latecomer's back.
        "empty_timeout": max(order.duration_minutes, _SHORTEST_EMPTY_MINUTES) * 60,
        "metadata": {"room_title": order.title, "room_features": features},
    }


def _listed(answer: _Answer) -> list[_Recording]:
    """Finding nothing is a refusal."""
    if answer.status_code == _NOTHING:
        return []
    if (result := _accepted(answer).result) is None:
        raise ProviderUnavailable
    return result.recordings_list


def _file(response: httpx.Response) -> RecordingFile:
    if response.status_code == _MISSING:
        raise RecordingMissing
    _check_status(response)
    length = response.headers.get("content-length", "")
    if not length.isdecimal():
        raise ProviderUnavailable  # something on the way changed it, or answers instead
    kind = response.headers.get("content-type", "").partition(";")[0]
    return RecordingFile(int(length), kind if kind in _FILMS else "video/mp4", _pieces(response))


async def _pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in response.aiter_raw():
            yield piece
    except httpx.HTTPError as error:
        raise ProviderUnavailable from error


def _check_status(response: httpx.Response) -> None:
    if response.is_server_error or response.status_code in _RETRYABLE:
        raise ProviderUnavailable
    if not response.is_success:
        raise ProviderRejected(f"The video service answered {response.status_code}.")


def _read(response: httpx.Response) -> _Answer:
    _check_status(response)
    try:
        return _Answer.model_validate_json(response.content)
    except ValidationError:
        raise ProviderUnavailable from None  # its text quotes the answer, which may hold a join token


def _accepted(answer: _Answer) -> _Answer:
    if answer.status:
        return answer
    if answer.status_code == "INTERNAL_SERVER_ERROR":
        raise ProviderUnavailable
    raise ProviderRejected(f"The video service refused the request ({answer.status_code}).")


def _signed_claims(token: str, verifier: Key) -> dict[str, Any]:
    if len(token) > _TOKEN_LIMIT or not _TOKEN_SHAPE.fullmatch(token):
        raise WebhookRefused
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, verifier, algorithms=["HS256"], options=_SIGNATURE_ONLY)
    except Exception as error:  # python-jose lets through more than its own errors: RecursionError, AttributeError, …
        raise WebhookRefused from error
    if not _KEY_HEADERS.isdisjoint(header):
        raise WebhookRefused
    return claims


def _check_times(claims: dict[str, Any], now: float) -> None:
    """By our clock, not python-jose's: the development clock can be moved."""
    if not now - _LEEWAY_S <= _seconds(claims.get("exp")):
        raise WebhookRefused
    for name in {"nbf", "iat"} & claims.keys():
        if not _seconds(claims[name]) <= now + _LEEWAY_S:
            raise WebhookRefused


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WebhookRefused
    return value


def _event(body: bytes) -> RoomEvent:
    try:
        notice = _Notice.model_validate_json(body)
    except ValidationError:
        raise WebhookRefused from None  # its text quotes the body, which names people
    kind = _kind(notice.event)
    _check_complete(notice, kind)
    return RoomEvent(
        id=notice.id,
        kind=kind,
        room_id=notice.room.room_id or "",
        happened_at=datetime.fromtimestamp(notice.created_at, UTC),
        user_id=notice.participant.identity,
        connection_id=notice.participant.sid,
        recording_id=notice.recording_info.record_id,
    )


def _kind(event: str) -> RoomEventKind:
    try:
        return RoomEventKind(event)
    except ValueError:
        return RoomEventKind.OTHER


def _check_complete(notice: _Notice, kind: RoomEventKind) -> None:
    is_about_somebody = kind in (RoomEventKind.JOINED, RoomEventKind.LEFT)
    if kind is not RoomEventKind.OTHER and notice.room.room_id is None:
        raise WebhookRefused
    if kind is RoomEventKind.RECORDED and notice.recording_info.record_id is None:
        raise WebhookRefused
    if is_about_somebody and None in (notice.participant.identity, notice.participant.sid):
        raise WebhookRefused
