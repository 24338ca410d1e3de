"""Archives: what is in them, found out by `unpacking` beside the server, and whether a file of another type hides one."""

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
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_COMMENT: Final = 65_535
_MACROS: Final = ("vbaproject.bin", "basic/script-lc.xml")
_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(__file__).resolve().with_name("unpacking.py")


class Archives:
    """One per process, made in the composition root. Looks into one archive at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def check(self, content: Content) -> frozenset[str]:
        """The names in the archive. Raises `Unfit`; `ProviderUnavailable` when it takes too long: the machine is busy."""
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
    """Whether an unpacker would find an archive at the end of a file that is something else."""
    length = min(content.size_bytes, _END.size + _LONGEST_COMMENT)
    tail = await content.read(content.size_bytes - length, length)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        return False
    _, disk, first_disk, here, count, size_bytes, start, _ = _END.unpack_from(tail, at)
    is_whole = disk == first_disk == 0 and here == count > 0
    return bool(is_whole and start + size_bytes <= content.size_bytes - len(tail) + at)


def check_macros(names: frozenset[str]) -> None:
    """Of an Office file. Raises `Unfit` when it brings programs along."""
    if any(name.lower().endswith(_MACROS) for name in names):
        raise Unfit(Fault.MACROS)
