"""Deleting objects, and finding what to delete."""

from datetime import timedelta
from functools import partial

from app.domains.files import service
from app.domains.files.types import DELETE_OBJECTS, SWEEP_FILES, ObjectsPayload
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.storage.port import ObjectStore

_SWEEP_EVERY = timedelta(hours=1)


def register(registry: Registry, store: ObjectStore) -> None:
    """The domain's jobs and their schedule, for `app.wiring`."""
    registry.register(DELETE_OBJECTS, partial(delete_objects, store=store))
    registry.register(SWEEP_FILES, sweep)
    registry.every(_SWEEP_EVERY, SWEEP_FILES)


async def delete_objects(_context: JobContext, payload: ObjectsPayload, *, store: ObjectStore) -> None:
    """Repeating it changes nothing."""
    for key, upload_id in payload.uploads:
        await store.abort_parts(key, upload_id)
    await store.delete(payload.keys)


async def sweep(context: JobContext, _payload: JobPayload) -> None:
    await context.apply(service.sweep)
