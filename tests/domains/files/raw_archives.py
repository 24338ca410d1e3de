"""Archives byte by byte, as programs write them that do otherwise than Python, and as nobody should."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

SAID_AFTERWARDS = 0x0008
SIGNED, UNSIGNED, LONG = "<4x3L", "<3L", "<4xL2Q"
"""Shapes of what follows the content of an entry that was written in one go."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry; `instead` is what lies where its packed content should, `behind` follows it. What `table` and `local`
    name is said there instead of the truth: `name`, `method`, `flags`, `crc`, `packed`, `unpacked`."""

    name: bytes = b"a.txt"
    content: bytes = b"hello " * 20
    is_deflated: bool = True
    flags: int = 0
    afterwards: str = ""
    local_extra: bytes = b""
    table_extra: bytes = b""
    behind: bytes = b""
    instead: bytes | None = None
    mode: int = 0
    table: Mapping[str, object] = field(default_factory=dict)
    local: Mapping[str, object] = field(default_factory=dict)

    @property
    def packed(self) -> bytes:
        if self.instead is not None:
            return self.instead
        if not self.is_deflated:
            return self.content
        stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return stream.compress(self.content) + stream.flush()

    def said(self, otherwise: Mapping[str, object]) -> tuple[list[object], bytes]:
        facts: dict[str, object] = {
            "flags": self.flags | (SAID_AFTERWARDS if self.afterwards else 0),
            "method": 8 if self.is_deflated else 0,
            "crc": zlib.crc32(self.content),
            "packed": len(self.packed),
            "unpacked": len(self.content),
            "name": self.name,
        } | dict(otherwise)
        name = facts.pop("name")
        assert isinstance(name, bytes)
        flags, method, *numbers = facts.values()
        return [flags, method, 0, 0x21, *numbers, len(name)], name

    def written(self) -> bytes:
        """With its own header, and what follows its content."""
        unsaid: dict[str, object] = {"crc": 0, "packed": 0, "unpacked": 0} if self.afterwards else {}
        numbers, name = self.said({**unsaid, **self.local})
        head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *numbers, len(self.local_extra))
        after = b""
        if self.afterwards:
            after = struct.pack(self.afterwards, zlib.crc32(self.content), len(self.packed), len(self.content))
            after = after.replace(bytes(4), b"PK\x07\x08", 1) if "4x" in self.afterwards else after
        return head + name + self.local_extra + self.packed + after + self.behind

    def listed(self, start: int) -> bytes:
        """As the table of contents has it."""
        numbers, name = self.said(self.table)
        rest = (len(self.table_extra), 0, 0, 0, self.mode << 16, start)
        return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, *numbers, *rest) + name + self.table_extra


def joined(*entries: Raw, hidden: Sequence[int] = ()) -> bytes:
    """An archive of these entries; the table says nothing of those at the `hidden` places."""
    written = [entry.written() for entry in entries]
    starts = accumulate((len(each) for each in written), initial=0)
    listed = [
        entry.listed(start)
        for number, (entry, start) in enumerate(zip(entries, starts, strict=False))
        if number not in hidden
    ]
    body, table = b"".join(written), b"".join(listed)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(listed), len(listed), len(table), len(body), 0)
    return body + table + end
