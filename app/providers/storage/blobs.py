"""Objects as files on a disk. A file holds the content and, behind it, the label that says what it is, so that both
appear and change at once. Everything here blocks: callers use a thread."""

import json
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Final, Self
from uuid import uuid4

from app.core.errors import ProviderRejected, ProviderUnavailable
from app.providers.storage.port import AlreadyUploaded, UploadUnderWay

PIECE_BYTES: Final = 256 * 1024
_SUFFIX: Final = "="
"""At the end of a file's name and of no key, so that `a` and `a/b` can both be keys."""
_TAIL: Final = struct.Struct(">I4s")
_MAGIC: Final = b"plo1"
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Label:
    """What is written behind the content. `modified_at` is in ISO format; `upload_id` is of an upload in parts."""

    content_type: str
    etag: str
    modified_at: str
    cache_control: str | None = None
    upload_id: str = ""


class Blob:
    """An object opened for reading. Raises `FileNotFoundError` where there is none."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        try:
            self.label, self.size_bytes = self._read_label()
        except BaseException:
            self.close()
            raise

    def _read_label(self) -> tuple[Label, int]:
        file = self._file.fileno()
        end = os.fstat(file).st_size - _TAIL.size
        tail = os.pread(file, _TAIL.size, max(end, 0))
        length, magic = _TAIL.unpack(tail) if len(tail) == _TAIL.size else (0, b"")
        if magic != _MAGIC or length > end:
            raise ProviderRejected("The folder of files holds something that is no object.")
        return Label(**json.loads(os.pread(file, length, end - length))), end - length

    def read(self, start: int, length: int) -> bytes:
        """Fewer bytes at the end of the content."""
        return os.pread(self._file.fileno(), max(0, min(length, self.size_bytes - start)), start)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Draft:
    """An object being written, unseen by readers until it is placed. `discard` is called in any case in the end.

    Of what is written for the same `purpose` there is one draft at a time: raises `UploadUnderWay`."""

    def __init__(self, folder: Path, *purpose: str | int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / (_name_of(purpose) if purpose else uuid4().hex)
        self._file = _claim(self._path)
        self._digest = blake2b(digest_size=16)
        self._lock = Lock()  # a task that is cancelled discards while its thread still writes
        self._is_moved = False
        self.size_bytes = 0

    @property
    def path(self) -> Path:
        return self._path

    @property
    def etag(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._append(data)
        self.size_bytes += len(data)

    def copy(self, blob: Blob) -> None:
        """Append its content, which the tag then does not speak of."""
        for start in range(0, blob.size_bytes, PIECE_BYTES):
            self._append(blob.read(start, PIECE_BYTES))
        self.size_bytes += blob.size_bytes

    def _append(self, data: bytes) -> None:
        with self._lock:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]

    def seal(self, label: Label) -> None:
        """End the content and say what it is, for good before this returns."""
        text = json.dumps(asdict(label)).encode()
        self._append(text + _TAIL.pack(len(text), _MAGIC))
        os.fsync(self._file.fileno())

    def place(self, target: Path, *, is_new: bool = False) -> None:
        """Give it its name, for good before this returns. Raises `AlreadyUploaded` if it must be new and is not, and
        `FileNotFoundError` if the target's folder is gone."""
        with self._lock:
            self._move(target, is_new=is_new)
        _sync_folder(target.parent)

    def _move(self, target: Path, *, is_new: bool) -> None:
        if self._file.closed:
            raise ProviderUnavailable  # it was discarded: the draft of that name is somebody else's by now
        if is_new:
            try:
                os.link(self._path, target)
            except FileExistsError:
                raise AlreadyUploaded from None
        else:
            self._path.replace(target)
            self._is_moved = True

    def discard(self) -> None:
        """The name is free before the lock is, and never taken from the next one."""
        with self._lock:
            if not self._file.closed and not self._is_moved:
                self._path.unlink(missing_ok=True)
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


def _name_of(purpose: tuple[str | int, ...]) -> str:
    return blake2b(json.dumps(purpose).encode(), digest_size=16).hexdigest()


