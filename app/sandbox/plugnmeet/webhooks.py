"""What the twin tells its owner: protojson without empty fields, 64-bit integers as strings."""

import json
import uuid

from app.core.clock import Clock
from app.sandbox.books import Record
from app.sandbox.deliveries import Deliveries

SIGNER = "plugnmeet"


class Webhooks:
    def __init__(self, deliveries: Deliveries, clock: Clock, url: str) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._url = url

    def announce(self, event: str, room: Record) -> None:
        """Queue an event about the room, in the caller's transaction."""
        self._queue({"event": event, "room": _room(room)})

    def announce_participant(self, event: str, room: Record, participant: Record) -> None:
        """Queue `participant_joined` or `participant_left`, in the caller's transaction."""
        state = "ACTIVE" if event == "participant_joined" else "DISCONNECTED"
        person = {name: participant[name] for name in ("sid", "identity", "name", "joined_at")}
        self._queue({"event": event, "room": _room(room), "participant": person | {"state": state}})

    def announce_recording(self, room: Record, recording: Record) -> None:
        """Queue `recording_proceeded`, in the caller's transaction."""
        told = {name: recording[name] for name in ("record_id", "file_path", "file_size")}
        info = told | {"recorder_id": "twin", "recorder_msg": "success"}
        self._queue({"event": "recording_proceeded", "room": _room(room), "recording_info": info})

    def _queue(self, notice: Record) -> None:
        now = int(self._clock.now().timestamp())
        body = json.dumps(notice | {"id": str(uuid.uuid4()), "created_at": str(now)}, separators=(",", ":"))
        self._deliveries.queue(SIGNER, self._url, "application/json", body.encode())


def _room(room: Record) -> Record:
    present = {"num_participants": len(room["participants"])} if room["participants"] else {}
    return {name: room[name] for name in ("sid", "room_id", "creation_time", "metadata")} | present
