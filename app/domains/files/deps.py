"""Uploads between the database and the object store: nothing of it happens inside a transaction."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from fastapi import Depends

from app.core.errors import ProviderRejected
from app.db.database import Database
from app.domains.files import service
from app.domains.files.archives import Archives
from app.domains.files.checks import check_content
from app.domains.files.errors import FileBeingJoined, FileNotUploaded, FileRefused, PartsDiffer
from app.domains.files.pictures import Pictures
from app.domains.files.policies import UPLOAD_LIFE, Room
from app.domains.files.types import Content, Fault, FileFacts, FileState, Kept, Treatment, Unfit
from app.edge.deps import AppSettings, Db, state
from app.providers.storage.port import ObjectMissing, ObjectStore, Part, SignedRequest, StoredObject, UploadUnderWay

_PIECE_BYTES: Final = 1024 * 1024
_WEBP: Final = "image/webp"


@dataclass(frozen=True, slots=True)
class Intake:
    """Gives out addresses for uploads, and checks what arrived."""

    db: Database
    store: ObjectStore
    pictures: Pictures
    archives: Archives

    async def address(self, file: FileFacts) -> SignedRequest:
        """For an upload in one piece."""
        return await self.store.sign_put(
            file.upload_key, content_type=file.content_type, size_bytes=file.size_bytes, life=UPLOAD_LIFE
        )

    async def address_parts(self, file: FileFacts, numbers: Collection[int]) -> dict[int, SignedRequest]:
        """By their numbers from 1. Raises `PartsDiffer` for one that the file does not have."""
        if not set(numbers) <= set(range(1, len(file.parts) + 1)):
            raise PartsDiffer
        upload_id = file.upload_id or await self._start(file)
        return {
            number: await self.store.sign_part(
                file.upload_key, upload_id, number=number, size_bytes=file.parts[number - 1], life=UPLOAD_LIFE
            )
            for number in numbers
        }

    async def _start(self, file: FileFacts) -> str:
        """Of two that start at once one is given up."""
        started = await self.store.start_parts(file.upload_key, content_type=file.content_type)
        known = (await self.db.write(service.set_upload_id, file, started)).upload_id
        if known != started:
            await self.store.abort_parts(file.upload_key, started)
        return known or started

    async def take(self, file: FileFacts, parts: Sequence[Part]) -> Kept | None:
        """Check what was uploaded and store what is kept of it; nothing is visible before `service.finish`. None when a
        completion beside this one has done it.

        Raises `FileRefused` for what is not to be kept, which is deleted; `PartsDiffer`, `FileNotUploaded`,
        `FileBeingJoined`.
        """
        if file.state is FileState.READY:
            return None
        try:
            return await self._checked(file, parts)
        except ObjectMissing:
            fresh = await self.db.read(service.get_unfinished, file.owner_id, file.id)
            if fresh.state is not FileState.READY:
                raise FileNotUploaded from None
        except Unfit as unfit:
            if await self.db.write(service.refuse, file, unfit.fault):
                raise FileRefused(reason=unfit.fault) from None
        return None

    async def _checked(self, file: FileFacts, parts: Sequence[Part]) -> Kept:
        await self._join(file, parts)
        stored = await self._find(file)
        if stored.size_bytes != file.size_bytes:
            raise Unfit(Fault.SIZE_DIFFERS)
        if stored.content_type != file.content_type:
            raise Unfit(Fault.WRONG_CONTENT)
        content = Content(stored.size_bytes, partial(self._read, file.upload_key))
        await check_content(content, file.content_type, self.archives)
        if file.treatment is not Treatment.KEEP:
            return await self._redrawn(file, content)
        if (await self._find(file)).etag != stored.etag:
            raise Unfit(Fault.WRONG_CONTENT)  # replaced while it was looked at
        return Kept(stored.size_bytes, stored.etag)

    async def _join(self, file: FileFacts, parts: Sequence[Part]) -> None:
        if [part.number for part in parts] != list(range(1, len(file.parts) + 1)):
            raise PartsDiffer
        if not parts:
            return
        if file.upload_id is None:
            raise ObjectMissing
        try:
            await self.store.finish_parts(file.upload_key, file.upload_id, parts)
        except ProviderRejected:
            raise PartsDiffer from None
        except UploadUnderWay:
            raise FileBeingJoined from None

    async def _find(self, file: FileFacts) -> StoredObject:
        stored = await self.store.find(file.upload_key)
        if stored is None:
            raise ObjectMissing
        return stored

    async def _read(self, key: str, start: int, length: int) -> bytes:
        return await self.store.read(key, start=start, length=length)

    async def _redrawn(self, file: FileFacts, content: Content) -> Kept:
        """The three sizes, or a copy without all that one does not see."""
        content_type = _WEBP if file.sizes else file.content_type
        async with aclosing(content.pieces()) as pieces, self.pictures.made_of(pieces, file) as made:
            stored = [
                await self.store.put(key, _pieces_of(path), content_type=content_type)
                for key, path in zip(file.kept_keys, made, strict=True)
            ]
        return Kept(sum(each.size_bytes for each in stored), stored[-1].etag)


async def _pieces_of(path: Path) -> AsyncGenerator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece


Storage = Annotated[ObjectStore, Depends(state("providers.storage"))]
PicturesDep = Annotated[Pictures, Depends(state("pictures"))]
ArchivesDep = Annotated[Archives, Depends(state("archives"))]


async def _intake(db: Db, store: Storage, pictures: PicturesDep, archives: ArchivesDep) -> Intake:
    return Intake(db, store, pictures, archives)


async def _room(settings: AppSettings) -> Room:
    return Room.of(settings)


IntakeDep = Annotated[Intake, Depends(_intake)]
RoomDep = Annotated[Room, Depends(_room)]
