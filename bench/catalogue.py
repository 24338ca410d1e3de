"""What it costs to read the catalogue: pages, details, searches against routes that do nothing, in one interleaved
run."""

import argparse
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import httpx
import uvloop

from app.core.config import Settings
from app.db.database import Database
from app.domains.catalogue import service
from app.domains.catalogue.types import CourseFilter, CourseSort
from bench.installation import installation, peer, pid_of
from bench.load import Request, Slice, drive, get, resident_mib
from bench.shelf import LEVEL, TOPIC, database, fill, some_words, vocabulary
from tests.journeys.server import Server

_NOTHING, _HELLO = "GET /api/health", "FastAPI hello"
_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}
_SEARCHES = 300
Rounds = dict[str, list[Slice]]


def readings(server: Server, slugs: list[str]) -> list[Request]:
    """Addresses that differ each time are answered by no cache."""
    chance, known = random.Random(1), vocabulary(random.Random(7))
    narrowed = f"/api/courses?topic={TOPIC}&level={LEVEL}&min_price_cents=1000"
    etag = httpx.get(f"{server.base_url}{narrowed}").headers["etag"]

    def asked(make: Callable[[], str], *headers: str) -> Callable[[], bytes]:
        return lambda: get(make(), server.port, *headers)

    return [
        Request(_NOTHING, asked(lambda: "/api/health")),
        Request(
            "page of 20, each time another", asked(lambda: f"{narrowed}&max_price_cents={chance.randint(10**5, 10**8)}")
        ),
        Request("page of 20, the same", asked(lambda: narrowed)),
        Request("page of 20, 304", asked(lambda: narrowed, f"If-None-Match: {etag}"), status=304),
        Request("detail", asked(lambda: f"/api/courses/{chance.choice(slugs)}")),
        Request(
            "search, each time another", asked(lambda: f"/api/courses?q={'%20'.join(some_words(chance, known, 2))}")
        ),
    ]


async def measure(server: Server, hello: Server, slugs: list[str], asked: argparse.Namespace) -> Rounds:
    """Rounds of all requests in turn, in another order each time, after one that is thrown away."""
    plain = get("/hello", hello.port)
    targets = [(hello, Request(_HELLO, lambda: plain)), *((server, each) for each in readings(server, slugs))]
    found: Rounds = {request.name: [] for _, request in targets}
    for number in range(asked.rounds + 1):
        for target, request in random.sample(targets, len(targets)):
            options = {"port": target.port, "pid": pid_of(target), "connections": asked.connections}
            done = await drive(request, seconds=asked.seconds, **options)
            if number:
                found[request.name].append(done)
    return found


def report(found: Rounds) -> None:
    head = ("requests/s", "p50 ms", "p99 ms", "CPU µs", ": nothing", ": hello")
    print(f"{'':30}" + "".join(f"{name:>12}" for name in head))
    for name, slices in found.items():
        numbers = [
            median(getattr(each, what) for each in slices) for what in ("per_second", "p50_ms", "p99_ms", "cpu_us")
        ]
        ratios = [
            median(one.per_second / other.per_second for one, other in zip(slices, found[base], strict=True))
            for base in (_NOTHING, _HELLO)
        ]
        print(f"{name:30}" + "".join(f"{number:12.2f}" for number in (*numbers, *ratios)))


async def search_alone(db: Database) -> None:
    """Milliseconds of a search in the database, with the reading of its rows, without the server."""
    chance, known = random.Random(2), vocabulary(random.Random(7))
    kinds: dict[str, Callable[[], str]] = {
        "one word": lambda: some_words(chance, known, 1)[0],
        "the most used word": lambda: known[0],
        "two words": lambda: " ".join(some_words(chance, known, 2)),
        "a beginning": lambda: some_words(chance, known, 1)[0][:4],
        "a typo": lambda: chance.choice(known[:50])[:-1] + "q",
    }
    cards = service.Cards(lambda _listing: "")
    for name, make in kinds.items():
        times = []
        for _ in range(_SEARCHES):
            wanted = CourseFilter(q=make(), sort=CourseSort.RELEVANCE)
            started = time.perf_counter()
            await db.read(service.list_courses, wanted, cards, after=None, limit=21, with_total=False)
            times.append((time.perf_counter() - started) * 1e3)
        times.sort()
        print(f"search by {name:20} median {median(times):.2f} ms, 9 of 10 below {times[len(times) * 9 // 10]:.2f} ms")


async def run(server: Server, hello: Server, asked: argparse.Namespace) -> None:
    settings = Settings(data_dir=Path(server.data_dir), database_url=server.database_url)
    async with database(settings) as db:
        slugs = await fill(db, asked.courses)
        await search_alone(db)
    report(await measure(server, hello, slugs, asked))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--courses", type=int, default=1000, help="how many are on sale, in thousands")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with (
        installation(asked.database, module="bench.quiet", settings=_UNLIMITED) as server,
        peer("bench.hello") as hello,
    ):
        load = os.getloadavg()[0]
        uvloop.run(run(server, hello, asked))
        print(f"resident {resident_mib(pid_of(server)):.0f} MiB; load of the machine before: {load:.1f}")


if __name__ == "__main__":
    main()
