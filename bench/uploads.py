"""What a large upload in parts costs the server that keeps files in its folder: its memory before and at its peak.

Run it from the root of the repository: `python -m bench.uploads [--gib 2]`.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx

from app.core.clock import SystemClock
from app.core.config import Settings
from app.providers.storage.port import ObjectStore, Part
from app.wiring.providers import make_storage
from bench.installation import installation
from bench.load import forget_peak, resident_mib
from tests.journeys.server import Server

PART_BYTES = 64 * 1024 * 1024
BLOCK = bytes(256 * 1024)
AT_ONCE = 3
KEY = "bench/large"
LIFE = timedelta(hours=1)


async def _blocks() -> AsyncIterator[bytes]:
    for _ in range(PART_BYTES // len(BLOCK)):
        yield BLOCK


async def _upload(
    store: ObjectStore, upload_id: str, numbers: "asyncio.Queue[int]", http: httpx.AsyncClient
) -> list[Part]:
    """As a browser that sends one part after the other."""
    made = []
    while not numbers.empty():
        number = numbers.get_nowait()
        signed = await store.sign_part(KEY, upload_id, number=number, size_bytes=PART_BYTES, life=LIFE)
        answer = await http.put(signed.url, content=_blocks(), headers={"Content-Length": str(PART_BYTES)})
        answer.raise_for_status()
        made.append(Part(number, answer.headers["ETag"].strip('"')))
    return made


async def measure(server: Server, gib: int) -> None:
    """Addresses are signed here, with the server's own secret and folder; every byte goes through the server."""
    assert server.process is not None
    pid, settings = server.process.pid, Settings(data_dir=server.data_dir, public_url=server.base_url)
    store = make_storage(settings, SystemClock())
    upload_id = await store.start_parts(KEY, content_type="video/mp4")
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(1, gib * 1024**3 // PART_BYTES + 1):
        numbers.put_nowait(number)
    before = resident_mib(pid)
    forget_peak(pid)
    started = time.perf_counter()
    async with httpx.AsyncClient(timeout=600) as http:
        made = await asyncio.gather(*(_upload(store, upload_id, numbers, http) for _ in range(AT_ONCE)))
    took, peak = time.perf_counter() - started, resident_mib(pid, "VmHWM:")
    print(f"{gib} GiB in {took:.0f} s, {gib * 1024 / took:.0f} MiB/s, {AT_ONCE} parts at once")
    print(f"resident memory of the server: {before:.0f} MiB before, {peak:.0f} MiB at its peak")
    started = time.perf_counter()
    await store.finish_parts(
        KEY, upload_id, sorted((part for parts in made for part in parts), key=lambda part: part.number)
    )
    found = await store.find(KEY)
    assert found is not None
    assert found.size_bytes == gib * 1024**3
    print(f"made into one object in {time.perf_counter() - started:.0f} s")
    await store.delete([KEY])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gib", type=int, default=2)
    asked = parser.parse_args()
    with installation("sqlite") as server:
        asyncio.run(measure(server, asked.gib))


if __name__ == "__main__":
    main()
