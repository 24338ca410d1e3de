"""The calls about files: of each state one, because completing and deleting ends it."""

from typing import Any

from app.db.session import WriteSession
from app.domains.files import service as files
from app.domains.files.types import FileId, Kept
from app.domains.users.types import UserId
from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import order, uploaded
from tests.hostile.stage import Call
from tests.support.world import World

FILM = {"purpose": "video", "name": "film.mp4", "content_type": "video/mp4", "size_bytes": 70_000_000}


def _finish(session: WriteSession, owner_id: UserId, file_id: FileId) -> None:
    """As if it had been sent in its three parts."""
    file = files.get_own(session, file_id, owner_id)
    files.finish(session, file, Kept(file.size_bytes, etag=None))


async def file_calls(world: World) -> dict[str, Call]:
    """Everybody's files are their own: there is nobody else who may see them."""
    owner = await world.member("Fay Files", can_create_courses=True)
    film, sent = [(await owner.post("/api/files", FILM)).json()["id"] for _ in range(2)]
    await world.write(_finish, owner.user_id, sent)
    ready, deleted = [await uploaded(owner, "homework", "application/pdf", PDF) for _ in range(2)]
    picture = await uploaded(owner, "avatar", "image/png", image())
    wanted: dict[str, Any] = order("homework", "application/pdf", PDF)
    return {
        "files.create": Call(owner, body=wanted),
        "files.list": Call(owner),
        "files.get": Call(owner, {"file_id": ready["id"]}),
        "files.renew_parts": Call(owner, {"file_id": film}, body={"numbers": [1, 3]}),
        "files.complete": Call(owner, {"file_id": sent}, body={"parts": [{"number": 1, "etag": "5f0c9f1e"}]}),
        "files.download": Call(owner, {"file_id": ready["id"]}),
        "files.delete": Call(owner, {"file_id": deleted["id"]}),
        "avatar.set": Call(owner, body={"file_id": picture["id"]}),
        "avatar.remove": Call(owner),
    }
