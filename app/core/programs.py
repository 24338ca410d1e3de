"""Runs one of our programs beside the server: what it takes of memory and time ends with its process."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path


async def run_program(program: Path, *arguments: str, given: bytes, longest_s: float) -> tuple[int, bytes]:
    """The exit status and what was printed. The process knows nothing of ours: no environment, no folder to import from.

    Raises `TimeoutError` when it is not done after `longest_s` seconds; it is ended then.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(program), *arguments, env={}, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(longest_s):
            said, _ = await process.communicate(given)
            return await process.wait(), said
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
