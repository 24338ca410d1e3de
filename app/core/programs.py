"""Runs one of our programs beside the server: what it takes of memory and time ends with its process."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path


async def run_program(
    program: Path, *arguments: str, given: bytes | AsyncIterator[bytes], longest_s: float
) -> tuple[int, bytes]:
    """The exit status and what was printed. The process knows nothing of ours: no environment, no folder to import
    from.

    Raises `TimeoutError` when it is not done after `longest_s` seconds; it is ended then.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(program), *arguments, env={}, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(longest_s):
            if isinstance(given, bytes):
                said, _ = await process.communicate(given)
            else:
                said = await _feed(process, given)
            return await process.wait(), said
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _feed(process: asyncio.subprocess.Process, given: AsyncIterator[bytes]) -> bytes:
    """Until it has all, or wants no more. What it printed: a program that is fed so prints when it has read all."""
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - narrows the types
    with suppress(BrokenPipeError, ConnectionResetError):
        async for piece in given:
            process.stdin.write(piece)
            await process.stdin.drain()
    process.stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await process.stdin.wait_closed()
    return await process.stdout.read()
