"""What counts for the room of a person: all bytes that are there or may still arrive at an address that was given
out."""

import pytest

from app.core.config import Settings
from tests.conftest import make_settings
from tests.domains.auth.accounts import code
from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import FILES, complete, order, send, stored
from tests.support.world import Actor, World

MIB = 1024 * 1024
IMAGE = image("PNG", (300, 300))
FAT_IMAGE = IMAGE + bytes(MIB // 2 - len(IMAGE))
"""Of which little is left when it is redrawn."""


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    return make_settings(sqlite_settings.data_dir, files_mib=1)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def used(actor: Actor) -> int:
    """As a refusal says it."""
    answer = await actor.post(FILES, order("homework", "application/pdf", b"") | {"size_bytes": 2 * MIB})
    assert code(answer) == (413, "file_quota_exceeded")
    count: int = answer.json()["used_bytes"]
    return count


async def later(world: World, actor: Actor) -> Actor:
    """The same person when no address takes anything any more."""
    world.clock.advance(minutes=42)
    await world.settle()
    return await world.log_in(actor.user_id, actor.email)


@pytest.mark.parametrize("way", ["begun", "sent", "completed", "refused"])
async def test_what_is_deleted_counts_as_long_as_its_address_takes_it(world: World, sam: Actor, way: str) -> None:
    content = b"%PDF-" + bytes(59) if way == "refused" else PDF
    created = (await sam.post(FILES, order("homework", "application/pdf", content))).json()
    upload = created["upload"]
    if way != "begun":
        await world.http.put(upload["url"], headers=upload["headers"], content=content)
    if way in {"completed", "refused"}:
        assert (await complete(sam, created["id"])).status_code == (200 if way == "completed" else 422)
    if way != "refused":
        assert (await sam.delete(f"{FILES}/{created['id']}")).status_code == 204
    await world.settle()
    assert (await stored(world), await used(sam)) == ([], len(content))
    assert (await world.http.put(upload["url"], headers=upload["headers"], content=content)).is_success
    sam = await later(world, sam)
    assert (await stored(world), await used(sam)) == ([], 0)


async def test_what_is_redrawn_may_be_sent_again_for_a_while(world: World, sam: Actor) -> None:
    sent = await send(sam, "homework", "image/png", FAT_IMAGE)
    kept = (await complete(sam, sent.id)).json()["size_bytes"]
    assert kept < MIB // 10
    assert await used(sam) == len(FAT_IMAGE) + kept
    assert await used(await later(world, sam)) == kept


async def test_what_is_swept_frees_its_room_at_once(world: World, sam: Actor) -> None:
    """Its last address was given out long before."""
    await send(sam, "homework", "application/pdf", PDF)
    world.clock.advance(hours=24, minutes=42)
    await world.settle()
    assert await used(await world.log_in(sam.user_id, sam.email)) == 0


async def test_a_beginning_that_is_repeated_too_late_gets_no_address(world: World, sam: Actor) -> None:
    body = order("homework", "application/pdf", PDF)
    await sam.post(FILES, body, key="the-same-key")
    world.clock.advance(hours=24, minutes=1)
    sam = await world.log_in(sam.user_id, sam.email)
    assert (await sam.post(FILES, body, key="the-same-key")).json()["upload"] is None
