"""Uploads in parts, on a disk: a folder for each, with a file for each part. Everything here blocks."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import uuid4

from app.core.errors import ProviderRejected
from app.providers.storage.blobs import Blob, Draft, Label, Shelf
from app.providers.storage.port import LEAST_PART_BYTES, MOST_PARTS, ObjectMissing, Part, cache_of

_ABANDONED: Final = timedelta(days=7)
_ABOUT: Final = "about"
_ID: Final = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """Those that are under way on a shelf."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self._shelf = shelf
        self._folder = folder

    def start(self, key: str, content_type: str, now: str) -> str:
        """The id of a new one."""
        upload_id = uuid4().hex
        folder = self._folder / upload_id
        self._shelf.make_folder(folder)
        with Draft(self._shelf.drafts) as draft:
            draft.write(key.encode())
            draft.seal(Label(content_type, draft.etag, now, cache_of(key)))
            draft.place(folder / _ABOUT)
        return upload_id

    def keep(self, draft: Draft, upload_id: str, number: int) -> None:
        """Raises `ObjectMissing` when the upload is over."""
        try:
            draft.place(self._path(upload_id) / str(number))
        except FileNotFoundError:
            raise ObjectMissing from None

    def finish(self, key: str, upload_id: str, parts: Sequence[Part], now: str) -> None:
        """Parts are kept until the object is there, so that this can be repeated after a crash. Raises `UploadUnderWay`
        while another one is at it."""
        try:
            with Draft(self._shelf.drafts, key, upload_id) as draft:
                if not self._is_made_of(key, upload_id):
                    self._assemble(draft, key, upload_id, parts, now)
        except FileNotFoundError:
            if not self._is_made_of(key, upload_id):
                raise ObjectMissing from None
        self.abort(upload_id)

    def abort(self, upload_id: str) -> None:
        self._shelf.throw_away(self._path(upload_id))

    def sweep(self, *, now: float) -> None:
        """Those that were abandoned."""
        self._shelf.sweep(self._folder, _ABANDONED, now=now)

    def _path(self, upload_id: str) -> Path:
        if _ID.fullmatch(upload_id) is None:
            raise ObjectMissing
        return self._folder / upload_id

    def _assemble(self, draft: Draft, key: str, upload_id: str, parts: Sequence[Part], now: str) -> None:
        folder = self._path(upload_id)
        with Blob(folder / _ABOUT) as about:
            if about.read(0, about.size_bytes).decode() != key:
                raise ObjectMissing
            _check_numbers(parts)
            for part in parts:
                _append(draft, folder, part, is_last=part is parts[-1])
            tags = hashlib.sha256(" ".join(part.etag for part in parts).encode()).hexdigest()
            etag = f"{tags[:32]}-{len(parts)}"
            draft.seal(Label(about.label.content_type, etag, now, about.label.cache_control, upload_id))
            self._shelf.place(draft, key)

    def _is_made_of(self, key: str, upload_id: str) -> bool:
        try:
            with Blob(self._shelf.path(key)) as made:
                return made.label.upload_id == upload_id
        except FileNotFoundError:
            return False


def _check_numbers(parts: Sequence[Part]) -> None:
    is_rising = all(one.number < next_one.number for one, next_one in pairwise(parts))
    if not is_rising or not parts or not 1 <= parts[0].number <= parts[-1].number <= MOST_PARTS:
        raise ProviderRejected("Parts are numbered from 1 and given in their order.")


def _append(draft: Draft, folder: Path, part: Part, *, is_last: bool) -> None:
    try:
        blob = Blob(folder / str(part.number))
    except FileNotFoundError:
        if not folder.exists():
            raise
        raise ProviderRejected("A part was not uploaded.") from None
    with blob:
        if blob.label.etag != part.etag:
            raise ProviderRejected("A part is not the one that was uploaded last under its number.")
        if blob.size_bytes < LEAST_PART_BYTES and not is_last:
            raise ProviderRejected("A part is too small.")
        draft.copy(blob)
