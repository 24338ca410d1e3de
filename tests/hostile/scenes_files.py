"""The calls about files: of each state one, because completing and deleting ends it."""

from typing import Any

from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import order, send, uploaded
from tests.hostile.stage import Call
from tests.support.world import World

FILM = {"purpose": "video", "name": "film.mp4", "content_type": "video/mp4", "size_bytes": 70_000_000}


async def file_calls(world: World) -> dict[str, Call]:
    """Everybody's files are their own: there is nobody else who may see them."""
    owner = await world.member("Fay Files", can_create_courses=True)
    film = (await owner.post("/api/files", FILM)).json()["id"]
    sent = await send(owner, "homework", "application/pdf", PDF)
    ready, deleted = [await uploaded(owner, "homework", "application/pdf", PDF) for _ in range(2)]
    picture = await uploaded(owner, "avatar", "image/png", image())
    wanted: dict[str, Any] = order("homework", "application/pdf", PDF)
    return {
        "files.create": Call(owner, body=wanted),
        "files.list": Call(owner),
        "files.get": Call(owner, {"file_id": ready["id"]}),
        "files.renew_parts": Call(owner, {"file_id": film}, body={"numbers": [1, 3]}),
        "files.complete": Call(owner, {"file_id": sent.id}, body={"parts": []}),
        "files.download": Call(owner, {"file_id": ready["id"]}),
        "files.delete": Call(owner, {"file_id": deleted["id"]}),
        "avatar.set": Call(owner, body={"file_id": picture["id"]}),
        "avatar.remove": Call(owner),
    }
