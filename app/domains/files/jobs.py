"""Deleting objects, and finding what belongs to nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final

from app.db.database import Database
from app.domains.files import service
from app.domains.files.types import DELETE_OBJECTS, SIZES_OF, SWEEP_FILES, UPLOADS, FileFacts, ObjectsPayload
from app.edge.purging.jobs import want_below
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.storage.port import ObjectStore

_SWEEP_EVERY = timedelta(hours=1)
_BATCH: Final = 500
_AT_ONCE: Final = 16


def register(registry: Registry, store: ObjectStore, *, has_edge: bool) -> None:
    """The domain's jobs and their schedule, for `app.wiring.jobs`."""
    registry.register(DELETE_OBJECTS, partial(delete_objects, store=store, has_edge=has_edge))
    registry.register(SWEEP_FILES, sweep)
    registry.every(_SWEEP_EVERY, SWEEP_FILES)


async def delete_objects(context: JobContext, payload: ObjectsPayload, *, store: ObjectStore, has_edge: bool) -> None:
    """Repeating it changes nothing. The edge is told afterwards, or it would fetch once more what it keeps for a
    year."""
    for key, upload_id in payload.uploads:
        await store.abort_parts(key, upload_id)
    await store.delete(payload.keys)
    if payload.pictures and has_edge:
        await context.apply(want_below, [store.public_url(key) for key in payload.pictures])


async def sweep(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.sweep)


@dataclass(frozen=True, slots=True)
class Strays:
    """What does not belong together: keys of objects that no file has, and of objects that are not there."""

    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


async def find_strays(db: Database, store: ObjectStore) -> Strays:
    """Compare all objects with all rows, both ways and piece by piece; changes nothing."""
    found = Strays()
    for prefix in (UPLOADS, *(sizes.folder for sizes in SIZES_OF.values())):
        async for keys in _batches_of_keys(store, f"{prefix}/"):
            found.unknown.extend(await db.read(service.unknown_keys, keys))
    async for files in _batches_of_files(db):
        for start in range(0, len(files), _AT_ONCE):
            lost = await asyncio.gather(*(_missing(db, store, file) for file in files[start : start + _AT_ONCE]))
            found.missing.extend(key for keys in lost for key in keys)
    return found


async def _batches_of_keys(store: ObjectStore, prefix: str) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for item in store.list(prefix):
        batch.append(item.key)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _batches_of_files(db: Database) -> AsyncIterator[list[FileFacts]]:
    after = ""
    while batch := await db.read(service.list_kept, after, _BATCH):
        yield batch
        after = batch[-1].id


async def _missing(db: Database, store: ObjectStore, file: FileFacts) -> list[str]:
    """The keys of its objects that are not there, unless it was deleted meanwhile."""
    lost = [key for key in file.kept_keys if await store.find(key) is None]
    if not lost:
        return []
    is_kept = await db.read(service.is_kept, file.id)
    return lost if is_kept else []
