"""The object store in a folder of this machine: the default, for development and for an installation on one machine.

Its addresses lead to `app.edge.files`. Several processes may share the folder; what is stored survives a power cut."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from app.core.clock import Clock
from app.core.errors import ProviderUnavailable
from app.providers.storage.assembly import Uploads
from app.providers.storage.blobs import PIECE_BYTES, Blob, Draft, Label, Shelf
from app.providers.storage.grants import Grants
from app.providers.storage.pieces import pieces_of
from app.providers.storage.port import (
    AlreadyUploaded,
    Grant,
    ObjectMissing,
    Part,
    SignedRequest,
    StoredObject,
    UploadDiffers,
    UploadUnderWay,
    cache_of,
    checked_key,
    checked_public_key,
)

P = ParamSpec("P")
T = TypeVar("T")

_LISTED_AT_ONCE: Final = 200
JOINING_PATIENCE_S: Final = 15.0  # a request has 30 s, and what was joined is looked into as well
_DRAFT_AGE: Final = timedelta(days=1)


class FolderStore:
    """`ObjectStore` and `ServedStore`. The address is the one of our routes, without a slash."""

    def __init__(
        self, folder: Path, *, url: str, secret: str, clock: Clock, patience_s: float = JOINING_PATIENCE_S
    ) -> None:
        self._shelf = Shelf(folder)
        self._uploads = Uploads(self._shelf, folder / ".parts")
        self._url = url
        self._grants = Grants(secret)
        self._clock = clock
        self._patience_s = patience_s
        self._is_swept = False

    # --- addresses

    async def sign_put(self, key: str, *, content_type: str, size_bytes: int, life: timedelta) -> SignedRequest:
        grant = Grant(self._end(life), content_type=content_type, size_bytes=size_bytes)
        return self._sign("PUT", key, grant, {"Content-Type": content_type, "If-None-Match": "*"})

    async def sign_get(self, key: str, *, life: timedelta, download_name: str | None = None) -> SignedRequest:
        return self._sign("GET", key, Grant(self._end(life), download_name=download_name or ""), {})

    async def sign_part(
        self, key: str, upload_id: str, *, number: int, size_bytes: int, life: timedelta
    ) -> SignedRequest:
        return self._sign("PUT", key, Grant(self._end(life), "", size_bytes, upload_id, number), {})

    def public_url(self, key: str) -> str:
        return f"{self._url}/{checked_public_key(key)}"

    def check(self, method: str, key: str, query: str) -> Grant:
        return self._grants.read(method, key, query, now=self._clock.now().timestamp())

    def _sign(self, method: str, key: str, grant: Grant, headers: dict[str, str]) -> SignedRequest:
        url = f"{self._url}/{checked_key(key)}?{self._grants.query(method, key, grant)}"
        return SignedRequest(method, url, headers, datetime.fromtimestamp(grant.ends_at, UTC))

    def _end(self, life: timedelta) -> int:
        return int((self._clock.now() + life).timestamp())

    # --- writing

    async def put(
        self, key: str, body: bytes | AsyncIterator[bytes], *, content_type: str, cache_control: str | None = None
    ) -> StoredObject:
        checked_key(key)
        draft = await self._open_draft()
        try:
            await _pour(body, draft)
            label = Label(content_type, draft.etag, self._now(), cache_control or cache_of(key))
            await _on_disk(draft.seal, label)
            await _on_disk(self._shelf.place, draft, key)
        finally:
            await _on_disk(draft.discard)
        return _facts(key, label, draft.size_bytes)

    async def receive(self, key: str, grant: Grant, body: AsyncIterator[bytes]) -> str:
        path = self._shelf.path(checked_key(key))
        if not grant.upload_id and await _on_disk(path.exists):
            raise AlreadyUploaded
        draft = await self._open_draft(key, grant.upload_id, grant.part)
        try:
            await _pour(body, draft, grant.size_bytes)
            if draft.size_bytes != grant.size_bytes:
                raise UploadDiffers
            await _on_disk(draft.seal, Label(grant.content_type, draft.etag, self._now()))
            if grant.upload_id:
                await _on_disk(self._uploads.keep, draft, grant.upload_id, grant.part)
            else:
                await _on_disk(self._shelf.place, draft, key, is_new=True)
        finally:
            await _on_disk(draft.discard)
        return draft.etag

    async def start_parts(self, key: str, *, content_type: str) -> str:
        return await _on_disk(self._uploads.start, checked_key(key), content_type, self._now())

    async def finish_parts(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """What takes longer goes on in its thread."""
        try:
            async with asyncio.timeout(self._patience_s):
                await _on_disk(self._uploads.finish, checked_key(key), upload_id, parts, self._now())
        except TimeoutError:
            raise UploadUnderWay from None

    async def abort_parts(self, key: str, upload_id: str) -> None:
        checked_key(key)
        with suppress(ObjectMissing):
            await _on_disk(self._uploads.abort, upload_id)

    async def delete(self, keys: Collection[str]) -> None:
        for key in keys:
            await _on_disk(self._shelf.remove, checked_key(key))

    async def _open_draft(self, *purpose: str | int) -> Draft:
        """Who is stopped while it is being opened leaves none behind: it would stay open, and keep others from its
        address."""
        opening = asyncio.ensure_future(_on_disk(self._new_draft, *purpose))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_discard)
            raise

    def _new_draft(self, *purpose: str | int) -> Draft:
        draft = Draft(self._shelf.drafts, *purpose)
        if not self._is_swept:
            self._is_swept = True
            now = draft.path.stat().st_mtime  # the file system's time, which no clock of ours moves
            self._shelf.sweep(self._shelf.drafts, _DRAFT_AGE, now=now)
            self._uploads.sweep(now=now)
        return draft

    def _now(self) -> str:
        return self._clock.now().isoformat()

    # --- reading

    async def find(self, key: str) -> StoredObject | None:
        try:
            return await _on_disk(_look, checked_key(key), self._shelf.path(key))
        except FileNotFoundError:
            return None

    async def open(self, key: str) -> "Reading":
        try:
            return Reading(key, await _on_disk(Blob, self._shelf.path(checked_key(key))))
        except FileNotFoundError:
            raise ObjectMissing from None

    async def read(self, key: str, *, start: int = 0, length: int | None = None) -> bytes:
        async with aclosing(await self.open(key)) as found:
            return await _on_disk(found.blob.read, start, found.blob.size_bytes if length is None else length)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        async with aclosing(await self.open(key)) as found:
            async for piece in found.pieces(0, found.blob.size_bytes):
                yield piece

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[StoredObject]:
        found = self._shelf.keys(prefix, after)
        while batch := await _on_disk(_look_at_next, found):
            for item in batch:
                yield item

    async def close(self) -> None:
        """Nothing is kept open."""


class Reading:
    """An `OpenObject`: the file stays readable when its name leads to another one."""

    def __init__(self, key: str, blob: Blob) -> None:
        self.facts = _facts(key, blob.label, blob.size_bytes)
        self.blob = blob

    async def pieces(self, start: int, length: int) -> AsyncIterator[bytes]:
        for position in range(start, start + length, PIECE_BYTES):
            yield await _on_disk(self.blob.read, position, min(PIECE_BYTES, start + length - position))

    async def aclose(self) -> None:
        self.blob.close()


def _discard(opened: asyncio.Future[Draft]) -> None:
    if not opened.cancelled() and opened.exception() is None:
        opened.result().discard()


async def _pour(body: bytes | AsyncIterator[bytes], draft: Draft, most_bytes: int | None = None) -> None:
    """In pieces that are worth a thread's while. Raises `UploadDiffers` for more bytes than that."""
    async for piece in pieces_of(body, PIECE_BYTES):
        if most_bytes is not None and draft.size_bytes + len(piece) > most_bytes:
            raise UploadDiffers
        await _on_disk(draft.write, piece)


def _look(key: str, path: Path) -> StoredObject:
    with Blob(path) as blob:
        return _facts(key, blob.label, blob.size_bytes)


def _look_at_next(found: Iterator[tuple[str, Path]]) -> list[StoredObject]:
    """The next ones that are still there; none at the end."""
    batch: list[StoredObject] = []
    for key, path in found:
        with suppress(FileNotFoundError):
            batch.append(_look(key, path))
        if len(batch) == _LISTED_AT_ONCE:
            break
    return batch


def _facts(key: str, label: Label, size_bytes: int) -> StoredObject:
    modified_at = datetime.fromisoformat(label.modified_at)
    return StoredObject(key, size_bytes, label.content_type, label.etag, modified_at, label.cache_control)


async def _on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """In a thread. Raises `ProviderUnavailable` when the disk is full or does not work."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ProviderUnavailable from error
