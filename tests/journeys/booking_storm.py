"""Many people who want the same time at once, against real server processes, and what must hold afterwards.

    python -m tests.journeys.booking_storm                                   # SQLite
    python -m tests.journeys.booking_storm --database postgres --processes 2

Three storms: 500 students on one slot; 2,000 random requests (bookings, bundles, moves, cancellations) of 40 students
with 10 teachers; 24 students who book bundles of three. Wanted: one winner, nobody in two places, exactly the cells of
live sessions taken, no deadlock, no answer of 5xx, each answer within 5 seconds.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import asyncpg
import httpx

from app.core.clock import DevelopmentClock
from app.core.config import Settings
from app.domains.calendar.types import OpeningHours, WeeklyHours
from app.domains.enrollments.types import EnrollmentId
from app.main import create_app
from bench.load import cpu_seconds
from tests.journeys.server import Server
from tests.journeys.wire import Wire
from tests.support.cells import faults_of_time
from tests.support.clock import START, ManualClock
from tests.support.databases import Postgres, upgrade
from tests.support.learning import Classroom, Student
from tests.support.world import World

T = TypeVar("T")
ALL_DAY = tuple(WeeklyHours(weekday, OpeningHours(0, 1440)) for weekday in range(7))
_DAYS = 4
_SLOWEST_S = 5.0
_LIMITS = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}


@dataclass
class Storm:
    """Places that bookings are made for, and what was answered. `dice` decides who asks for what."""

    places: Sequence[Student]
    first_day: datetime
    dice: random.Random
    answers: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    booked: dict[EnrollmentId, list[str]] = field(default_factory=dict)

    async def rage(self, requests: int, *, at_once: int) -> None:
        """So many random requests, of which so many are under way at any time."""
        await _in_turn([self.ask() for _ in range(requests)], at_once)

    async def ask(self) -> None:
        """One of the four things that take or give time."""
        place = self.dice.choice(self.places)
        known = self.booked.setdefault(place.enrollment_id, [])
        match self.dice.randrange(10) if known else 0:
            case 6 | 7:
                await self._change(place, self.dice.choice(known), "reschedule", {"starts_at": self.start()})
            case 8:
                await self._change(place, known.pop(self.dice.randrange(len(known))), "cancel", {})
            case 9:
                await self.bundle(place, [self.start() for _ in range(3)])
            case _:
                await self.book(place, self.start())

    async def book(self, place: Student, start: str) -> None:
        made = await self._post(place, "", {"enrollment_id": place.enrollment_id, "starts_at": start})
        if made:
            self.booked.setdefault(place.enrollment_id, []).append(made["id"])

    async def bundle(self, place: Student, starts: list[str]) -> None:
        made = await self._post(place, "/bundle", {"enrollment_id": place.enrollment_id, "starts_at": starts})
        self.booked.setdefault(place.enrollment_id, []).extend(item["id"] for item in made.get("items", []))

    async def _change(self, place: Student, session_id: str, verb: str, body: dict[str, str]) -> None:
        await self._post(place, f"/{session_id}/{verb}", body | {"reason": "Something came between."})

    async def _post(self, place: Student, path: str, body: dict[str, Any]) -> dict[str, Any]:
        begun = time.perf_counter()
        try:
            answer = await place.actor.post(f"/api/sessions{path}", body)
        except httpx.TimeoutException:
            self.answers["5xx, or none at all"] += 1
            return {}
        finally:
            self.slowest_s = max(self.slowest_s, time.perf_counter() - begun)
        made: dict[str, Any] = answer.json()
        verb = path.rpartition("/")[2] or "book"
        self.answers[
            f"{verb}: {made.get('code', 'done')}" if answer.status_code < 500 else f"{answer.status_code}"
        ] += 1
        return made if answer.is_success else {}

    def start(self) -> str:
        start = self.first_day + timedelta(hours=self.dice.randrange(24 * _DAYS))
        return f"{start:%Y-%m-%dT%H:%M:%SZ}"


async def _in_turn(asked: Sequence[Coroutine[Any, Any, T]], at_once: int) -> list[T]:
    """All of them, never more at once."""
    free = asyncio.Semaphore(at_once)

    async def one(each: Coroutine[Any, Any, T]) -> T:
        async with free:
            return await each

    return await asyncio.gather(*(one(each) for each in asked))


async def rooms_of(world: World, count: int, *, session_count: int = 40) -> list[Classroom]:
    """Teachers who are open day and night, with lessons of three lengths on three grids."""
    return [
        await Classroom.open(world, minutes=(60, 45, 90)[index % 3], session_count=session_count, windows=ALL_DAY)
        for index in range(count)
    ]


async def places_of(rooms: Sequence[Classroom], count: int, each_with: int, dice: random.Random) -> list[Student]:
    """So many students, each with places of several of the teachers."""
    found = []
    for number in range(count):
        learner = await rooms[0].world.member(f"Student {number}")
        found += [await room.student(actor=learner) for room in dice.sample(list(rooms), each_with)]
    return found


@contextmanager
def _servers(kind: str, processes: int) -> Iterator[list[Server]]:
    """Migrated, running servers of one installation; the database is at the first one's address."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="peerloop-storm-")))
        url = ""
        if kind == "postgres":
            postgres = Postgres(Path(stack.enter_context(TemporaryDirectory(prefix="peerloop-postgres-"))))
            stack.callback(postgres.stop)
            url = postgres.url(postgres.create_database())
        else:
            upgrade(data_dir=str(folder), database_url="")
        DevelopmentClock(folder / "clock").move_to(START)
        first = Server(folder, url, settings=_LIMITS)
        shared = _LIMITS | {"PEERLOOP_PUBLIC_URL": first.base_url}  # who issues tokens, and where the twins are
        servers = [first, *(Server(folder, url, settings=shared) for _ in range(processes - 1))]
        for server in servers:
            server.start()
            stack.callback(server.stop)
        yield servers


