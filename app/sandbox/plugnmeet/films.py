"""The recordings. What is in one follows from its id and its size, so that none is kept and a large one costs
nothing."""

import hashlib
from collections.abc import AsyncIterator, Collection

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.plugnmeet.signatures import Signatures
from app.sandbox.plugnmeet.webhooks import Webhooks

_KIND = "plugnmeet.recording"
_SIZE_BYTES = 300_007
_PIECE_BYTES = 64 * 1024


class Films:
    def __init__(self, books: Books, webhooks: Webhooks, signatures: Signatures, clock: Clock) -> None:
        self._books = books
        self._webhooks = webhooks
        self._signatures = signatures
        self._clock = clock

    def routes(self) -> list[Route]:
        return [Route("/download/recording/{token}", self._download, methods=["GET"])]

    def make(self, room: Record) -> None:
        """The recording of a room that was ended, and the webhook that announces it, in the caller's transaction."""
        now = self._clock.now().timestamp()
        record_id = f"{room['sid']}-{int(now * 1000)}"
        recording = {
            "record_id": record_id,
            "room_id": room["room_id"],
            "room_sid": room["sid"],
            "file_path": f"twin/{record_id}.mp4",
            "file_size": round(_SIZE_BYTES / 1_000_000, 2),
            "creation_time": str(int(now)),
            "room_creation_time": room["creation_time"],
        }
        self._books.put(_KIND, record_id, recording)
        self._webhooks.announce_recording(room, recording)

    def find(self, record_id: str) -> Record | None:
        return self._books.get(_KIND, record_id)

    def of_rooms(self, room_ids: Collection[str], *, newest_first: bool) -> list[Record]:
        found = [each for each in self._books.all(_KIND) if each["room_id"] in room_ids]
        return found[::-1] if newest_first else found

    def delete(self, record_id: str) -> bool:
        """False if there is none."""
        is_there = self.find(record_id) is not None
        self._books.delete(_KIND, record_id)
        return is_there

    async def _download(self, request: Request) -> Response:
        record_id = self._signatures.downloaded(request.path_params["token"])
        if record_id is None:
            return PlainTextResponse("token expired", 401)
        if self.find(record_id) is None:
            return PlainTextResponse("not found", 404)
        return StreamingResponse(
            _pieces(record_id), headers={"Content-Length": str(_SIZE_BYTES)}, media_type="video/mp4"
        )


async def _pieces(record_id: str) -> AsyncIterator[bytes]:
    block = hashlib.shake_128(record_id.encode()).digest(_PIECE_BYTES)
    for start in range(0, _SIZE_BYTES, _PIECE_BYTES):
        yield block[: _SIZE_BYTES - start]
