"""Looks into a ZIP archive, and so into an Office file, by unpacking it to nowhere. A program of its own, run by path
with nothing of ours imported:

    python -I unpacking.py < archive

Prints `{"names": […]}`, or `{"fault": …}` for what is not to be given to others: archives that would fill whoever
unpacks them, that write outside of the folder they are unpacked in, whose table of contents is not the truth, that hide
something before, between or behind their entries, and such as cannot be looked into (APPNOTE.TXT 6.3.10). However
hostile the archive is, memory and time end with this process.
"""

import json
import os
import stat
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_FAR_END: Final = struct.Struct("<4sQ2H2L4Q")
_FAR_POINTER: Final = struct.Struct("<4sLQL")
_FIELD: Final = struct.Struct("<2H")
_END_MARK, _ENTRY_MARK, _LOCAL_MARK, _AFTER_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
_FAR_END_MARK, _FAR_POINTER_MARK = b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_COMMENT: Final = 65_535
_ELSEWHERE, _ELSEWHERE_SHORT = 0xFFFFFFFF, 0xFFFF  # the number is where ZIP64 has it
_FAR_FIELD, _FAR_NUMBER_BYTES = 1, 8
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000  # the content, strongly, the table too
_SAID_AFTERWARDS: Final = 0x0008
_MOST_ENTRIES: Final = 10_000
_MOST_TABLE_BYTES: Final = 2 * 1024 * 1024
_MOST_UNPACKED: Final = 1024 * 1024 * 1024
_MOST_TIMES: Final = 100
_EXCUSED_UNPACKED: Final = 10 * 1024 * 1024  # however well it is packed
_PACKED_PIECE, _UNPACKED_PIECE = 64 * 1024, 1024 * 1024
_MOST_MEMORY: Final = 512 * 1024 * 1024
_MOST_CPU_S: Final = 20

_DAMAGED, _TWO_IN_ONE, _TOO_LARGE = "damaged", "two_in_one", "unpacks_too_large"
_UNSAFE, _SECRET = "unsafe_archive", "encrypted"


class Unfit(Exception):
    """It is not to be kept; the argument says why."""


