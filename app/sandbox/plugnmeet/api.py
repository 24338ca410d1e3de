"""The calls under /auth: POST, signed, and HTTP 200 for every refusal but that of the signature."""

import json
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.sandbox.books import Record
from app.sandbox.descriptions import Description
from app.sandbox.plugnmeet.films import Films
from app.sandbox.plugnmeet.rooms import Rooms
from app.sandbox.plugnmeet.signatures import Signatures

_Call = Callable[[Record], Record]

_USER_ID = re.compile(r"(?!ingres_|pnm_agent-|sip_)[a-zA-Z0-9_-]+(?<!-native)")
_LIMIT = 20
_BOTS = frozenset({"RECORDER_BOT", "RTMP_BOT", "PLUGNMEET_RECORDER_AUTH"})


class Api:
    def __init__(self, rooms: Rooms, films: Films, signatures: Signatures) -> None:
        self._rooms = rooms
        self._films = films
        self._signatures = signatures
        self._description = Description("plugnmeet")

    def routes(self) -> list[Route]:
        calls: dict[str, tuple[str, _Call]] = {
            "/auth/room/create": ("CreateRoomReq", self._create),
            "/auth/room/getJoinToken": ("GenerateTokenReq", self._join_token),
            "/auth/room/isRoomActive": ("IsRoomActiveReq", self._is_active),
            "/auth/room/getActiveRoomInfo": ("GetActiveRoomInfoReq", self._active_info),
            "/auth/room/endRoom": ("RoomEndReq", self._end),
            "/auth/recording/fetch": ("FetchRecordingsReq", self._recordings),
            "/auth/recording/getDownloadToken": ("GetDownloadTokenReq", self._download_token),
            "/auth/recording/delete": ("DeleteRecordingReq", self._delete),
        }
        return [Route(path, self._endpoint(*call), methods=["POST"]) for path, call in calls.items()]

    def _endpoint(self, schema: str, call: _Call) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def endpoint(request: Request) -> JSONResponse:
            body = await request.body()
            refusal = self._signatures.refusal(request.headers, body)
            if refusal:
                return JSONResponse(_refused(refusal, "Failed to verify provided authentication details."), 401)
            return JSONResponse(self._answer(schema, call, body))

        return endpoint

    def _answer(self, schema: str, call: _Call, body: bytes) -> Record:
        try:
            order = json.loads(body)
        except ValueError:
            return _refused("INVALID_PARAMETERS", "the body is not JSON")
        fault = self._description.fault(schema, order)
        return _refused("INVALID_PARAMETERS", fault) if fault else call(order)

    def _create(self, order: Record) -> Record:
        return _accepted(room_info=_room_info(self._rooms.create(order)))

    def _join_token(self, order: Record) -> Record:
        user_id = order["user_info"].get("user_id", "")
        if not _USER_ID.fullmatch(user_id) or user_id in _BOTS:
            return _refused("INVALID_PARAMETERS", "user_id is reserved or has other characters than a-z A-Z 0-9 - _")
        if self._rooms.find(order["room_id"]) is None:
            return self._not_open(order["room_id"])
        return _accepted(token=self._signatures.join_token(order["room_id"], order["user_info"]))

    def _is_active(self, order: Record) -> Record:
        if self._rooms.find(order["room_id"]) is None:
            return self._not_open(order["room_id"]) | {"status": True, "is_active": False}
        return _accepted(is_active=True) | {"msg": "room is active"}

    def _active_info(self, order: Record) -> Record:
        room = self._rooms.find(order["room_id"])
        if room is None:
            return self._not_open(order["room_id"])
        people = [_participant_info(person) for person in room["participants"]]
        return _accepted(room={"room_info": _room_info(room), "participants_info": people})

    def _end(self, order: Record) -> Record:
        return _accepted() if self._rooms.end(order["room_id"]) else self._not_open(order["room_id"])

    def _recordings(self, order: Record) -> Record:
        start, limit, by = order.get("from", 0), order.get("limit") or _LIMIT, order.get("order_by") or "DESC"
        found = self._films.of_rooms(order["room_ids"], newest_first=by == "DESC")
        page = found[start : start + limit]
        if not page:
            return _refused("NOT_FOUND", "no recording found")
        told = {"total_recordings": str(len(found)), "from": start, "limit": limit, "order_by": by}
        return _accepted(result=told | {"recordings_list": page})

    def _download_token(self, order: Record) -> Record:
        if self._films.find(order["record_id"]) is None:
            return _refused("NOT_FOUND", "no recording found")
        return _accepted(token=self._signatures.download_token(order["record_id"]))

    def _delete(self, order: Record) -> Record:
        return _accepted() if self._films.delete(order["record_id"]) else _refused("NOT_FOUND", "no recording found")

    def _not_open(self, room_id: str) -> Record:
        return _refused(self._rooms.absence(room_id), "room is not active")


def _accepted(**fields: object) -> Record:
    return {"status": True, "msg": "success", "status_code": "SUCCESS", **fields}


def _refused(status_code: str, message: str) -> Record:
    return {"status": False, "msg": message, "status_code": status_code}


def _room_info(room: Record) -> Record:
    return {
        "room_title": room["title"],
        "room_id": room["room_id"],
        "sid": room["sid"],
        "joined_participants": str(len(room["participants"])),
        "is_running": 1,
        "is_recording": int(room["is_recorded"] and room["is_started"]),
        "is_active_rtmp": 0,
        "webhook_url": "",
        "is_breakout_room": 0,
        "parent_room_id": "",
        "creation_time": room["creation_time"],
        "metadata": room["metadata"],
    }


def _participant_info(person: Record) -> Record:
    return person | {
        "state": "ACTIVE",
        "tracks": [],
        "metadata": "",
        "joined_at_ms": f"{person['joined_at']}000",
        "version": 0,
        "region": "",
        "is_publisher": False,
        "kind": "STANDARD",
        "attributes": {},
        "disconnect_reason": "UNKNOWN_REASON",
        "client_protocol": 0,
    }
