"""Whether a ZIP archive, and so an Office file, can be given to others: judged by its table of contents alone, of which
a bounded piece is read. Nothing is unpacked here.

Refused are archives that would fill whoever unpacks them, that write outside of the folder they are unpacked in, that
hide something before, between or behind their entries, and such as cannot be looked into (APPNOTE.TXT 6.3.10).
"""

import stat
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domains.files.types import Content, Fault, Unfit

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_END_MARK, _ENTRY_MARK, FIRST_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_LONGEST_COMMENT: Final = 65_535
_LOCAL_HEADER_BYTES: Final = 30
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x0001
_MOST_ENTRIES: Final = 10_000
_MOST_TABLE_BYTES: Final = 2 * 1024 * 1024
_MOST_UNPACKED: Final = 1024 * 1024 * 1024
_MOST_TIMES: Final = 100
_EXCUSED_UNPACKED: Final = 10 * 1024 * 1024  # however well it is packed
_MACROS: Final = ("vbaproject.bin", "basic/script-lc.xml")


class _Table(NamedTuple):
    """Where the table of contents is, and how many entries it has."""

    entries: int
    size_bytes: int
    start: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of an archive."""

    name: str
    method: int
    flags: int
    mode: int
    packed: int
    unpacked: int
    start: int
    name_bytes: int

    @property
    def end(self) -> int:
        """The first byte that certainly does not belong to it."""
        return self.start + _LOCAL_HEADER_BYTES + self.name_bytes + self.packed


async def check_archive(content: Content) -> frozenset[str]:
    """The names in the archive. Raises `Unfit`."""
    table = await _find_table(content)
    if table.entries > _MOST_ENTRIES or table.size_bytes > _MOST_TABLE_BYTES:
        raise Unfit(Fault.UNPACKS_TOO_LARGE)
    entries = list(_entries(await content.read(table.start, table.size_bytes), table.entries))
    _check_sizes(entries)
    _check_places(entries, table.start)
    for entry in entries:
        _check_entry(entry)
    return frozenset(entry.name for entry in entries)


async def holds_archive(content: Content) -> bool:
    """Whether an unpacker would find an archive at the end of a file that is something else."""
    tail = await _tail(content)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        return False
    _, disk, first_disk, here, count, size_bytes, start, _ = _END.unpack_from(tail, at)
    is_whole = disk == first_disk == 0 and here == count > 0
    return bool(is_whole and start + size_bytes <= content.size_bytes - len(tail) + at)


async def _tail(content: Content) -> bytes:
    length = min(content.size_bytes, _END.size + _LONGEST_COMMENT)
    return await content.read(content.size_bytes - length, length)


async def _find_table(content: Content) -> _Table:
    """It must end where the end record begins, which must be the end of the file."""
    tail = await _tail(content)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise Unfit(Fault.DAMAGED)
    _, disk, first_disk, here, count, size_bytes, start, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail) or start + size_bytes != content.size_bytes - len(tail) + at:
        raise Unfit(Fault.TWO_IN_ONE)
    if disk or first_disk or here != count or not count:
        raise Unfit(Fault.DAMAGED)
    return _Table(count, size_bytes, start)


def _entries(table: bytes, count: int) -> Iterator[_Entry]:
    position = 0
    for _ in range(count):
        if len(table) - position < _ENTRY.size:
            raise Unfit(Fault.DAMAGED)
        mark, _, _, flags, method, _, _, _, packed, unpacked, *rest = _ENTRY.unpack_from(table, position)
        name_bytes, extra, comment, _, _, attributes, start = rest
        position += _ENTRY.size
        name = table[position : position + name_bytes].decode("utf-8", "replace")
        if mark != _ENTRY_MARK:
            raise Unfit(Fault.DAMAGED)
        yield _Entry(name, method, flags, attributes >> 16, packed, unpacked, start, name_bytes)
        position += name_bytes + extra + comment


def _check_sizes(entries: Sequence[_Entry]) -> None:
    packed, unpacked = (sum(getattr(entry, name) for entry in entries) for name in ("packed", "unpacked"))
    is_dense = unpacked > _EXCUSED_UNPACKED and unpacked > packed * _MOST_TIMES
    if is_dense or unpacked > _MOST_UNPACKED:
        raise Unfit(Fault.UNPACKS_TOO_LARGE)


def _check_places(entries: Sequence[_Entry], table_start: int) -> None:
    """From the first byte on, none in another: entries that share bytes are how small archives unpack without end."""
    ordered = sorted(entries, key=lambda entry: entry.start)
    if ordered[0].start != 0:
        raise Unfit(Fault.TWO_IN_ONE)
    following = [*(entry.start for entry in ordered[1:]), table_start]
    if any(entry.end > start for entry, start in zip(ordered, following, strict=True)):
        raise Unfit(Fault.UNPACKS_TOO_LARGE)


def _check_entry(entry: _Entry) -> None:
    path = entry.name.replace("\\", "/")
    leads_out = path.startswith("/") or ":" in path.partition("/")[0] or ".." in path.split("/")
    if leads_out or "\0" in path or stat.S_ISLNK(entry.mode):
        raise Unfit(Fault.UNSAFE_ARCHIVE)
    if entry.flags & _ENCRYPTED:
        raise Unfit(Fault.ENCRYPTED)
    if entry.method not in {_STORED, _DEFLATED}:
        raise Unfit(Fault.UNSAFE_ARCHIVE)


def check_macros(names: frozenset[str]) -> None:
    """Of an Office file. Raises `Unfit` when it brings programs along."""
    if any(name.lower().endswith(_MACROS) for name in names):
        raise Unfit(Fault.MACROS)