@asynccontextmanager
async def _world(server: Server) -> AsyncIterator[World]:
    """The same installation in this process, for making people and courses without waiting for HTTP."""
    settings = Settings(
        environment="development",
        data_dir=server.data_dir,
        database_url=server.database_url,
        public_url=server.base_url,
    )
    clock = DevelopmentClock(server.data_dir / "clock")
    app = create_app(settings, clock=clock, in_process=True)
    async with app.router.lifespan_context(app), World.of(app, ManualClock()) as world:
        yield world
    app.state.twins.books.close()


@asynccontextmanager
async def _spread(places: Sequence[Student], servers: Sequence[Server]) -> AsyncIterator[list[Student]]:
    """The same students, who ask one server or the other over real connections."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=each.base_url, transport=Wire(each.port, patience_s=30))
            )
            for each in servers
        ]
        actors = [replace(place.actor, http=clients[index % len(clients)]) for index, place in enumerate(places)]
        yield [replace(place, actor=actor) for place, actor in zip(places, actors, strict=True)]


def _cpu_s(servers: Sequence[Server]) -> float:
    """What other load does not add to, unlike the time that passes."""
    return sum(cpu_seconds(server.process.pid) for server in servers if server.process)


async def _deadlocks(url: str) -> int:
    if not url:
        return 0
    connection = await asyncpg.connect(url)
    found: int = await connection.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    await connection.close()
    return found


async def _blow(servers: Sequence[Server], seed: int) -> list[str]:
    """All three storms; what is wrong."""
    faults, dice = [], random.Random(seed)
    async with _world(servers[0]) as world:
        [hall] = await rooms_of(world, 1)
        herd = [await hall.student(f"Runner {number}") for number in range(500)]
        places = await places_of(await rooms_of(world, 10), 40, 4, dice)
        crowd = [await hall.student(f"Planner {number}") for number in range(24)]
        first_day = START.replace(hour=0) + timedelta(days=2)
        for name, people, go in (
            ("500 on one slot", herd, _herd),
            ("2,000 random requests", places, _random),
            ("24 with bundles of three", crowd, _bundles),
        ):
            async with _spread(people, servers) as spread:
                storm = Storm(spread, first_day, dice)
                before, begun, spent = await _deadlocks(servers[0].database_url), time.perf_counter(), _cpu_s(servers)
                await go(storm)
                took, spent = time.perf_counter() - begun, _cpu_s(servers) - spent
                dead = await _deadlocks(servers[0].database_url) - before
            wrong = await _judge(world, storm, name, dead)
            faults += wrong
            counted = ", ".join(f"{key} {count}" for key, count in sorted(storm.answers.items()))
            print(
                f"{name}: {took:.1f} s, in which the servers worked {spent:.1f} s; slowest answer {storm.slowest_s:.2f} s"
            )
            print(f"   {dead} deadlocks; {counted}", flush=True)
            print(f"   {'; '.join(wrong) or 'nothing overlaps, every cell is right'}")
    return faults


async def _judge(world: World, storm: Storm, name: str, dead: int) -> list[str]:
    found = [f"{name}: {fault}" for fault in await world.db.read(faults_of_time)]
    found += [f"{name}: answered {key}" for key in storm.answers if key.startswith("5")]
    found += [f"{name}: {storm.slowest_s:.1f} s for an answer"] if storm.slowest_s > _SLOWEST_S else []
    found += [f"{name}: {dead} deadlocks"] if dead else []
    return found


async def _herd(storm: Storm) -> None:
    start = f"{storm.first_day + timedelta(hours=12):%Y-%m-%dT%H:%M:%SZ}"
    await asyncio.gather(*(storm.book(place, start) for place in storm.places))
    assert storm.answers["book: done"] == 1, storm.answers


async def _random(storm: Storm) -> None:
    await storm.rage(2000, at_once=64)


async def _bundles(storm: Storm) -> None:
    """Everybody wants three of the same few hours, again and again."""
    for _ in range(12):
        wanted = [[storm.start() for _ in range(3)] for _ in storm.places]
        await asyncio.gather(*(storm.bundle(place, each) for place, each in zip(storm.places, wanted, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with _servers(asked.database, asked.processes) as servers:
        print(f"{asked.database}, {asked.processes} process{'es' * (asked.processes > 1)}, seed {asked.seed}")
        if asyncio.run(_blow(servers, asked.seed)):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
