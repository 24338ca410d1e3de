"""Runs `imaging` beside the server: one image at a time, in a process that ends with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.core.errors import ProviderUnavailable
from app.core.programs import run_program
from app.domains.files.types import Fault, FileFacts, Treatment, Unfit

_LONGEST_S: Final = 20.0
_PROGRAM: Final = Path(__file__).resolve().with_name("imaging.py")  # not imported: the server needs no Pillow
_FAULTS: Final = {1: Fault.DAMAGED, 3: Fault.DAMAGED}  # it ended with an error that nobody foresaw, or said so


class Pictures:
    """One per process, made in the composition root."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    @asynccontextmanager
    async def made_of(self, image: AsyncIterator[bytes], file: FileFacts) -> AsyncIterator[list[Path]]:
        """The files that belong under the file's `kept_keys`, in their order; they are gone afterwards.

        Raises `Unfit` for an image that cannot be decoded or is too large, `ProviderUnavailable` when it takes too
        long: the machine is busy.
        """
        async with self._turn:
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
    if status != 0:
        raise Unfit(_FAULTS.get(status, Fault.TOO_MANY_PIXELS))  # it said so, or was killed at a limit
    return [f"{width}.webp" for width in widths] or [shape]
