"""Joining the parts of an upload in a folder: once at a time, however long it takes and whoever waits for it."""

import asyncio
import shutil
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.providers.storage.blobs import Draft
from app.providers.storage.folder import FolderStore
from app.providers.storage.pieces import pieces_of
from app.providers.storage.port import LEAST_PART_BYTES, Grant, Part, UploadUnderWay
from tests.support.clock import ManualClock

KEY = "v/long"
BODIES = [b"a" * LEAST_PART_BYTES, b"b" * LEAST_PART_BYTES, b"c"]


class Site:
    """A folder, which several processes share, and an upload of which all parts are there."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder, self._clock = folder, clock
        self.store = self.process()
        self.upload_id = ""
        self.parts: list[Part] = []

    def process(self, **options: float) -> FolderStore:
        return FolderStore(self.folder, url="http://here/files", secret="s" * 32, clock=self._clock, **options)

    async def send(self) -> None:
        self.upload_id = await self.store.start_parts(KEY, content_type="video/mp4")
        for number, body in enumerate(BODIES, 1):
            grant = Grant(0, "", len(body), self.upload_id, number)
            self.parts.append(Part(number, await self.store.receive(KEY, grant, pieces_of(body, len(body)))))

    async def join(self, store: FolderStore) -> bool:
        """False when another one is at it, or it takes long."""
        try:
            await store.finish_parts(KEY, self.upload_id, self.parts)
        except UploadUnderWay:
            return False
        return True

    def left(self) -> Sequence[str]:
        return [path.name for folder in (".drafts", ".parts") for path in (self.folder / folder).glob("*")]


@pytest.fixture
async def site(tmp_path: Path, clock: ManualClock) -> Site:
    made = Site(tmp_path / "objects", clock)
    await made.send()
    return made


async def test_who_comes_while_another_one_joins_is_told_so_and_gets_its_result(site: Site) -> None:
    with Draft(site.folder / ".drafts", KEY, site.upload_id):
        assert not await site.join(site.store)
    answers = await asyncio.gather(*(site.join(store) for store in (site.store, site.process(), site.process())))
    assert any(answers)
    found = await site.store.find(KEY)
    assert await site.join(site.process())
    assert await site.store.find(KEY) == found
    assert await site.store.read(KEY) == b"".join(BODIES)
    assert site.left() == []


def test_who_waits_too_long_is_told_so_and_asks_again(tmp_path: Path, clock: ManualClock) -> None:
    """Each of these loops ends when its threads have ended."""
    site = Site(tmp_path / "objects", clock)
    asyncio.run(site.send())
    assert not asyncio.run(site.join(site.process(patience_s=0)))
    assert asyncio.run(site.join(site.store))
    assert asyncio.run(site.store.read(KEY)) == b"".join(BODIES)
    assert site.left() == []


async def test_what_was_joined_before_a_crash_is_not_joined_again(site: Site, clock: ManualClock) -> None:
    """Which was between giving the object its name and throwing away the parts."""
    parts, kept = site.folder / ".parts" / site.upload_id, site.folder.parent / "kept"
    shutil.copytree(parts, kept)
    await site.store.finish_parts(KEY, site.upload_id, site.parts)
    found = await site.store.find(KEY)
    kept.rename(parts)
    clock.advance(minutes=1)
    assert await site.join(site.process())
    assert await site.store.find(KEY) == found
    assert site.left() == []


async def _stopped(sending: Coroutine[Any, Any, str]) -> None:
    """As soon as a thread is at it, and until all that it began is over."""
    task = asyncio.create_task(sending)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    await asyncio.sleep(0)
    assert task.cancelled()


def test_who_is_stopped_while_a_draft_is_opened_leaves_none(tmp_path: Path, clock: ManualClock) -> None:
    """It would keep others from sending this part."""
    site = Site(tmp_path / "objects", clock)
    asyncio.run(site.send())
    grant = Grant(0, "", 1, site.upload_id, len(BODIES) + 1)
    for _ in range(20):
        asyncio.run(_stopped(site.store.receive(KEY, grant, pieces_of(b"d", 1))))
        assert list((site.folder / ".drafts").glob("*")) == []
    assert asyncio.run(site.store.receive(KEY, grant, pieces_of(b"d", 1)))
