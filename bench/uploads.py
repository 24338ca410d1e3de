"""What a film in parts costs the server that keeps files in its folder: its memory before and at its peak, and how long
completing it takes.

Run it from the root of the repository: `python -m bench.uploads [--gib 2]`.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from app.sandbox.demo.cast import PRIYA
from bench.installation import access_token, installation, pid_of
from bench.load import forget_peak, resident_mib
from tests.journeys.server import Server

BLOCK_BYTES = 256 * 1024
AT_ONCE = 3
AGAIN_S = 5.0
HEAD = (16).to_bytes(4, "big") + b"ftypisom\x00\x00\x02\x00" + (8).to_bytes(4, "big") + b"moov"


def _start_of_film(gib: int) -> bytes:
    """All that is looked at: what follows is one box of 64 bits."""
    return HEAD + (1).to_bytes(4, "big") + b"mdat" + (gib * 1024**3 - len(HEAD)).to_bytes(8, "big")


async def _blocks(part: dict[str, Any], gib: int) -> AsyncIterator[bytes]:
    start = _start_of_film(gib) if part["number"] == 1 else b""
    yield start + bytes(BLOCK_BYTES - len(start))
    for _ in range(part["size_bytes"] // BLOCK_BYTES - 1):
        yield bytes(BLOCK_BYTES)


async def _upload(waiting: list[dict[str, Any]], gib: int, http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """As a browser that sends one part after the other."""
    made = []
    while waiting:
        part = waiting.pop(0)
        headers = {"Content-Length": str(part["size_bytes"])}
        answer = await http.put(part["url"], content=_blocks(part, gib), headers=headers)
        made.append({"number": part["number"], "etag": answer.raise_for_status().headers["ETag"]})
    return made


async def _complete(api: httpx.AsyncClient, path: str, parts: list[dict[str, Any]]) -> None:
    """Until it is ready, and what was answered on the way."""
    started = time.perf_counter()
    while True:
        asked = time.perf_counter()
        answer = await api.post(path, json={"parts": sorted(parts, key=lambda part: int(part["number"]))})
        print(
            f"completing: {answer.status_code} {answer.json().get('code', '')} in {time.perf_counter() - asked:.1f} s"
        )
        if answer.json().get("code") != "file_being_joined":
            answer.raise_for_status()
            print(f"ready after {time.perf_counter() - started:.0f} s")
            return
        await asyncio.sleep(AGAIN_S)


async def measure(server: Server, gib: int) -> None:
    """Every byte goes through the server, and so does every step."""
    pid, caller = pid_of(server), {"Authorization": f"Bearer {access_token(server, PRIYA.email)}"}
    film = {"purpose": "video", "name": "film.mp4", "content_type": "video/mp4", "size_bytes": gib * 1024**3}
    async with (
        httpx.AsyncClient(base_url=server.base_url, headers=caller, timeout=60) as api,
        httpx.AsyncClient(timeout=600) as http,
    ):
        file = (await api.post("/api/files", json=film)).raise_for_status().json()
        waiting = list(file["parts"]["items"])
        before = resident_mib(pid)
        forget_peak(pid)
        started = time.perf_counter()
        made = await asyncio.gather(*(_upload(waiting, gib, http) for _ in range(AT_ONCE)))
        took = time.perf_counter() - started
        print(f"{gib} GiB in {took:.0f} s, {gib * 1024 / took:.0f} MiB/s, {AT_ONCE} parts at once")
        await _complete(api, f"/api/files/{file['id']}/complete", [part for parts in made for part in parts])
        peak = resident_mib(pid, "VmHWM:")
    print(f"resident memory of the server: {before:.0f} MiB before, {peak:.0f} MiB at its peak")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gib", type=int, default=2)
    asked = parser.parse_args()
    with installation("sqlite") as server:
        asyncio.run(measure(server, asked.gib))


if __name__ == "__main__":
    main()
