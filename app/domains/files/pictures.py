"""Runs `imaging` beside the server: one image at a time, in a process that ends with it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.core.errors import ProviderUnavailable
from app.domains.files.types import Fault, FileFacts, Treatment, Unfit

_LONGEST_S: Final = 20.0
_PROGRAM: Final = str(Path(__file__).resolve().with_name("imaging.py"))  # not imported: the server needs no Pillow
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
    status = await _call(image, file.content_type, shape, folder, *widths)
    if status != 0:
        raise Unfit(_FAULTS.get(status, Fault.TOO_MANY_PIXELS))  # it said so, or was killed at a limit
    return [f"{width}.webp" for width in widths] or [shape]


async def _call(image: AsyncIterator[bytes], *arguments: str) -> int:
    """The exit status. The process knows nothing of ours: no environment, no folder to import from."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", _PROGRAM, *arguments, env={}, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_LONGEST_S):
            await _feed(process, image)
            return await process.wait()
    except TimeoutError:
        raise ProviderUnavailable from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _feed(process: asyncio.subprocess.Process, image: AsyncIterator[bytes]) -> None:
    """Until it has all, or wants no more."""
    assert process.stdin is not None  # noqa: S101 - narrows the type
    with suppress(BrokenPipeError, ConnectionResetError):
        async for piece in image:
            process.stdin.write(piece)
            await process.stdin.drain()
    process.stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await process.stdin.wait_closed()
