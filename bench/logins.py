"""Many log-ins at once, and what the time of an answer tells about an address.

`PEERLOOP_…` variables given to this command reach the server, for example to raise its limits; by default every request
comes from an address of its own and asks for an account of its own, so that limits do not interfere.
"""

import argparse
import asyncio
import json
import os
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from app.core.clock import SystemClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import WriteSession
from app.domains.auth.passwords import Passwords
from app.domains.users import service as users
from bench.installation import installation, pid_of
from bench.load import forget_peak, resident_mib
from bench.ranks import separation
from tests.journeys.server import Server

_AT_ONCE, _SAMPLE = 40, 200
_PASSWORD, _WRONG = "a bench sample staple", "an entirely wrong password"
_WATCHED_S = 8.0
Body = dict[str, Any]

_GUESSES: dict[str, Callable[[str], Body]] = {
    "/api/auth/login": lambda email: {"email": email, "password": _WRONG},
    "/api/auth/signup": lambda email: {"email": email, "password": _PASSWORD, "name": "Gus Guess"},
    "/api/auth/resend-verification": lambda email: {"email": email},
    "/api/auth/forgot-password": lambda email: {"email": email},
}
"""What answers the same for an address with an account and one without. Those that the server has are measured."""


async def make_accounts(server: Server, count: int, *, is_verified: bool) -> list[str]:
    """Written into the database; every account has the same password."""
    settings = Settings(data_dir=server.data_dir, database_url=server.database_url)
    passwords, engines = Passwords(), create_engines(settings)
    password_hash = await passwords.hash(_PASSWORD)
    emails = [f"{uuid.uuid4().hex[:12]}@peerloop.example" for _ in range(count)]
    await Database(engines, SystemClock(), EventBus()).write(_insert, emails, password_hash, is_verified)
    await engines.dispose()
    passwords.close()
    return emails


def _insert(session: WriteSession, emails: list[str], password_hash: str, is_verified: bool) -> None:
    for email in emails:
        user_id = users.create_user(
            session, email=email, name="Ben Bench", password_hash=password_hash, timezone="Europe/Berlin"
        )
        if user_id and is_verified:
            users.mark_email_verified(session, user_id)


async def send(http: httpx.AsyncClient, path: str, body: Body, *statuses: int) -> float:
    """From an address that nobody else has; how many seconds the answer took."""
    address = f"2001:db8:{random.getrandbits(16):x}:{random.getrandbits(16):x}::{random.getrandbits(16):x}"
    headers = {"CF-Connecting-IP": address, "Content-Type": "application/json"}
    content, started = json.dumps(body), time.perf_counter()
    answer = await http.post(path, content=content, headers=headers)
    took = time.perf_counter() - started
    if answer.status_code not in statuses:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
    return took


async def crowd(server: Server, http: httpx.AsyncClient) -> None:
    """All at once: how late the loop gets, and how much the process grows."""
    emails, pid = await make_accounts(server, _AT_ONCE, is_verified=True), pid_of(server)
    await send(http, "/api/auth/login", {"email": emails[0], "password": _PASSWORD}, 200)
    before = resident_mib(pid)
    idle, _ = (await http.get("/bench/lag", params={"seconds": 2})).json()
    forget_peak(pid)
    watching = asyncio.create_task(http.get("/bench/lag", params={"seconds": _WATCHED_S}))
    await asyncio.sleep(0.1)
    times = await asyncio.gather(
        *(send(http, "/api/auth/login", {"email": email, "password": _PASSWORD}, 200) for email in emails)
    )
    if max(times) > _WATCHED_S - 1:
        raise RuntimeError("the log-ins took longer than the loop was watched")
    (late, busy), grown = (await watching).json(), resident_mib(pid, "VmHWM:") - before
    print(f"{_AT_ONCE} log-ins at once: done after {max(times):.2f} s; load of the machine {os.getloadavg()[0]:.1f}")
    print(
        f"  event loop late by at most {late:.1f} ms (idle {idle:.1f}), at work for at most {busy:.1f} ms in one turn"
    )
    print(f"  resident memory grew by at most {grown:.0f} MiB to {before + grown:.0f}")


async def guess(server: Server, http: httpx.AsyncClient, path: str) -> None:
    """One request after the other, in random order, for addresses with an account and without."""
    known = await make_accounts(server, _SAMPLE, is_verified="resend" not in path)
    unknown = [f"{uuid.uuid4().hex[:12]}@peerloop.example" for _ in known]
    order = [(email, email in set(known)) for email in (*known, *unknown)]
    times: dict[bool, list[float]] = {True: [], False: []}
    for email, is_known in random.sample(order, len(order)):
        times[is_known].append(await send(http, path, _GUESSES[path](email), 401, 202))
    z, auc = separation(times[True], times[False])
    verdict = "cannot be told apart" if abs(z) < 3 and 0.45 <= auc <= 0.55 else "CAN BE TOLD APART"  # noqa: PLR2004
    middle = {name: sorted(found)[_SAMPLE // 2] * 1e3 for name, found in times.items()}
    print(f"{path:32} z {z:+6.2f}  AUC {auc:.3f}  median {middle[True]:.1f} : {middle[False]:.1f} ms  {verdict}")


async def measure(server: Server) -> None:
    limits = httpx.Limits(max_connections=_AT_ONCE + 2)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30, limits=limits) as http:
        await crowd(server, http)
        offered = (await http.get("/openapi.json")).raise_for_status().json()["paths"]
        print(f"{_SAMPLE} addresses with an account against {_SAMPLE} without (wanted: |z| < 3, AUC 0.45 to 0.55)")
        for path in (path for path in _GUESSES if path in offered):
            await guess(server, http, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    given = {name: value for name, value in os.environ.items() if name.startswith("PEERLOOP_")}
    with installation(asked.database, module="bench.watched", settings=given) as server:
        asyncio.run(measure(server))


if __name__ == "__main__":
    main()
