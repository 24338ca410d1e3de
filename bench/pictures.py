"""How late the catalogue answers while a picture of 12 megapixels, with the place where it was taken in it, becomes
three small ones: p99 of a page, against the same page when nothing else is done."""

import argparse
import asyncio
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

import httpx
import uvloop
from PIL import Image

from app.core.config import Settings
from app.sandbox.demo.cast import SAM
from bench.installation import access_token, installation, pid_of
from bench.load import Request, Slice, drive, get
from bench.shelf import database, fill
from tests.journeys.server import Server

_UNLIMITED: Final = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000", "PEERLOOP_UPLOADS_PER_MINUTE": "1000000"}
_PAGE: Final = "/api/courses?limit=20"
_SIZE: Final = (4000, 3000)
_GPS: Final = 0x8825
_chance: Final = Random(2)


def photograph() -> bytes:
    """As a telephone would take it: no plain areas, and where it was in its metadata."""
    chance = Random(1)
    noise = Image.frombytes("RGB", (400, 300), chance.randbytes(400 * 300 * 3)).resize(_SIZE)
    exif = Image.Exif()
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    written = io.BytesIO()
    noise.save(written, "JPEG", quality=90, exif=exif)
    return written.getvalue()


@dataclass(slots=True)
class Painter:
    """Uploads one avatar after the other until it is told to stop."""

    http: httpx.AsyncClient
    picture: bytes
    took: list[float] = field(default_factory=list)

    async def run(self, stopped: asyncio.Event) -> None:
        clock = asyncio.get_running_loop()
        while not stopped.is_set():
            started = clock.time()
            await self._upload()
            self.took.append(clock.time() - started)

    async def _upload(self) -> None:
        order = {"purpose": "avatar", "content_type": "image/jpeg", "size_bytes": len(self.picture), "name": "me.jpg"}
        made = await self._post("/api/files", order)
        upload = made["upload"]
        async with httpx.AsyncClient(timeout=60) as browser:  # the address is signed: no token belongs there
            (await browser.put(upload["url"], content=self.picture, headers=upload["headers"])).raise_for_status()
        await self._post(f"/api/files/{made['id']}/complete", {"parts": []})
        (await self.http.delete(f"/api/files/{made['id']}")).raise_for_status()

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.http.post(path, json=body, headers={"Idempotency-Key": os.urandom(16).hex()})
        return answer.raise_for_status().json()


async def measure(server: Server, asked: argparse.Namespace) -> None:
    """Idle and busy slices in turn, so that other load on the machine hits both."""
    kinds = {
        "kept": Request("kept", lambda: get(_PAGE, server.port)),
        "each time another": Request(
            "each time another", lambda: get(f"{_PAGE}&max_price_cents={_chance.randint(10**5, 10**8)}", server.port)
        ),
    }
    picture, token = photograph(), access_token(server, SAM.email)
    headers = {"Authorization": f"Bearer {token}"}
    print(f"a JPEG of {len(picture) / 2**20:.1f} MiB; load of the machine before: {os.getloadavg()[0]:.1f}")
    async with httpx.AsyncClient(base_url=server.base_url, headers=headers, timeout=60) as http:
        painter = Painter(http, picture)
        for name, request in kinds.items():
            found: dict[bool, list[Slice]] = {False: [], True: []}
            for _ in range(asked.rounds):
                for is_busy in (False, True):
                    found[is_busy].append(await _slice(server, request, asked, painter if is_busy else None))
            _report(name, found)
    print(f"{len(painter.took)} pictures, {median(painter.took):.2f} s each")


async def _slice(server: Server, request: Request, asked: argparse.Namespace, painter: Painter | None) -> Slice:
    options = {"port": server.port, "pid": pid_of(server), "connections": asked.connections, "seconds": asked.seconds}
    if painter is None:
        return await drive(request, **options)
    stopped = asyncio.Event()
    painting = asyncio.create_task(painter.run(stopped))
    done = await drive(request, **options)
    stopped.set()
    await painting
    return done


def _report(name: str, found: dict[bool, list[Slice]]) -> None:
    idle, busy = ([each.p99_ms for each in found[is_busy]] for is_busy in (False, True))
    ratio = median(one / other for one, other in zip(busy, idle, strict=True))
    rates = [median(each.per_second for each in found[is_busy]) for is_busy in (False, True)]
    print(
        f"page, {name}: p99 {median(idle):.1f} ms idle, {median(busy):.1f} ms while drawing, {ratio:.2f} times", end=""
    )
    print(f"; {rates[0]:.0f} and {rates[1]:.0f} requests/s")


async def _fill(server: Server) -> None:
    async with database(Settings(data_dir=Path(server.data_dir), database_url=server.database_url)) as db:
        await fill(db, 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=4)
    asked = parser.parse_args()
    with installation("sqlite", module="bench.quiet", settings=_UNLIMITED) as server:
        uvloop.run(_fill(server))
        uvloop.run(measure(server, asked))


if __name__ == "__main__":
    main()
