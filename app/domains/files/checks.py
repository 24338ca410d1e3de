"""Whether an upload is what it says: judged by its content, of which a bounded piece is read; never by its name.

An image is only recognised here; whether it can be shown is found out by decoding it (`imaging`).
"""

import codecs
import re
from collections.abc import Awaitable, Callable
from typing import Final

from app.domains.files.archives import FIRST_MARK, Archives, check_macros, holds_archive
from app.domains.files.types import Content, Fault, Unfit

_HEAD_BYTES: Final = 4096
_SNIFFED_BYTES: Final = 1024
_PIECE_BYTES: Final = 1024 * 1024
_MOST_BOXES: Final = 64
_BOX_HEADER, _LARGE_BOX_HEADER = 8, 16
_PDF_MARK: Final = b"%PDF-"
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg", b"<?php")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
_OFFICE_FOLDERS: Final = {"wordprocessingml": "word/", "spreadsheetml": "xl/", "presentationml": "ppt/"}

_MARKS: Final[dict[str, re.Pattern[bytes]]] = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "application/pdf": re.compile(rb"%PDF-[12]\.[0-9]"),
    "application/zip": re.compile(re.escape(FIRST_MARK)),
    "audio/mpeg": re.compile(rb"ID3[\x02-\x04]|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][^\xf0-\xff]"),
    "audio/mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    "audio/ogg": re.compile(rb"OggS\x00"),
    "audio/wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "audio/webm": re.compile(rb"\x1aE\xdf\xa3.{1,56}?B\x82.{1,8}?webm", re.DOTALL),
    "video/mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    "video/webm": re.compile(rb"\x1aE\xdf\xa3.{1,56}?B\x82.{1,8}?webm", re.DOTALL),
}
"""How a file of each type begins; text has no such mark."""


async def check_content(content: Content, content_type: str, archives: Archives) -> None:
    """Raises `Unfit` unless it is a whole file of this type and of no other."""
    if content_type.startswith("text/"):
        await _check_text(content)
        return
    head = await content.read(0, _HEAD_BYTES)
    is_office = content_type.startswith((_OFFICE, _OPEN_DOCUMENT))
    if not _MARKS["application/zip" if is_office else content_type].match(head):
        raise Unfit(Fault.WRONG_CONTENT)
    if is_office or content_type == "application/zip":
        _check_names(await archives.check(content), content_type, head)
        return
    await _refuse_second_file(content, content_type, head)
    if check := _WHOLE.get(content_type):
        await check(content)


async def _refuse_second_file(content: Content, content_type: str, head: bytes) -> None:
    """What another program would take for a page, a document or an archive."""
    seen = head[:_SNIFFED_BYTES].lower()
    is_document = content_type != "application/pdf" and _PDF_MARK.lower() in seen
    if is_document or any(mark in seen for mark in _MARKUP) or await holds_archive(content):
        raise Unfit(Fault.TWO_IN_ONE)


async def _check_text(content: Content) -> None:
    """UTF-8 without control characters, and no page of HTML."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, content.size_bytes, _PIECE_BYTES):
        piece = await content.read(start, _PIECE_BYTES)
        try:
            text = decoder.decode(piece, final=start + _PIECE_BYTES >= content.size_bytes)
        except UnicodeDecodeError:
            raise Unfit(Fault.NOT_UTF8) from None
        if _CONTROL.search(text):
            raise Unfit(Fault.WRONG_CONTENT)
        if start == 0 and text[:_SNIFFED_BYTES].lstrip("\ufeff \t\r\n").lower().encode().startswith(_MARKUP):
            raise Unfit(Fault.TWO_IN_ONE)


def _check_names(names: frozenset[str], content_type: str, head: bytes) -> None:
    if content_type == "application/zip":
        return
    check_macros(names)
    if content_type.startswith(_OPEN_DOCUMENT):
        is_right = head[30:].startswith(b"mimetype" + content_type.encode())  # its first entry, not packed
    else:
        folder = _OFFICE_FOLDERS[content_type.removeprefix(_OFFICE).partition(".")[0]]
        is_right = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
    if not is_right:
        raise Unfit(Fault.WRONG_CONTENT)


async def _check_pdf(content: Content) -> None:
    length = min(content.size_bytes, _SNIFFED_BYTES)
    if b"%%EOF" not in await content.read(content.size_bytes - length, length):
        raise Unfit(Fault.DAMAGED)


async def _check_boxes(content: Content) -> None:
    """ISO/IEC 14496-12, 4.2: the file is a chain of boxes. A stream in pieces has thousands: its first ones are enough,
    and each is a read of its own."""
    kinds: list[bytes] = []
    position = 0
    while position < content.size_bytes and len(kinds) < _MOST_BOXES:
        header = await content.read(position, _LARGE_BOX_HEADER)
        size = _box_size(header, content.size_bytes - position)
        kinds.append(header[4:8])
        position += size
        if header[4:8] == b"moof":
            break
    if b"moov" not in kinds:
        raise Unfit(Fault.DAMAGED)


def _box_size(header: bytes, left: int) -> int:
    """In bytes; 0 stands for all that is left, 1 for a longer number behind the kind."""
    size = int.from_bytes(header[:4], "big")
    least = _BOX_HEADER
    if size == 1:
        size, least = int.from_bytes(header[8:16], "big"), _LARGE_BOX_HEADER
    elif size == 0:
        size = left
    if not least <= size <= left or len(header) < _BOX_HEADER:
        raise Unfit(Fault.DAMAGED)
    return size


_WHOLE: Final[dict[str, Callable[[Content], Awaitable[None]]]] = {
    "application/pdf": _check_pdf,
    "audio/mp4": _check_boxes,
    "video/mp4": _check_boxes,
}
"""What else is looked at, by type."""
