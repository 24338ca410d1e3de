"""Streams of bytes, cut anew."""

from collections.abc import AsyncIterator


async def pieces_of(body: bytes | AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The same bytes in pieces of exactly this size, but for the last one; one empty piece of nothing."""
    waiting = bytearray()
    is_empty = True
    async for piece in _stream(body):
        waiting += piece
        while len(waiting) >= size:
            yield bytes(memoryview(waiting)[:size])
            del waiting[:size]
            is_empty = False
    if waiting or is_empty:
        yield bytes(waiting)


async def _stream(body: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
        return
    async for piece in body:
        yield piece
