"""Archives: those that ordinary programs make are taken, those that lie or hide something are not."""

import io
import struct
import zipfile
from typing import IO

import pytest

from app.domains.files.archives import holds_archive
from app.domains.files.types import Content, Fault
from app.domains.files.unpacking import Unfit, look_into
from tests.domains.files.raw_archives import LONG, SIGNED, UNSIGNED, Raw, joined
from tests.domains.files.samples import MP3, MP4, PDF, archive, open_document

FAR = struct.pack("<2HQ", 1, 8, len(Raw().packed))


class _Pipe(io.RawIOBase):
    """Somewhere that cannot be gone back in."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self.written += memoryview(piece)  # type: ignore[arg-type]
        return memoryview(piece).nbytes  # type: ignore[arg-type]


def piped(*, is_long: bool = False, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As Python writes an archive into a response."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", method) as made, made.open("a.txt", "w", force_zip64=is_long) as entry:
        _fill(entry)
    return bytes(pipe.written)


def long_one() -> bytes:
    """As Python writes an entry that might become large."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made, made.open("a.txt", "w", force_zip64=True) as entry:
        _fill(entry)
    return file.getvalue()


def _fill(entry: IO[bytes]) -> None:
    entry.write(b"words " * 1000)


def of_macos() -> bytes:
    """Archive Utility: sizes afterwards, a folder, and a second entry for what only a Mac knows of a file."""
    extra = b"UX\x0c\x00" + bytes(12)
    files = [
        Raw(name, content, afterwards=SIGNED, local_extra=extra + bytes(4), table_extra=extra)
        for name, content in ((b"lesson/a.txt", b"words"), (b"__MACOSX/lesson/._a.txt", bytes(120)))
    ]
    folder = Raw(b"lesson/", b"", is_deflated=False, local_extra=extra, table_extra=extra, mode=0o040755)
    return joined(folder, *files)


def of_word() -> bytes:
    """Each part has room to grow in an extra field of its own header, and packed as fast as can be."""
    room = b"\x20\xa2\x04\x02" + b"\x28\xa0\xfa\x01" + bytes(512)
    parts = [b"[Content_Types].xml", b"_rels/.rels", b"word/document.xml"]
    return joined(*(Raw(name, b"<xml/>" * 99, flags=0x0006, local_extra=room) for name in parts))


def of_7zip() -> bytes:
    """Times in the table only; folders and empty files are stored."""
    times = b"\x0a\x00\x20\x00" + bytes(32)
    folder, empty = (Raw(name, b"", is_deflated=False, table_extra=times) for name in (b"lesson/", b"lesson/empty"))
    return joined(folder, empty, Raw(b"lesson/\xc3\xa9.txt", flags=0x0800, table_extra=times))


def far_ended(before: bytes = b"", moved: int = 0) -> bytes:
    """As Info-ZIP writes what it reads from a pipe: numbers, and the end, as for archives that are very large."""
    extra = b"UT\x05\x00" + bytes(5) + FAR
    made = joined(Raw(table={"packed": 0xFFFFFFFF}, table_extra=extra, afterwards=LONG))
    size_bytes, start = struct.unpack_from("<2L", made, len(made) - 10)
    at = len(made) - 22 + len(before)
    end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size_bytes, start)
    pointer = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + moved, 1)
    return made[:-22] + before + end + pointer + made[-22:]


