"""Runs `imaging` beside the server: one image at a time, in a process that ends with it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from weakref import WeakValueDictionary

from app.core.errors import ProviderUnavailable
from app.core.programs import run_program
from app.domains.files.types import Fault, FileFacts, Treatment, Unfit
from app.domains.users.types import UserId

_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(__file__).resolve().with_name("imaging.py")  # not imported: the server needs no Pillow
# What it said, an error that nobody foresaw, or the end of its processor time.
_FAULTS: Final = {1: Fault.DAMAGED, 3: Fault.DAMAGED, 4: Fault.TOO_MANY_PIXELS, -signal.SIGXCPU: Fault.TOO_MANY_PIXELS}


class Pictures:
    """One per process, made in the composition root. Somebody who has many images made waits for them one after the
    other, and everybody else for one of them at the most."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def made_of(self, image: AsyncIterator[bytes], file: FileFacts) -> AsyncIterator[list[Path]]:
        """The files that belong under the file's `kept_keys`, in their order; they are gone afterwards.

        Raises `Unfit` for an image that cannot be decoded or is too large, `ProviderUnavailable` when it takes too long
        or the machine has no room or memory for it now.
        """
        async with self._turns.setdefault(file.owner_id, asyncio.Lock()), self._turn:
            with TemporaryDirectory(prefix="peerloop-image-") as folder:
                names = await _run(image, file, folder)
                yield [Path(folder) / name for name in names]


async def _run(image: AsyncIterator[bytes], file: FileFacts, folder: str) -> list[str]:
    shape, widths = "same", []
    if file.treatment is Treatment.PICTURES and file.sizes is not None:
        shape = "square" if file.sizes.is_square else "wide"
        widths = [str(width) for width in file.sizes.widths]
    try:
        status, _ = await run_program(
            _PROGRAM, file.content_type, shape, folder, *widths, given=image, longest_s=_LONGEST_S
        )
    except TimeoutError:
        raise ProviderUnavailable from None
    if status in _FAULTS:
        raise Unfit(_FAULTS[status])
    if status != 0:  # no room for what it makes, or somebody ended it, for want of memory perhaps
        raise ProviderUnavailable
    return [f"{width}.webp" for width in widths] or [shape]
