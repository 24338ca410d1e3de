"""Archives: what is in them, found out by `unpacking` beside the server, and whether a file of another type hides
one."""

import asyncio
import json
import struct
from contextlib import aclosing
from pathlib import Path
from typing import Final

from app.core.errors import ProviderUnavailable
from app.core.programs import run_program
from app.domains.files.types import Content, Fault, Unfit

FIRST_MARK: Final = b"PK\x03\x04"
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK, _ENTRY_MARK, _FAR_END_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
_FAR_END_BYTES: Final = 20
_SEARCHED: Final = 66_000  # as far from the end as unpackers look for an end record: a comment, and what unzip allows
_MOST_PLACES: Final = 16  # each is a read of its own; by chance there are none
_MACROS: Final = ("vbaproject.bin", "basic/script-lc.xml")
_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(__file__).resolve().with_name("unpacking.py")


class Archives:
    """One per process, made in the composition root. Looks into one archive at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def check(self, content: Content) -> frozenset[str]:
        """The names in the archive. Raises `Unfit`; `ProviderUnavailable` when it takes too long: the machine is
        busy."""
        try:
            async with self._turn, aclosing(content.pieces()) as pieces:
                status, said = await run_program(_PROGRAM, given=pieces, longest_s=_LONGEST_S)
        except TimeoutError:
            raise ProviderUnavailable from None
        if status != 0:  # it stumbled, or was killed at a limit
            raise Unfit(Fault.DAMAGED if status == 1 else Fault.UNPACKS_TOO_LARGE)
        found = json.loads(said)
        if fault := found.get("fault"):
            raise Unfit(Fault(fault))
        return frozenset(found["names"])


async def holds_archive(content: Content) -> bool:
    """Whether an unpacker would find an archive at the end of a file that is something else. Each looks for its table
    in its own way, and believes other numbers of the end record: wherever one of them could find it counts."""
    length = min(content.size_bytes, _SEARCHED)
    tail_start = content.size_bytes - length
    tail = await content.read(tail_start, length)
    places: set[int] = set()
    at = tail.find(_END_MARK)
    while 0 <= at <= length - _END.size:
        if tail[:at][-_FAR_END_BYTES:].startswith(_FAR_END_MARK):
            return True
        size_bytes, start = _END.unpack_from(tail, at)[5:7]
        places |= {place for place in (start, tail_start + at - size_bytes) if 0 <= place < tail_start + at}
        at = tail.find(_END_MARK, at + 1)
    if len(places) > _MOST_PLACES:
        return True
    return any([await content.read(place, len(_ENTRY_MARK)) == _ENTRY_MARK for place in places])


def check_macros(names: frozenset[str]) -> None:
    """Of an Office file. Raises `Unfit` when it brings programs along."""
    if any(name.lower().endswith(_MACROS) for name in names):
        raise Unfit(Fault.MACROS)
