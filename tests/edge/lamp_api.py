"""An API of lamps whose POSTs are idempotent; each lamp that is lit is a row."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.core.errors import Conflict
from app.core.ids import new_id
from app.db.session import WriteSession
from app.edge.idempotency import OptionalIdempotency, RequiredIdempotency
from app.edge.routing import StrictRoute
from app.edge.schemas import ApiModel
from tests.db import rows

router = APIRouter(prefix="/lamps", route_class=StrictRoute)
Caller = Annotated[str, Header(alias="X-Caller")]


class Lamp(ApiModel):
    room: str


class Lit(ApiModel):
    id: str
    room: str


class NoSocket(Conflict):
    code = "no_socket"
    title = "This room has no socket."


def light(session: WriteSession, lamp: Lamp) -> Lit:
    """The effect comes first, so that a refusal has something to undo."""
    lamp_id = new_id("job")
    rows.insert(session, lamp_id)
    if lamp.room == "broken":
        raise NoSocket
    return Lit(id=lamp_id, room=lamp.room)


@router.post("", operation_id="lamps.light")
async def light_optionally(body: Lamp, key: OptionalIdempotency, caller: Caller = "usr_1") -> Response:
    return await key.run(caller, 201, Lit, light, body)


@router.post("/bought", operation_id="lamps.buy")
async def light_with_key(body: Lamp, key: RequiredIdempotency, caller: Caller = "usr_1") -> Response:
    return await key.run(caller, 201, Lit, light, body)
