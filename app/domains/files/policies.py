"""Which files are taken: by purpose, of which types, how large, and from whom."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.core.config import Settings
from app.domains.files.errors import FileTooLarge, FileTypeNotAllowed, PurposeNotAllowed
from app.domains.files.types import FileOrder, Purpose

_MIB = 1024 * 1024
_GIB = 1024 * _MIB

UPLOAD_LIFE: Final = timedelta(minutes=10)
"""How long an address takes an upload to begin."""

DOWNLOAD_LIFE: Final = timedelta(minutes=15)
"""How long an address of a private file works. Files that are given up are there as long, for whoever has one."""

PENDING_LIFE: Final = timedelta(days=1)
"""How long an upload may take from its creation to its completion."""

UNUSED_LIFE: Final = timedelta(days=1)
"""How long a file is kept that nothing uses."""

ROW_LIFE: Final = timedelta(days=30)
"""How long it is known that a file was refused or deleted."""

MOST_PENDING: Final = 50
"""Uploads of one person that may be under way."""

_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_PICTURES = _PHOTOS | {"image/gif"}
_OFFICE = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
)
_TEXT = frozenset({"text/plain", "text/csv", "text/markdown"})
_AUDIO = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm"})
_DOCUMENTS = frozenset({"application/pdf", "application/zip"}) | _OFFICE | _TEXT | _AUDIO | _PHOTOS
_VIDEOS = frozenset({"video/mp4", "video/webm"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is taken for a purpose; of some only from people who create or teach courses."""

    most_bytes: int
    content_types: frozenset[str]
    is_for_makers: bool


ALLOWANCES: Final = {
    Purpose.AVATAR: Allowance(5 * _MIB, _PICTURES, is_for_makers=False),
    Purpose.COURSE_THUMBNAIL: Allowance(5 * _MIB, _PICTURES, is_for_makers=True),
    Purpose.HOMEWORK: Allowance(50 * _MIB, _DOCUMENTS, is_for_makers=False),
    Purpose.RESOURCE: Allowance(50 * _MIB, _DOCUMENTS, is_for_makers=True),
    Purpose.VIDEO: Allowance(4 * _GIB, _VIDEOS, is_for_makers=True),
}


def check_order(order: FileOrder, *, is_maker: bool) -> None:
    """Raises `PurposeNotAllowed`, `FileTypeNotAllowed`, `FileTooLarge`."""
    allowance = ALLOWANCES[order.purpose]
    if allowance.is_for_makers and not is_maker:
        raise PurposeNotAllowed
    if order.content_type not in allowance.content_types:
        raise FileTypeNotAllowed(allowed=sorted(allowance.content_types))
    if order.size_bytes > allowance.most_bytes:
        raise FileTooLarge(most_bytes=allowance.most_bytes)


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes the files of one person may have together; more for people who create or teach courses."""

    of_members: int
    of_makers: int

    @classmethod
    def of(cls, settings: Settings) -> "Room":
        return cls(settings.files_mib * _MIB, settings.maker_files_mib * _MIB)

    def most_bytes(self, *, is_maker: bool) -> int:
        return self.of_makers if is_maker else self.of_members
