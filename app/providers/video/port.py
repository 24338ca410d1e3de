"""What PeerLoop needs of a video service, in PeerLoop's words.

Every call raises `ProviderUnavailable` when the outcome is unknown and `ProviderRejected` when the service said no.
All calls are repeatable: a room has our session's id.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RoomClosed(Exception):
    """The room is not open, or not any more."""


class RecordingMissing(Exception):
    """The service does not have this recording, or not any more."""


@dataclass(frozen=True, slots=True)
class RoomOrder:
    """A room to be opened. `room_id` is our session id; creating an open room again answers the same room, recorded
    or not as it was first ordered. A recorded one is recorded from its first guest on, and nobody in it can change
    that."""

    room_id: str
    title: str
    max_participants: int
    duration_minutes: int
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """An open room. `sid` names this opening of it."""

    room_id: str
    sid: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is to be let in. `user_id` is our user id; a moderator may end the room."""

    user_id: str
    name: str
    is_moderator: bool


class RoomEventKind(StrEnum):
    """The notifications PeerLoop acts on. Others are stored and answered, with `OTHER`."""

    STARTED = "room_started"
    JOINED = "participant_joined"
    LEFT = "participant_left"
    FINISHED = "room_finished"
    RECORDED = "recording_proceeded"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """A verified notification. `connection_id` names one connection of one participant: a quick reconnect may
    deliver the old connection's `LEFT` after the new one's `JOINED`, so presence is kept by connection. `RECORDED` says
    that the recording `recording_id` of the room can be fetched."""

    id: str
    kind: RoomEventKind
    room_id: str
    happened_at: datetime
    user_id: str | None = None
    connection_id: str | None = None
    recording_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that can be fetched, by the service's id."""

    id: str
    room_id: str


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """A recording as it arrives. `pieces` may end early: who reads it compares with `size_bytes`."""

    size_bytes: int
    content_type: str
    pieces: AsyncIterator[bytes]


class VideoProvider(Protocol):
    """PlugNmeet (BigBlueButton follows), or the local twin through the same adapter."""

    name: str

    async def create_room(self, order: RoomOrder) -> Room: ...

    async def join_url(self, room_id: str, guest: Guest) -> str:
        """An address that lets this guest into the open room; made for each click, never stored. Raises
        `RoomClosed`."""
        ...

    async def is_active(self, room_id: str) -> bool:
        """Whether the room is open now."""
        ...

    async def end_room(self, room_id: str) -> None:
        """End the room for everybody. Ending a closed room is not an error."""
        ...

    async def list_recordings(self, room_ids: Collection[str]) -> list[Recording]:
        """What can be fetched of these rooms."""
        ...

    def open_recording(self, recording_id: str) -> AbstractAsyncContextManager[RecordingFile]:
        """Fetch a recording; the pieces raise `ProviderUnavailable` when they stop. Raises `RecordingMissing`."""
        ...

    async def delete_recording(self, recording_id: str) -> None:
        """Delete it at the service. Deleting one that is not there is not an error."""
        ...

    def verify_event(self, body: bytes, token: str, now: datetime) -> RoomEvent:
        """Check the delivery's token against the raw bytes and the time, then parse. Raises `WebhookRefused`."""
        ...
