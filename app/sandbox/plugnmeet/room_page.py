"""What a person sees behind a join address. Plain forms, so that a test or a shell can do the same."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.sandbox.pages import render
from app.sandbox.plugnmeet.rooms import Refused, Rooms
from app.sandbox.plugnmeet.signatures import Signatures, Visitor

_UNKNOWN = "This address is not one of ours. Go back to PeerLoop and join again."


class RoomPage:
    def __init__(self, rooms: Rooms, signatures: Signatures, base_url: str) -> None:
        self._rooms = rooms
        self._signatures = signatures
        self._base = urlsplit(base_url).path  # a path, so that the page works under every name of this host

    def routes(self) -> list[Route]:
        return [
            Route("/", self._show, methods=["GET"]),
            Route("/room/join", self._action(self._rooms.join), methods=["POST"]),
            Route("/room/leave", self._action(self._rooms.leave), methods=["POST"]),
            Route("/room/end", self._action(self._rooms.end_as), methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        token = request.query_params.get("access_token", "")
        visitor = self._signatures.visitor(token)
        if visitor is None:
            return _refused(401, _UNKNOWN)
        room = self._rooms.find(visitor.room_id)
        people = room["participants"] if room else []
        return render(
            "room.html",
            base=self._base,
            token=token,
            visitor=visitor,
            room=room,
            people=people,
            is_present=any(person["identity"] == visitor.user_id for person in people),
        )

    def _action(self, change: Callable[[Visitor], None]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            token = (await request.form()).get("access_token")
            visitor = self._signatures.visitor(token) if isinstance(token, str) else None
            if visitor is None:
                return _refused(401, _UNKNOWN)
            try:
                change(visitor)
            except Refused as refusal:
                return _refused(refusal.status, str(refusal))
            return RedirectResponse(f"{self._base}/?{urlencode({'access_token': token})}", 303)

        return endpoint


def _refused(status: int, message: str) -> Response:
    return render("refused.html", status=status, twin="video room", message=message)
