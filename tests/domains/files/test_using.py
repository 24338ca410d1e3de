"""What other domains do with files, and what collides with it."""

import asyncio

import pytest

from app.core.errors import Problem
from app.domains.files import service
from app.domains.files.deps import Intake
from app.domains.files.errors import FileInUse, FileNotFound, FileNotReady, FileOfOtherPurpose
from app.domains.files.types import FileFacts, FileId, Purpose
from tests.domains.auth.accounts import code
from tests.domains.files.samples import PDF, image
from tests.domains.files.uploads import FILES, complete, fetched, send, stored, uploaded
from tests.support.world import Actor, World

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


async def homework(actor: Actor) -> FileId:
    return FileId((await uploaded(actor, "homework", "application/pdf", PDF))["id"])


async def attach(world: World, actor: Actor, file_id: FileId, to: str) -> FileFacts | type[Problem]:
    """What became of it."""
    try:
        return await world.write(service.attach, file_id, actor.user_id, Purpose.HOMEWORK, to=to)
    except Problem as problem:
        return type(problem)


async def test_of_many_things_that_want_a_file_one_gets_it(world: World, sam: Actor) -> None:
    file_id = await homework(sam)
    found = await asyncio.gather(*(attach(world, sam, file_id, f"sub_{number}") for number in range(6)))
    (got,) = [each for each in found if isinstance(each, FileFacts)]
    assert sum(each is FileInUse for each in found) == 5
    assert got.attached_to is not None
    assert await attach(world, sam, file_id, got.attached_to) == got
    world.clock.advance(days=3)
    await world.settle()
    assert await stored(world) == ["files/…/…"]


async def test_a_file_is_attached_or_deleted_never_both(world: World, sam: Actor) -> None:
    file_ids = [await homework(sam) for _ in range(4)]
    found = await asyncio.gather(
        *(attach(world, sam, file_id, "sub_1") for file_id in file_ids),
        *(sam.delete(f"{FILES}/{file_id}") for file_id in file_ids),
    )
    await world.settle()
    kept = 0
    for file_id, attached, deleted in zip(file_ids, found[:4], found[4:], strict=True):
        is_attached = isinstance(attached, FileFacts)
        assert is_attached == (deleted.status_code == 409)  # type: ignore[union-attr]
        assert is_attached or attached is FileNotFound
        assert (await sam.get(f"{FILES}/{file_id}")).status_code == (200 if is_attached else 404)
        kept += is_attached
    assert len(await stored(world)) == kept


@on_sqlite
async def test_only_what_fits_is_attached(world: World, sam: Actor) -> None:
    eve = await world.member("Eve Other")
    pending = FileId((await send(sam, "homework", "application/pdf", PDF)).id)
    avatar = FileId((await uploaded(sam, "avatar", "image/png", image()))["id"])
    file_id = await homework(sam)
    assert await attach(world, sam, pending, "sub_1") is FileNotReady
    assert await attach(world, sam, avatar, "sub_1") is FileOfOtherPurpose
    assert await attach(world, eve, file_id, "sub_1") is FileNotFound
    world.clock.advance(hours=25)  # its time is over, though nobody swept yet
    assert await attach(world, sam, file_id, "sub_1") is FileNotFound


@on_sqlite
async def test_a_released_file_is_downloaded_a_last_time(world: World, sam: Actor) -> None:
    file_id, store = await homework(sam), world.app.state.providers.storage
    await attach(world, sam, file_id, "sub_1")
    signed = await service.sign_download(store, await world.db.read(service.get_facts, file_id), now=world.clock.now())
    for _ in range(2):
        await world.write(service.release, file_id)
    await world.settle()
    with pytest.raises(FileNotFound):
        await world.db.read(service.get_facts, file_id)
    assert (await fetched(world, signed.url)).content == PDF
    world.clock.advance(minutes=16)
    await world.settle()
    assert await stored(world) == []


@on_sqlite
async def test_what_was_exchanged_after_the_check_is_not_given_out(world: World, sam: Actor) -> None:
    file_id, store = await homework(sam), world.app.state.providers.storage
    facts = await world.db.read(service.get_facts, file_id)
    await store.put(facts.key, b"something else", content_type="application/pdf")
    with pytest.raises(FileNotFound):
        await service.sign_download(store, facts, now=world.clock.now())
    assert (await sam.get(f"{FILES}/{file_id}/download")).status_code == 404


@on_sqlite
@pytest.mark.parametrize("is_repeated", [True, False])
async def test_what_is_checked_but_not_committed_is_shown_nowhere(world: World, sam: Actor, is_repeated: bool) -> None:
    """As if the server had died there: the pictures lie where nobody can know."""
    file_id = FileId((await send(sam, "avatar", "image/png", image("PNG", (300, 300)))).id)
    file = await world.db.read(service.get_unfinished, sam.user_id, file_id)
    intake = Intake(world.db, world.app.state.providers.storage, world.app.state.pictures, world.app.state.archives)
    assert await intake.take(file, []) is not None
    assert len(await stored(world)) == 4
    shown = (await sam.get(f"{FILES}/{file_id}")).json()
    assert (shown["state"], shown["image"]) == ("pending", None)
    assert code(await sam.put("/api/users/me/avatar", {"file_id": file_id})) == (409, "file_not_ready")
    if is_repeated:
        assert (await complete(sam, file_id)).json()["state"] == "ready"
        await world.settle()
        assert len(await stored(world)) == 3
    world.clock.advance(hours=25)
    await world.settle()
    assert await stored(world) == []
