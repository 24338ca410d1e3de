"""Values of files."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NewType

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.core.ids import id_constraint
from app.domains.users.types import LongLineField, UserId
from app.edge.media import AVATAR, THUMBNAIL, PictureSizes
from app.jobs.kinds import JobKind, JobPayload

FileId = NewType("FileId", str)
FileIdField = Annotated[FileId, id_constraint("fil")]

PART_BYTES: Final = 32 * 1024 * 1024
"""What each part but the last of an upload in parts holds."""

ONE_PIECE_BYTES: Final = 64 * 1024 * 1024
"""Up to this size a file is uploaded in one piece."""

MOST_PARTS: Final = 128

UPLOADS: Final = "files"
"""The folder of the keys of uploads, and of what is kept as it was sent."""

_PIECE_BYTES: Final = 4 * 1024 * 1024
_SEPARATORS = frozenset("/\\")


def _check_file_name(value: str) -> str:
    if not _SEPARATORS.isdisjoint(value) or not value.strip("."):
        raise PydanticCustomError("file_name", "must be a name of a file, without the folders it is in")
    return value


FileName = Annotated[LongLineField, AfterValidator(_check_file_name), Field(examples=["homework 1.pdf"])]
"""What its owner calls a file: shown, and what a download is saved as; never part of a key."""


class Purpose(StrEnum):
    """What a file is for; it decides who may upload it, how large it may be and of which types."""

    AVATAR = "avatar"
    COURSE_THUMBNAIL = "course_thumbnail"
    HOMEWORK = "homework"
    RESOURCE = "resource"
    VIDEO = "video"


class FileState(StrEnum):
    """pending → ready → deleted; or refused, when what was uploaded is not what it should be."""

    PENDING = "pending"
    READY = "ready"
    REFUSED = "refused"
    DELETED = "deleted"


class Fault(StrEnum):
    """Why an upload is refused."""

    SIZE_DIFFERS = "size_differs"
    WRONG_CONTENT = "wrong_content"
    DAMAGED = "damaged"
    TWO_IN_ONE = "two_in_one"
    TOO_MANY_PIXELS = "too_many_pixels"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    UNSAFE_ARCHIVE = "unsafe_archive"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    NOT_UTF8 = "not_utf8"


class Unfit(Exception):
    """What was uploaded is not to be kept."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Content:
    """What was uploaded: its length, and a function that answers so many bytes of it from a position on."""

    size_bytes: int
    read: Callable[[int, int], Awaitable[bytes]]

    async def pieces(self) -> AsyncGenerator[bytes]:
        """All of it, piece by piece."""
        for start in range(0, self.size_bytes, _PIECE_BYTES):
            yield await self.read(start, _PIECE_BYTES)


class Treatment(StrEnum):
    """What becomes of an upload that is sound: it is kept as it is; or, of an image, a copy of what one sees, without
    all else that was in the file; or pictures in three sizes for everybody."""

    KEEP = "keep"
    CLEAN = "clean"
    PICTURES = "pictures"


SIZES_OF: Final = {Purpose.AVATAR: AVATAR, Purpose.COURSE_THUMBNAIL: THUMBNAIL}
"""The purposes that make pictures, and their sizes."""

_IMAGE = "image/"


def treatment_of(purpose: Purpose, content_type: str) -> Treatment:
    if purpose in SIZES_OF:
        return Treatment.PICTURES
    return Treatment.CLEAN if content_type.startswith(_IMAGE) else Treatment.KEEP


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What somebody wants to upload."""

    purpose: Purpose
    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Where the three objects of a picture are, and how large they are."""

    sizes: PictureSizes
    key: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file. What was uploaded lies under `upload_key` until it is ready; then what is kept lies under `key`, or for
    pictures under keys that begin with it (`app.edge.media`). `attached_to` names what uses it. Until `takes_until`
    something may arrive at an address that was given out."""

    id: FileId
    owner_id: UserId
    purpose: Purpose
    name: str
    content_type: str
    size_bytes: int
    state: FileState
    key: str
    upload_key: str
    upload_id: str | None
    etag: str | None
    fault: Fault | None
    attached_to: str | None
    created_at: datetime
    expires_at: datetime | None
    ready_at: datetime | None
    takes_until: datetime | None

    @property
    def treatment(self) -> Treatment:
        return treatment_of(self.purpose, self.content_type)

    def takes_uploads(self, now: datetime) -> bool:
        """Whether addresses are given out for it."""
        return self.state is FileState.PENDING and self.expires_at is not None and self.expires_at > now

    @property
    def sizes(self) -> PictureSizes | None:
        """Of pictures."""
        return SIZES_OF.get(self.purpose)

    @property
    def reason(self) -> Fault | None:
        """Why it was refused."""
        return self.fault

    @property
    def image(self) -> Picture | None:
        """What everybody may see of it."""
        return Picture(self.sizes, self.key) if self.sizes and self.state is FileState.READY else None

    @property
    def is_used(self) -> bool:
        return self.attached_to is not None

    @property
    def kept_keys(self) -> tuple[str, ...]:
        """The objects that are there when it is ready."""
        return self.sizes.keys_of(self.key) if self.sizes else (self.key,)

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Every object that it can ever have made."""
        return tuple(dict.fromkeys((self.upload_key, *self.kept_keys)))

    @property
    def parts(self) -> tuple[int, ...]:
        """The size of each part in bytes; none for an upload in one piece."""
        if self.size_bytes <= ONE_PIECE_BYTES:
            return ()
        whole, rest = divmod(self.size_bytes, PART_BYTES)
        return (PART_BYTES,) * whole + ((rest,) if rest else ())


@dataclass(frozen=True, slots=True)
class Kept:
    """What a sound upload became."""

    size_bytes: int
    etag: str | None


class ObjectsPayload(JobPayload):
    """Objects to delete, uploads in parts to give up: (key, upload id), and what the keys of pictures begin with that
    everybody could see."""

    keys: tuple[str, ...]
    uploads: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()


DELETE_OBJECTS = JobKind("files.delete_objects", ObjectsPayload, max_attempts=1000)
"""The attempts go on for six weeks, once an hour: what somebody had deleted must go, however long the store is away."""
SWEEP_FILES = JobKind("files.sweep", JobPayload)