class _Table(NamedTuple):
    """Where the table of contents is, and how many entries it has."""

    entries: int
    size_bytes: int
    start: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of an archive, as the table of contents has it."""

    raw_name: bytes
    method: int
    flags: int
    mode: int
    crc: int
    packed: int
    unpacked: int
    start: int

    @property
    def name(self) -> str:
        return self.raw_name.decode("utf-8", "replace")

    @property
    def end(self) -> int:
        """The first byte that certainly does not belong to it."""
        return self.start + _LOCAL.size + len(self.raw_name) + self.packed


def look_into(archive: bytes) -> list[str]:
    """The names in the archive. Raises `Unfit`."""
    table = _find_table(archive)
    if table.entries > _MOST_ENTRIES or table.size_bytes > _MOST_TABLE_BYTES:
        raise Unfit(_TOO_LARGE)
    entries = sorted(_entries(archive, table), key=lambda entry: entry.start)
    _check_sizes(entries)
    ends = [*(entry.start for entry in entries[1:]), table.start]
    _check_places(entries, ends)
    for entry in entries:
        _check_entry(entry)
    for entry, end in zip(entries, ends, strict=True):
        _unpack(archive, entry, end)
    return [entry.name for entry in entries]


def _find_table(archive: bytes) -> _Table:
    """It must end where the end records begin, which must be the end of the file."""
    at = archive.rfind(_END_MARK, -_END.size - _LONGEST_COMMENT)
    if at < 0 or len(archive) - at < _END.size:
        raise Unfit(_DAMAGED)
    _, *numbers, comment = _END.unpack_from(archive, at)
    if at + _END.size + comment != len(archive):
        raise Unfit(_TWO_IN_ONE)
    if archive.startswith(_FAR_POINTER_MARK, max(0, at - _FAR_POINTER.size)):
        at, numbers = _far_end(archive, at - _FAR_POINTER.size, numbers)
    disk, first_disk, here, count, size_bytes, start = numbers
    if start + size_bytes != at:
        raise Unfit(_TWO_IN_ONE)
    if disk or first_disk or here != count or not count:
        raise Unfit(_DAMAGED)
    return _Table(count, size_bytes, start)


def _far_end(archive: bytes, pointer_at: int, said: Sequence[int]) -> tuple[int, list[int]]:
    """Where the end record of ZIP64 is, and its numbers: writers that do not know how large it gets make one (4.3.14).
    The ones that were said may not be others, unless they are the largest."""
    at = _FAR_POINTER.unpack_from(archive, pointer_at)[2]
    if at + _FAR_END.size != pointer_at:
        raise Unfit(_TWO_IN_ONE)
    mark, _, _, _, *numbers = _FAR_END.unpack_from(archive, at)
    if mark != _FAR_END_MARK:
        raise Unfit(_DAMAGED)
    if any(near not in {far, _ELSEWHERE, _ELSEWHERE_SHORT} for near, far in zip(said, numbers, strict=True)):
        raise Unfit(_TWO_IN_ONE)
    return at, numbers


def _entries(archive: bytes, table: _Table) -> Iterator[_Entry]:
    position, end = table.start, table.start + table.size_bytes
    for _ in range(table.entries):
        if end - position < _ENTRY.size:
            raise Unfit(_DAMAGED)
        mark, _, _, flags, method, _, _, crc, packed, unpacked, *rest = _ENTRY.unpack_from(archive, position)
        name_bytes, extra_bytes, comment, _, _, attributes, start = rest
        if mark != _ENTRY_MARK:
            raise Unfit(_DAMAGED)
        extra_at = position + _ENTRY.size + name_bytes
        name, extra = archive[position + _ENTRY.size : extra_at], archive[extra_at : extra_at + extra_bytes]
        unpacked, packed, start = _numbers(extra, unpacked, packed, start)
        yield _Entry(name, method, flags, attributes >> 16, crc, packed, unpacked, start)
        position = extra_at + extra_bytes + comment
    if position != end:
        raise Unfit(_TWO_IN_ONE)


def _numbers(extra: bytes, *said: int) -> Iterator[int]:
    """What the entry says, or what stands in its field of ZIP64 instead (4.5.3)."""
    far = b""
    while len(extra) >= _FIELD.size and not far:
        kind, length = _FIELD.unpack_from(extra)
        far = extra[_FIELD.size : _FIELD.size + length] if kind == _FAR_FIELD else b""
        extra = extra[_FIELD.size + length :]
    for number in said:
        if number == _ELSEWHERE:
            if len(far) < _FAR_NUMBER_BYTES:
                raise Unfit(_DAMAGED)
            yield int.from_bytes(far[:_FAR_NUMBER_BYTES], "little")
            far = far[_FAR_NUMBER_BYTES:]
        else:
            yield number


def _check_sizes(entries: Sequence[_Entry]) -> None:
    packed, unpacked = (sum(getattr(entry, name) for entry in entries) for name in ("packed", "unpacked"))
    is_dense = unpacked > _EXCUSED_UNPACKED and unpacked > packed * _MOST_TIMES
    if is_dense or unpacked > _MOST_UNPACKED:
        raise Unfit(_TOO_LARGE)


def _check_places(entries: Sequence[_Entry], ends: Sequence[int]) -> None:
    """From the first byte on, none in another: entries that share bytes are how small archives unpack without end."""
    if entries[0].start != 0:
        raise Unfit(_TWO_IN_ONE)
    if any(entry.end > end for entry, end in zip(entries, ends, strict=True)):
        raise Unfit(_TOO_LARGE)


def _check_entry(entry: _Entry) -> None:
    path = entry.name.replace("\\", "/")
    leads_out = path.startswith("/") or ":" in path.partition("/")[0] or ".." in path.split("/")
    if leads_out or "\0" in path or stat.S_ISLNK(entry.mode):
        raise Unfit(_UNSAFE)
    if entry.flags & _ENCRYPTED:
        raise Unfit(_SECRET)
    if entry.method not in {_STORED, _DEFLATED}:
        raise Unfit(_UNSAFE)


def _unpack(archive: bytes, entry: _Entry, end: int) -> None:
    """It must hold what the table says, and nothing may follow before the next one but its sizes once more."""
    start = _content_start(archive, entry)
    if start + entry.packed > end:
        raise Unfit(_TOO_LARGE)
    _check_content(entry, memoryview(archive)[start : start + entry.packed])
    if archive[start + entry.packed : end] not in _descriptors(entry):
        raise Unfit(_TWO_IN_ONE)


def _content_start(archive: bytes, entry: _Entry) -> int:
    """Behind the entry's own header, which some unpackers believe: it must not say otherwise than the table."""
    mark, _, flags, method, _, _, _, packed, unpacked, name_bytes, extra = _LOCAL.unpack_from(archive, entry.start)
    name_start = entry.start + _LOCAL.size
    start: int = name_start + name_bytes + extra
    if mark != _LOCAL_MARK:
        raise Unfit(_DAMAGED)
    if flags & _ENCRYPTED:
        raise Unfit(_SECRET)
    unsaid = {0, _ELSEWHERE} if flags & _SAID_AFTERWARDS else {_ELSEWHERE}
    is_same = method == entry.method and archive[name_start : name_start + name_bytes] == entry.raw_name
    if not is_same or packed not in {*unsaid, entry.packed} or unpacked not in {*unsaid, entry.unpacked}:
        raise Unfit(_UNSAFE)
    return start


def _descriptors(entry: _Entry) -> set[bytes]:
    """What may follow its content: nothing, or what a writer that could not go back did not know before (4.3.9)."""
    plain = [struct.pack(numbers, entry.crc, entry.packed, entry.unpacked) for numbers in ("<3L", "<L2Q")]
    return {b"", *plain, *(_AFTER_MARK + each for each in plain)}


def _check_content(entry: _Entry, content: memoryview) -> None:
    length = crc = 0
    for piece in _pieces(content) if entry.method == _DEFLATED else (content,):
        length += len(piece)
        crc = zlib.crc32(piece, crc)
        if length > entry.unpacked:
            raise Unfit(_TOO_LARGE)
    if (length, crc) != (entry.unpacked, entry.crc):
        raise Unfit(_DAMAGED)


def _pieces(content: memoryview) -> Iterator[bytes]:
    """What was deflated, which must end where the content does. Pieces are small on both sides: what zlib did not take
    yet is copied each time."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    taken = 0
    while taken < len(content) and not stream.eof:
        left: bytes | memoryview = content[taken : taken + _PACKED_PIECE]
        taken += len(left)
        try:
            while piece := stream.decompress(left, _UNPACKED_PIECE):
                left = stream.unconsumed_tail
                yield piece
        except zlib.error:
            raise Unfit(_DAMAGED) from None
    if not stream.eof or taken - len(stream.unused_data) != len(content):
        raise Unfit(_DAMAGED)


def _limit() -> None:
    """Of this process, which steps back behind the server."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
        os.nice(10)


def main() -> None:
    _limit()
    try:
        found: dict[str, object] = {"names": look_into(sys.stdin.buffer.read())}
    except Unfit as unfit:
        found = {"fault": unfit.args[0]}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