def _claim(path: Path) -> FileIO:
    """A new file under this name, for one at a time in all processes."""
    while True:
        file = FileIO(os.open(path, os.O_CREAT | os.O_WRONLY, 0o666), "wb")
        try:
            if _is_claimed(file, path):
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _is_claimed(file: FileIO, path: Path) -> bool:
    """Whether it is locked, new, and still has its name. A lock ends with the process that holds it, so what a killed
    one left is known; that may be an object by its second name, and is never written to."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UploadUnderWay from None
    found = os.fstat(file.fileno())
    with suppress(FileNotFoundError):
        if os.path.samestat(found, path.stat()):
            if found.st_size == 0:
                return True
            path.unlink()
    return False


class Shelf:
    """The folder with its objects, and the drafts beside them. Several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.drafts = root / ".drafts"

    def path(self, key: str) -> Path:
        return self._root / f"{key}{_SUFFIX}"

    def place(self, draft: Draft, key: str, *, is_new: bool = False) -> None:
        """Folders that became empty are taken away by others at any time, so making one and using it are repeated."""
        target = self.path(key)
        for _ in range(_ATTEMPTS):
            with suppress(FileNotFoundError):
                self.make_folder(target.parent)
                draft.place(target, is_new=is_new)
                return
        raise ProviderUnavailable("The folder of files does not keep its folders.")

    def make_folder(self, folder: Path) -> None:
        """With those above it, for good."""
        if folder.is_dir():
            return
        if folder != self._root:
            self.make_folder(folder.parent)
        folder.mkdir(exist_ok=True, parents=folder == self._root)
        _sync_folder(folder.parent)

    def remove(self, key: str) -> None:
        """With the folders that are empty then."""
        path = self.path(key)
        path.unlink(missing_ok=True)
        with suppress(OSError):
            while (path := path.parent) != self._root:
                path.rmdir()

    def throw_away(self, folder: Path) -> None:
        """Make a folder disappear at once, then what is in it."""
        doomed = self.drafts / uuid4().hex
        self.drafts.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)

    def sweep(self, folder: Path, age: timedelta, *, now: float) -> None:
        """Remove what a killed process left there. `now` is a time stamp of the file system itself."""
        with suppress(FileNotFoundError):
            for entry in list(os.scandir(folder)):
                with suppress(FileNotFoundError):
                    if now - entry.stat().st_mtime > age.total_seconds():
                        (self.throw_away if entry.is_dir() else os.unlink)(Path(entry))

    def keys(self, prefix: str, after: str) -> Iterator[tuple[str, Path]]:
        """Those under the prefix that come after that one, in their order, and where they are."""
        return _walk(self._root, "", prefix, after)


def _walk(folder: Path, base: str, prefix: str, after: str) -> Iterator[tuple[str, Path]]:
    for key, path in sorted(_entries(folder, base)):
        if not key.endswith("/"):
            if key.startswith(prefix) and key > after:
                yield key, path
        elif _may_hold(key, prefix, after):
            yield from _walk(path, key, prefix, after)


def _entries(folder: Path, base: str) -> Iterator[tuple[str, Path]]:
    """Keys of objects, and of folders with a slash behind: so they sort as the keys in them do."""
    with suppress(FileNotFoundError), os.scandir(folder) as found:
        for entry in found:
            if entry.name.startswith("."):
                continue
            if entry.name.endswith(_SUFFIX):
                yield base + entry.name.removesuffix(_SUFFIX), Path(entry)
            elif entry.is_dir():  # whatever else lies there is not ours
                yield f"{base}{entry.name}/", Path(entry)


def _may_hold(start: str, prefix: str, after: str) -> bool:
    """Whether keys that begin so can be wanted."""
    is_under = start.startswith(prefix) or prefix.startswith(start)
    return is_under and (start > after or after.startswith(start))


def _sync_folder(folder: Path) -> None:
    """Make names last: a file's own `fsync` does not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
