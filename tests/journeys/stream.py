"""Notices of paid checkouts stream in while the server is killed again and again: each makes exactly one place.

`python -m tests.journeys.stream --events 600 --kills 50` does it on SQLite; `--database-url` names an empty Postgres
database instead.
"""

import argparse
import asyncio
import logging
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
from sqlalchemy import func, select

from app.core.clock import DevelopmentClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import ReadSession
from app.domains.enrollments.models import Enrollment
from app.domains.payments import invariants
from app.domains.payments.models import LedgerEntry, Purchase, Transaction
from app.domains.webhooks.models import InboxEvent
from app.jobs.models import Job, JobState
from app.sandbox.books import Books, Delivery
from app.sandbox.stripe.checkouts import Card
from app.sandbox.stripe.events import Signature
from tests.conftest import make_settings
from tests.journeys.server import Server
from tests.journeys.story import installation
from tests.support.clock import ManualClock
from tests.support.databases import upgrade
from tests.support.keeping import shop
from tests.support.shop import start_checkout

_SENDERS, _PAUSE_S, _QUIET_S, _PATIENCE_S = 8, 0.1, 2.0, 120.0
_LEASE: Final = timedelta(seconds=301)
"""The job that a dead server had in hand is free again when its lease runs out."""
_COMPLETED: Final = b'"checkout.session.completed"'


async def sell(settings: Settings, clock: ManualClock, count: int) -> list[Delivery]:
    """So many people pay for a place, and the notices of it are kept back."""
    async with installation(settings, clock) as world:
        room = await shop(world)
        for number in range(count):
            checkout = (await start_checkout(await world.member(f"Buyer {number}"), room)).json()
            paid = await world.http.post(checkout["url"], data={"card": Card.SUCCEEDS})
            assert paid.status_code == 303
        books: Books = world.app.state.twins.books
        deliveries = books.due_deliveries(float("inf"), limit=10 * count)
        for delivery in deliveries:
            books.finish_delivery(delivery)
    return [each for each in deliveries if _COMPLETED in each.body]


class Sender:
    """Sends as the payment service does: signed afresh for each attempt, until it is taken; nothing is sent in
    order."""

    def __init__(self, deliveries: Sequence[Delivery], signature: Signature) -> None:
        self._deliveries = deliveries
        self._signature = signature
        self._http = httpx.Client(timeout=10)
        self._lock = threading.Lock()
        self.taken = 0
        self.attempts = 0

    def send_all(self) -> None:
        with self._http, ThreadPoolExecutor(_SENDERS) as threads:
            list(threads.map(self._send, self._deliveries))

    def _send(self, delivery: Delivery) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self._is_taken(delivery):
            if time.monotonic() > deadline:
                raise TimeoutError(delivery.url)
            time.sleep(_PAUSE_S)
        with self._lock:
            self.taken += 1

    def _is_taken(self, delivery: Delivery) -> bool:
        with self._lock:
            self.attempts += 1
        headers = {"Content-Type": "application/json"} | self._signature.headers(delivery.body)
        try:
            return self._http.post(delivery.url, content=delivery.body, headers=headers).is_success
        except httpx.TransportError:
            return False


def stream(server: Server, sender: Sender, *, events: int, kills: int, rng: random.Random) -> None:
    """Send everything, and kill the server so often on the way, each time at another moment of a notice or its job."""
    clock = DevelopmentClock(server.data_dir / "clock")
    sending = threading.Thread(target=sender.send_all)
    sending.start()
    for number in range(kills):
        while sending.is_alive() and sender.taken < events * number // kills:
            time.sleep(0.001)
        time.sleep(rng.uniform(0.0, 0.06))
        server.kill()
        clock.move_to(clock.now() + _LEASE)
        server.start()
    sending.join()
    clock.move_to(clock.now() + _LEASE)


def counts(server: Server) -> dict[str, int]:
    """Of places, sales and the ledger's entries of sales, of purchases that are paid, and of notices that were kept."""
    return asyncio.run(_read(server))[0]


def faults(server: Server) -> list[str]:
    """What is wrong with the books."""
    return asyncio.run(_read(server))[1]


def buried(server: Server) -> list[str]:
    """Jobs that were given up. The list of all that happened, which is read every quarter of an hour, takes longer than
    the server lives here: after its twelfth worker was killed such a job is, and the next one begins again."""
    return asyncio.run(_read(server))[2]


async def _read(server: Server) -> tuple[dict[str, int], list[str], list[str]]:
    settings = Settings(environment="development", data_dir=server.data_dir, database_url=server.database_url)
    engines = create_engines(settings)
    db = Database(engines, DevelopmentClock(server.data_dir / "clock"), EventBus())
    found = await db.read(_count), await db.read(invariants.faults), await db.read(_buried)
    await engines.dispose()
    return found


def _buried(session: ReadSession) -> list[str]:
    rows = session.execute(select(Job.kind, Job.last_error, Job.attempts).where(Job.state == JobState.DEAD))
    return [f"{kind} was given up after {attempts} attempts: {error}" for kind, error, attempts in rows]


def _count(session: ReadSession) -> dict[str, int]:
    completed = select(func.count()).select_from(InboxEvent).where(InboxEvent.kind == "checkout.session.completed")
    wanted = {
        "places": select(func.count()).select_from(Enrollment),
        "sales": select(func.count()).select_from(Transaction),
        "entries": select(func.count()).select_from(LedgerEntry).where(LedgerEntry.kind == "sale"),
        "paid": select(func.count()).select_from(Purchase).where(Purchase.status == "paid"),
        "notices": completed,
    }
    return {name: session.scalar(query) or 0 for name, query in wanted.items()}


def settled(server: Server, events: int) -> dict[str, int]:
    """The counts when the jobs are through. Whatever waits to be tried again does so when time passes, which it does
    while nothing moves; when nothing moves for long, that was it."""
    clock = DevelopmentClock(server.data_dir / "clock")
    found, moved_at = counts(server), time.monotonic()
    while found["places"] < events and time.monotonic() - moved_at < _PATIENCE_S:
        time.sleep(_QUIET_S)
        before, found = found, counts(server)
        if found == before:
            clock.move_to(clock.now() + _LEASE)
        else:
            moved_at = time.monotonic()
    return found


def prepared(server: Server, events: int) -> Sender:
    """The sender of so many notices for this installation, whose database is there and whose server is not running."""
    settings = make_settings(server.data_dir, database_url=server.database_url, public_url=server.base_url)
    clock = DevelopmentClock(server.data_dir / "clock")
    deliveries = asyncio.run(sell(settings, ManualClock(clock.now()), events))
    return Sender(deliveries, Signature(settings.stripe_webhook_secret.get_secret_value(), clock))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", default="", help="an empty Postgres database; SQLite without it")
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), asked.database_url, settings={"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"})
        upgrade(data_dir=folder, database_url=asked.database_url)
        sender = prepared(server, asked.events)
        server.start()
        try:
            stream(server, sender, events=asked.events, kills=asked.kills, rng=random.Random(asked.seed))
            found = settled(server, asked.events)
        finally:
            server.stop()
        problems, given_up = faults(server), buried(server)
    for sentence in given_up:
        print(sentence)
    print(f"{asked.kills} kills, {sender.attempts} attempts: {found}; {'; '.join(problems) or 'the books are sound'}")
    raise SystemExit(bool(problems) or {*found.values()} != {asked.events})


if __name__ == "__main__":
    main()
