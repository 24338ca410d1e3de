"""Files whose time is over: they neither count nor stay, however many there are."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select

from app.core.ids import new_id
from app.db.session import ReadSession, WriteSession
from app.domains.files import service
from app.domains.files.models import File
from app.domains.files.policies import MOST_PENDING
from app.domains.files.types import SWEEP_FILES, FileState, Purpose
from app.domains.users.types import UserId
from app.jobs.models import Job, JobState
from tests.domains.files.samples import PDF
from tests.domains.files.uploads import FILES, order, uploaded
from tests.support.world import Actor, World

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
AT_ONCE = 500
GIB = 1024**3


@pytest.fixture
async def sam(world: World) -> Actor:
    return await world.member("Sam Sample")


def add(session: WriteSession, owner_id: UserId, states: list[FileState]) -> None:
    """Files whose time is over with this instant, and that would take all the room there is."""
    rows = [row(new_id("fil"), owner_id, state) for state in states]
    session.execute(insert(File), [each | {"created_at": session.now, "expires_at": session.now} for each in rows])


def row(file_id: str, owner_id: UserId, state: FileState) -> dict[str, Any]:
    values = {"purpose": Purpose.HOMEWORK, "name": "a file", "content_type": "application/pdf", "size_bytes": GIB}
    return values | {"id": file_id, "owner_id": owner_id, "state": state, "key": file_id, "upload_key": file_id}


def left(session: ReadSession) -> tuple[int, int]:
    """How many files are still there, and how many sweeps wait."""
    files = session.scalar(select(func.count()).where(File.state != FileState.DELETED)) or 0
    waiting = select(func.count()).where(Job.kind == SWEEP_FILES.name, Job.state == JobState.QUEUED)
    return files, session.scalar(waiting) or 0


async def test_a_sweep_that_had_too_much_to_do_goes_on(world: World, sam: Actor) -> None:
    await world.write(add, sam.user_id, [FileState.READY] * (AT_ONCE + 1))
    world.clock.advance(seconds=1)
    seen = []
    for _ in range(2):
        await world.write(service.sweep)
        seen.append(await world.db.read(left))
    assert seen == [(1, 1), (0, 1)]


async def test_what_is_over_counts_no_more_before_it_is_swept(world: World, sam: Actor) -> None:
    await world.write(add, sam.user_id, [FileState.READY] * MOST_PENDING + [FileState.PENDING] * MOST_PENDING)
    answer = await sam.post(FILES, order("homework", "application/pdf", PDF))
    assert answer.status_code == 201, answer.text


async def test_what_is_deleted_goes_however_long_the_store_is_away(world: World, sam: Actor) -> None:
    file = await uploaded(sam, "homework", "application/pdf", PDF)
    store, objects = world.app.state.providers.storage, world.settings.data_dir / "objects"
    aside = objects.rename(objects.with_name("aside"))
    objects.write_text("where the folder was")
    assert (await sam.delete(f"{FILES}/{file['id']}")).status_code == 204
    for _ in range(30):
        world.clock.advance(hours=1)
        await world.settle()
    objects.unlink()
    aside.rename(objects)
    assert [found.key async for found in store.list()] != []
    world.clock.advance(hours=1)
    await world.settle()
    assert [found.key async for found in store.list()] == []
