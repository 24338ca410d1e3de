"""Files that were uploaded and found sound, without the upload."""

from app.domains.files import service as files
from app.domains.files.policies import Room
from app.domains.files.types import FileId, FileOrder, Kept, Purpose
from tests.support.world import Actor, World

BODY = b"What a student or a teacher has to say, as a file."


async def ready_file(
    world: World, owner: Actor, purpose: Purpose = Purpose.HOMEWORK, *, name: str = "homework 1.txt"
) -> FileId:
    """A file of `BODY` that something may use."""
    content_type = "video/mp4" if purpose is Purpose.VIDEO else "text/plain"
    order = FileOrder(purpose, name, content_type, len(BODY))
    file = await world.write(files.create, owner.user_id, order, Room.of(world.settings))
    stored = await world.app.state.providers.storage.put(file.key, BODY, content_type=content_type)
    await world.write(files.finish, file, Kept(len(BODY), stored.etag))
    return file.id
