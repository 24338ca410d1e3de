"""Objects without a row and rows without an object are found, and nothing else is taken for one."""

import pytest

from app.domains.files import service
from app.domains.files.jobs import Strays, find_strays
from app.domains.files.types import FileId, Purpose
from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import FILES, send, uploaded
from tests.support.world import World


@pytest.fixture
async def found_by(world: World) -> Strays:
    """Of a world in which everything that can be there is there, and three things that must not be."""
    sam, store = await world.member("Sam Sample"), world.app.state.providers.storage
    await send(sam, "homework", "application/pdf", PDF)
    await send(sam, "avatar", "image/png", image())
    released, deleted = [FileId((await uploaded(sam, "homework", "text/plain", b"words"))["id"]) for _ in range(2)]
    await world.write(service.attach, released, sam.user_id, Purpose.HOMEWORK, to="sub_1")
    await world.write(service.release, released)
    await sam.delete(f"{FILES}/{deleted}")  # its job has not run yet
    for purpose, kind in (("avatar", "image/png"), ("homework", "image/png"), ("homework", "application/pdf")):
        await uploaded(sam, purpose, kind, PDF if kind.endswith("pdf") else image())
    torn = await uploaded(sam, "avatar", "image/png", image())
    await store.delete([torn["image"]["medium"].partition("/files/")[2]])
    for key in ("files/usr_nobody/feed", "public/avatars/feed/64.webp"):
        await store.put(key, b"stray", content_type="image/webp")
    await store.put("recordings/elsewhere", b"not ours", content_type="video/mp4")
    return await find_strays(world.db, store)


async def test_both_kinds_of_strays_are_found(found_by: Strays) -> None:
    assert found_by.unknown == ["files/usr_nobody/feed", "public/avatars/feed/64.webp"]
    assert [key.rpartition("/")[2] for key in found_by.missing] == ["128.webp"]
