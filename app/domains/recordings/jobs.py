"""Copying recordings piece by piece, asking about those that nobody told of, and deleting."""

import hashlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from app.core.errors import ProviderUnavailable
from app.core.logging import log_event
from app.db.database import Database
from app.db.session import WriteSession
from app.domains.recordings import service
from app.domains.recordings.types import (
    COPY_RECORDING,
    DELETE_RECORDING,
    FOLDER,
    RECONCILE_RECORDINGS,
    SWEEP_RECORDINGS,
    Copy,
    RecordingFacts,
    RecordingPayload,
)
from app.domains.sessions.types import SessionId
from app.jobs.kinds import JobPayload
from app.jobs.registry import JobContext, Registry
from app.providers.storage.port import ObjectStore
from app.providers.video.port import Recording, RecordingFile, RecordingMissing, VideoProvider

_EVERY: Final = timedelta(hours=1)
_BATCH: Final = 50

logger = logging.getLogger(__name__)


def register(registry: Registry, video: VideoProvider, store: ObjectStore, *, retention: timedelta | None) -> None:
    """The domain's jobs and their schedule, for `app.wiring`."""
    work = RecordingJobs(video, store, retention)
    registry.register(COPY_RECORDING, work.copy)
    registry.register(DELETE_RECORDING, work.delete)
    registry.register(RECONCILE_RECORDINGS, work.reconcile)
    registry.every(_EVERY, RECONCILE_RECORDINGS)
    registry.register(SWEEP_RECORDINGS, work.sweep)
    registry.every(_EVERY, SWEEP_RECORDINGS)


class RecordingJobs:
    """What one process does with recordings."""

    def __init__(self, video: VideoProvider, store: ObjectStore, retention: timedelta | None) -> None:
        self._video = video
        self._store = store
        self._retention = retention

    async def copy(self, context: JobContext, payload: RecordingPayload) -> None:
        """Begins anew after every interruption: nothing is visible under the key before all of it is there."""
        found = await context.db.read(service.find_waiting, payload.recording_id)
        if found is None:  # perhaps it was deleted while an attempt copied it, which was killed before it could tell
            await context.apply(service.delete_again, payload.recording_id)
            return
        try:
            made = await self._copied(found)
        except RecordingMissing:
            if service.may_still_come(found, context.db.clock.now()):
                raise ProviderUnavailable("The video service does not hand the recording out.") from None
            log_event(logger, "recordings.lost", recording_id=found.id)
            await context.apply(service.lose, found.id)
        else:
            await context.apply(service.keep, found.id, made)

    async def _copied(self, found: RecordingFacts) -> Copy:
        """Raises `RecordingMissing`, and `ProviderUnavailable` unless what is stored is what was sent, to the last
        byte."""
        async with self._video.open_recording(found.provider_id) as file:
            sent = _Measured(file)
            await self._store.put(found.key, sent.pieces(), content_type=file.content_type)
        stored = hashlib.sha256()
        async for piece in self._store.stream(found.key):
            stored.update(piece)
        if stored.digest() != sent.digest.digest():
            raise ProviderUnavailable("The object store does not hold what was put.")
        return Copy(file.content_type, file.size_bytes, stored.hexdigest())

    async def delete(self, context: JobContext, payload: RecordingPayload) -> None:
        """Here and at the video service. Repeating it changes nothing."""
        found = await context.db.read(service.find, payload.recording_id)
        if found:
            await self._store.delete([found.key])
            await self._video.delete_recording(found.provider_id)

    async def reconcile(self, context: JobContext, _payload: JobPayload) -> None:
        """Ask about recordings that should have been reported, to keep or to delete those that were not. Of sessions
        that have none though both agreed a line is logged."""
        wanted = await context.db.read(service.to_ask_about)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            found = await self._video.list_recordings(batch)
            await context.db.write(_receive_all, self._video.name, found)
            for session_id in await context.db.read(service.find_missing, batch):
                log_event(logger, "recordings.missing", session_id=session_id)

    async def sweep(self, context: JobContext, _payload: JobPayload) -> None:
        """Delete what is to go, and copy what waits though its job gave up."""
        await context.db.write(service.copy_again)
        await context.apply(service.sweep, self._retention)


def _receive_all(session: WriteSession, provider: str, found: list[Recording]) -> None:
    for each in found:
        service.receive(session, provider, each.id, SessionId(each.room_id))


class _Measured:
    """A file on its way: the digest of what passed. An end that comes too early or too late stops the storing."""

    def __init__(self, file: RecordingFile) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    async def pieces(self) -> AsyncIterator[bytes]:
        passed = 0
        async for piece in self._file.pieces:
            self.digest.update(piece)
            passed += len(piece)
            yield piece
        if passed != self._file.size_bytes:
            raise ProviderUnavailable("The video service sent another number of bytes than it said.")


async def find_strays(db: Database, store: ObjectStore) -> tuple[list[str], list[str]]:
    """Keys of stored objects that belong to no recording, and those of recordings whose objects are not there."""
    unknown: list[str] = []
    missing: list[str] = []
    keys = [item.key async for item in store.list(f"{FOLDER}/")]
    for start in range(0, len(keys), _BATCH):
        unknown.extend(await db.read(service.unknown_keys, keys[start : start + _BATCH]))
    after = ""
    while batch := await db.read(service.list_kept, after, _BATCH):
        missing.extend([each.key for each in batch if await store.find(each.key) is None])
        after = batch[-1].id
    return unknown, missing
