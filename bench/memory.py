"""What the server holds in memory with a thousand courses on sale: after its start, after many have read the catalogue,
and after forty people logged in at once; with the settings of development, twins included, and with those of
production."""

import argparse
import asyncio
from base64 import b64encode
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import uvloop

from app.core.config import Settings
from app.domains.auth.tokens import new_private_key
from app.sandbox.demo.cast import PASSWORD, SAM
from bench.catalogue import readings
from bench.installation import installation, pid_of
from bench.load import drive, resident_mib
from bench.shelf import database, fill
from tests.journeys.server import Server

_PARTS: Final = {"resident": "VmRSS:", "of it private": "RssAnon:", "mapped files": "RssFile:", "peak": "VmHWM:"}
_UNLIMITED: Final = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}
_HOST: Final = "peerloop.example"
_LOG_INS: Final = 40


def production() -> dict[str, str]:
    """Settings with which production starts; nothing of them is anywhere else."""
    secrets = ("SECRET", "STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET", "PLUGNMEET_SECRET", "RESEND_KEY")
    given = {
        "ENVIRONMENT": "production",
        "JWT_PRIVATE_KEY": new_private_key(),
        "STRIPE_KEY": "sk_live_of_nobody",
        "PLUGNMEET_URL": f"https://video.{_HOST}",
        "PLUGNMEET_KEY": "bench",
        "RESEND_WEBHOOK_SECRET": f"whsec_{b64encode(bytes(24)).decode()}",
        "TURNSTILE_SECRET": "",
        "CLOUDFLARE_TOKEN": "bench",
        "PUBLIC_URL": f"https://{_HOST}",
        "APP_URL": f"https://app.{_HOST}",
        **{name: f"{name}-for-the-bench-only-" * 2 for name in secrets},
    }
    return {f"PEERLOOP_{name}": value for name, value in given.items()} | _UNLIMITED


def show(server: Server, when: str) -> None:
    parts = [f"{name} {resident_mib(pid_of(server), field):.0f}" for name, field in _PARTS.items()]
    print(f"{when:24}{', '.join(parts)} MiB", flush=True)


async def measure(server: Server, slugs: list[str], seconds: float) -> None:
    show(server, "after the start")
    for request in readings(server, slugs):
        await drive(request, port=server.port, pid=pid_of(server), connections=16, seconds=seconds)
    show(server, "catalogue was read")
    async with httpx.AsyncClient(base_url=server.base_url, timeout=60) as http:
        body = {"email": SAM.email, "password": PASSWORD}
        await asyncio.gather(*(http.post("/api/auth/login", json=body) for _ in range(_LOG_INS)))
        show(server, "forty log-ins at once")
        (await http.get("/openapi.json")).raise_for_status()
    show(server, "document was read")


async def _fill(server: Server, courses: int) -> list[str]:
    async with database(Settings(data_dir=Path(server.data_dir), database_url=server.database_url)) as db:
        return await fill(db, courses)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    with installation("sqlite", settings=_UNLIMITED) as server:
        server.stop()  # its jobs would be in the way, and it in theirs
        slugs = uvloop.run(_fill(server, asked.courses))
        run = partial(measure, slugs=slugs, seconds=asked.seconds)
        for name, settings in (("production", production()), ("development", _UNLIMITED)):
            server.settings = settings
            server.start()
            print(name)
            uvloop.run(run(server))
            server.stop()


if __name__ == "__main__":
    main()