ORDINARY = {
    "python": archive(),
    "python, stored": archive(method=zipfile.ZIP_STORED),
    "python, piped": piped(),
    "python, piped and stored": piped(method=zipfile.ZIP_STORED),
    "python, piped, maybe large": piped(is_long=True),
    "python, maybe large": long_one(),
    "an archive in an archive": archive({"in.zip": archive()}, method=zipfile.ZIP_STORED),
    "word": of_word(),
    "libreoffice": open_document(),
    "macos": of_macos(),
    "7-zip": of_7zip(),
    "info-zip, piped": far_ended(),
    "sizes afterwards without a mark": joined(Raw(afterwards=UNSIGNED), Raw(b"b.txt")),
    "sizes afterwards in eight bytes": joined(Raw(afterwards=LONG), Raw(b"b.txt")),
    "a comment": archive()[:-2] + b"\x05\x00hello",
    "one that packs very well": archive({"zeros": bytes(10 * 1024 * 1024)}),
    "a packed folder": joined(Raw(b"lesson/", b"")),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_what_ordinary_programs_make_is_taken(case: str) -> None:
    with zipfile.ZipFile(io.BytesIO(ORDINARY[case])) as judged:
        assert judged.testzip() is None
        assert sorted(look_into(ORDINARY[case])) == sorted(judged.namelist())


def patched_end(content: bytes, offset: int, value: bytes) -> bytes:
    at = len(content) - 22 + offset
    return content[:at] + value + content[at + len(value) :]


BIG = b"0" * 12_000_000
FEW = {"unpacked": 1000}
DISHONEST: dict[str, tuple[bytes, Fault]] = {
    "more than the table says": (joined(Raw(content=BIG, table=FEW)), Fault.UNSAFE_ARCHIVE),
    "more than both say": (joined(Raw(content=BIG, table=FEW, local=FEW)), Fault.UNPACKS_TOO_LARGE),
    "more than is said afterwards": (joined(Raw(content=BIG, table=FEW, afterwards=SIGNED)), Fault.UNPACKS_TOO_LARGE),
    "less than they say": (joined(Raw(table={"unpacked": 121}, local={"unpacked": 121})), Fault.DAMAGED),
    "other bytes": (joined(Raw(table={"crc": 1})), Fault.DAMAGED),
    "a stored one of another length": (
        joined(Raw(is_deflated=False, table=FEW, local=FEW)),
        Fault.DAMAGED,
    ),
    "an entry between two": (
        joined(Raw(), Raw(b"../hidden.txt"), Raw(b"b.txt"), hidden=[1]),
        Fault.TWO_IN_ONE,
    ),
    "an entry at the end": (joined(Raw(), Raw(b"hidden.txt"), hidden=[1]), Fault.TWO_IN_ONE),
    "an entry at the start": (joined(Raw(b"hidden.txt"), Raw(), hidden=[0]), Fault.TWO_IN_ONE),
    "bytes between": (joined(Raw(behind=b"MZ"), Raw(b"b.txt")), Fault.TWO_IN_ONE),
    "false sizes afterwards": (joined(Raw(behind=struct.pack("<3L", 1, 2, 3)), Raw(b"b.txt")), Fault.TWO_IN_ONE),
    "another name in its header": (joined(Raw(local={"name": b"../xx"})), Fault.UNSAFE_ARCHIVE),
    "another packing in its header": (joined(Raw(local={"method": 0})), Fault.UNSAFE_ARCHIVE),
    "a password in its header": (joined(Raw(local={"flags": 1})), Fault.ENCRYPTED),
    "a strong password": (joined(Raw(flags=0x41)), Fault.ENCRYPTED),
    "no length in its header": (joined(Raw(local={"packed": 0})), Fault.UNSAFE_ARCHIVE),
    "an extra field that reaches into the next": (
        joined(Raw(is_deflated=False, content=b""), Raw(b"b.txt")).replace(b"\0\0a.txt", b"\x09\0a.txt", 1),
        Fault.UNPACKS_TOO_LARGE,
    ),
    "numbers that are nowhere": (joined(Raw(table={"packed": 0xFFFFFFFF}, table_extra=FAR[:-1])), Fault.DAMAGED),
    "false numbers of zip64": (
        joined(Raw(table={"packed": 0xFFFFFFFF}, table_extra=FAR[:4] + b"\xff" * 8)),
        Fault.UNPACKS_TOO_LARGE,
    ),
    "a table that is nowhere": (archive()[:-6] + b"\xff\xff\xff\xff\x00\x00", Fault.TWO_IN_ONE),
    "a table of zip64 that is elsewhere": (far_ended(moved=1), Fault.TWO_IN_ONE),
    "two tables": (patched_end(far_ended(), 16, b"\x01"), Fault.TWO_IN_ONE),
    "a torn table of zip64": (far_ended().replace(b"PK\x06\x06", b"PK\x00\x00"), Fault.DAMAGED),
    "bytes before the end of zip64": (far_ended(before=b"MZ"), Fault.TWO_IN_ONE),
    "another packing": (joined(Raw(table={"method": 9})), Fault.UNSAFE_ARCHIVE),
}  # fmt: skip


@pytest.mark.parametrize("case", DISHONEST)
def test_what_is_not_as_its_table_says_is_refused(case: str) -> None:
    content, fault = DISHONEST[case]
    with pytest.raises(Unfit) as refusal:
        look_into(content)
    assert Fault(refusal.value.args[0]) is fault


def test_what_is_behind_the_end_of_a_stream_or_torn_is_damaged() -> None:
    packed = Raw().packed
    for instead in (packed + b"MZ", packed[:-1], b"\xff" * 20, b""):
        with pytest.raises(Unfit, match="damaged"):
            look_into(joined(Raw(instead=instead)))


def _end(size_bytes: int, start: int, *, count: int = 1, disk: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", disk, disk, count, count, size_bytes, start, 0)


BODY, TABLE = archive()[:-22].partition(b"PK\x01\x02")[::2]
ADDED = BODY + b"PK\x01\x02" + TABLE
SIZE = len(TABLE) + 4
HIDING = {
    "as it is": archive(),
    "before a decoy": archive() + b"PK\x05\x06",
    "before many": archive() + b"PK\x05\x06" * 1000,
    "before more decoys than are followed": archive() + b"".join(_end(9, number) for number in range(17)),
    "before a decoy that leads nowhere": archive() + _end(9, 0xFFFFFFF0),
    "without a count": ADDED + _end(SIZE, len(BODY), count=0),
    "on another disk": ADDED + _end(SIZE, len(BODY), disk=7),
    "with its length alone": ADDED + _end(SIZE, 0xFFFFFFF0),
    "with its start alone": ADDED + _end(0, len(PDF + BODY)),
    "with its numbers elsewhere": ADDED + b"PK\x06\x07" + bytes(16) + _end(0xFFFFFFFF, 0xFFFFFFFF),
    "with as much behind it as unzip allows": archive() + bytes(65_900),
}


@pytest.mark.parametrize("case", HIDING)
async def test_an_archive_behind_something_else_is_found(case: str) -> None:
    assert await holds_archive(_content(PDF + HIDING[case]))


async def test_files_without_an_archive_hold_none() -> None:
    """Not even those in which the mark of an end record occurs, with numbers that lead to something else."""
    for content in (b"", PDF, MP4, MP3 + b"PK\x05\x06", MP3 + _end(9, 1), PDF + b"PK\x03\x04" * 9):
        assert not await holds_archive(_content(content))


def _content(content: bytes) -> Content:
    async def read(start: int, length: int) -> bytes:
        return content[start : start + length]

    return Content(len(content), read)
