"""The twin as one ASGI app."""

from starlette.applications import Starlette

from app.core.clock import Clock
from app.sandbox.books import Books
from app.sandbox.deliveries import Deliveries
from app.sandbox.plugnmeet.api import Api
from app.sandbox.plugnmeet.films import Films
from app.sandbox.plugnmeet.room_page import RoomPage
from app.sandbox.plugnmeet.rooms import Rooms
from app.sandbox.plugnmeet.signatures import Signatures
from app.sandbox.plugnmeet.webhooks import SIGNER, Webhooks


def create_plugnmeet_twin(
    books: Books, deliveries: Deliveries, clock: Clock, *, key: str, secret: str, webhook_url: str, base_url: str
) -> Starlette:
    """A PlugNmeet server with one key, reachable at `base_url`, that tells `webhook_url` what happens in its rooms.

    It answers the calls that `app/sandbox/specs/plugnmeet.json` describes and shows a room page to whoever opens a
    join address. A room stays open until somebody ends it; its duration and its empty time-out are not enforced. One
    that is recorded has a recording when it was ended after somebody came.
    """
    signatures = Signatures(key, secret, clock)
    deliveries.sign_with(SIGNER, signatures.webhook_headers)
    webhooks = Webhooks(deliveries, clock, webhook_url)
    films = Films(books, webhooks, signatures, clock)
    rooms = Rooms(books, webhooks, films, clock)
    pages = RoomPage(rooms, signatures, base_url)
    return Starlette(routes=[*Api(rooms, films, signatures).routes(), *films.routes(), *pages.routes()])
