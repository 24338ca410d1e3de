"""The rooms and who is in them. Each change and the webhooks that announce it are one transaction."""

import json
import uuid

from app.core.clock import Clock
from app.sandbox.books import Books, Record
from app.sandbox.plugnmeet.films import Films
from app.sandbox.plugnmeet.signatures import Visitor
from app.sandbox.plugnmeet.webhooks import Webhooks

_KIND = "plugnmeet.room"


class Refused(Exception):
    """Somebody may not do this to the room. `status` is the page's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Rooms:
    def __init__(self, books: Books, webhooks: Webhooks, films: Films, clock: Clock) -> None:
        self._books = books
        self._webhooks = webhooks
        self._films = films
        self._clock = clock

    def find(self, room_id: str) -> Record | None:
        """The room if it is open."""
        room = self._books.get(_KIND, room_id)
        return room if room and room["is_open"] else None

    def absence(self, room_id: str) -> str:
        """The status code that says why a room is not open."""
        return "ROOM_NOT_ACTIVE" if self._books.get(_KIND, room_id) else "ROOM_NOT_FOUND"

    def create(self, order: Record) -> Record:
        """Open a room as a valid CreateRoomReq says; an open room is answered as it is."""
        with self._books.transaction():
            room = self.find(order["room_id"])
            if room is None:
                room = self._opened(order)
                self._books.put(_KIND, room["room_id"], room)
                self._webhooks.announce("room_created", room)
            return room

    def join(self, visitor: Visitor) -> None:
        """A new connection. One that the same person had is thrown out, after the new one is in, as LiveKit does."""
        with self._books.transaction():
            room = self._enterable(visitor)
            earlier = [person for person in room["participants"] if person["identity"] == visitor.user_id]
            others = [person for person in room["participants"] if person not in earlier]
            connection = self._connection(visitor)
            is_first = not room["is_started"]
            room |= {"is_started": True, "participants": [*others, connection]}
            self._books.put(_KIND, room["room_id"], room)
            if is_first:
                self._webhooks.announce("room_started", room)
            self._webhooks.announce_participant("participant_joined", room, connection)
            self._announce_left(room, earlier)

    def leave(self, visitor: Visitor) -> None:
        """Nothing happens when they are not there."""
        with self._books.transaction():
            room = self.find(visitor.room_id) or {"participants": []}
            leaving = [person for person in room["participants"] if person["identity"] == visitor.user_id]
            if leaving:
                room["participants"] = [person for person in room["participants"] if person not in leaving]
                self._books.put(_KIND, room["room_id"], room)
                self._announce_left(room, leaving)

    def end(self, room_id: str) -> bool:
        """Close the room for everybody; False if it is not open."""
        with self._books.transaction():
            room = self.find(room_id)
            if room is None:
                return False
            leaving = room["participants"]
            room |= {"is_open": False, "participants": []}
            self._books.put(_KIND, room_id, room)
            self._announce_left(room, leaving)
            self._webhooks.announce("room_finished", room)
            if room["is_recorded"] and room["is_started"]:
                self._films.make(room)
            return True

    def end_as(self, visitor: Visitor) -> None:
        if not visitor.is_admin:
            raise Refused(403, "Only an admin may end the room.")
        self.end(visitor.room_id)

    def _opened(self, order: Record) -> Record:
        return {
            "room_id": order["room_id"],
            "sid": str(uuid.uuid4()),
            "title": order["metadata"]["room_title"],
            "metadata": json.dumps(order["metadata"], separators=(",", ":")),
            "max_participants": order.get("max_participants"),
            "creation_time": str(self._now()),
            "is_recorded": _is_recorded(order),
            "is_open": True,
            "is_started": False,
            "participants": [],
        }

    def _enterable(self, visitor: Visitor) -> Record:
        room = self.find(visitor.room_id)
        if room is None:
            raise Refused(409, "The room is not open.")
        if not visitor.may_join:
            raise Refused(403, "This address was good for ten minutes. Go back to PeerLoop and join again.")
        others = [person for person in room["participants"] if person["identity"] != visitor.user_id]
        if room["max_participants"] and len(others) >= room["max_participants"]:
            raise Refused(409, "The room is full.")
        return room

    def _connection(self, visitor: Visitor) -> Record:
        return {
            "sid": f"PA_{uuid.uuid4().hex[:12]}",
            "identity": visitor.user_id,
            "name": visitor.name,
            "joined_at": str(self._now()),
        }

    def _announce_left(self, room: Record, leaving: list[Record]) -> None:
        for person in leaving:
            self._webhooks.announce_participant("participant_left", room, person)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _is_recorded(order: Record) -> bool:
    """Whether recording begins by itself, which takes all three."""
    wanted = order["metadata"].get("room_features", {}).get("recording_features", {})
    return all(wanted.get(name, False) for name in ("is_allow", "is_allow_cloud", "enable_auto_cloud_recording"))
