"""Our server and its peers on the same thousand courses, in turns: a page of 20 with filters, the same as 304, a course
of a thousand, a search."""

import argparse
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvloop

from app.core.config import Settings
from bench.installation import installation, peer, pid_of
from bench.load import Request, Slice, drive, get
from bench.peers.running import Peer, fastify, install, usual, workerd
from bench.peers.shelf import copy_courses
from bench.shelf import LEVEL, TOPIC, database, fill, some_words, vocabulary

_OURS = "PeerLoop"
_HELLO_ASKED = ("nothing", "FastAPI hello")
_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}
_PAGE = f"/api/courses?topic={TOPIC}&level={LEVEL}&min_price_cents=1000"
_PEERS = {start.__name__: start for start in (fastify, workerd, usual)}
_OWN = frozenset({"next_cursor"})
Rounds = dict[tuple[str, str], list[Slice]]


@dataclass(frozen=True, slots=True)
class _Target:
    """Who is asked what."""

    who: str
    peer: Peer
    request: Request


def _questions(target: Peer, slugs: Sequence[str]) -> Iterator[Request]:
    chance, known = random.Random(1), vocabulary(random.Random(7))
    etag = httpx.get(target.base_url + _PAGE).raise_for_status().headers["etag"]

    def asked(make: Callable[[], str], *headers: str) -> Callable[[], bytes]:
        return lambda: get(make(), target.port, *headers)

    yield Request("page, the same", asked(lambda: _PAGE))
    yield Request("page, another", asked(lambda: f"{_PAGE}&max_price_cents={chance.randint(10**5, 10**8)}"))
    yield Request("page, 304", asked(lambda: _PAGE, f"If-None-Match: {etag}"), status=304)
    yield Request("course, the same", asked(lambda: f"/api/courses/{slugs[0]}"))
    yield Request("course, any", asked(lambda: f"/api/courses/{chance.choice(slugs)}"))
    yield Request("search, another", asked(lambda: f"/api/courses?q={'%20'.join(some_words(chance, known, 2))}"))


def compare(peers: dict[str, Peer], slugs: Sequence[str]) -> None:
    """All answer the same but their cursors and what a search puts first."""
    for path in (_PAGE, "/api/courses", *(f"/api/courses/{slug}" for slug in slugs[:20])):
        bodies = {who: _shown(httpx.get(each.base_url + path).raise_for_status().json()) for who, each in peers.items()}
        for who, body in bodies.items():
            other = sorted(name for name in bodies[_OURS] | body if body.get(name) != bodies[_OURS].get(name))
            assert not other, f"{who} answers {path} otherwise: {other}"


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _OWN}


async def measure(targets: Sequence[_Target], asked: argparse.Namespace) -> Rounds:
    """Rounds in which everybody is asked everything, in another order each time, after one that is thrown away."""
    found: Rounds = {}
    for number in range(asked.rounds + 1):
        for each in random.sample(targets, len(targets)):
            options = {"port": each.peer.port, "pid": each.peer.pid, "connections": asked.connections}
            done = await drive(each.request, seconds=asked.seconds, **options)
            if number:
                found.setdefault((each.request.name, each.who), []).append(done)
    return found


def report(found: Rounds) -> None:
    """Ratios are medians of those within a round; `by CPU` compares the processor time of one answer."""
    print(
        f"{'':18}{'':15}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{': hello':>9}{'ours : it':>11}{'by CPU':>8}"
    )
    for (what, who), slices in sorted(found.items()):
        rate, p50, p99, cpu = (
            median(getattr(each, name) for each in slices) for name in ("per_second", "p50_ms", "p99_ms", "cpu_us")
        )
        of_hello, _ = _ratios(slices, found[_HELLO_ASKED])
        line = f"{what:18}{who:15}{rate:11.0f}{p50:9.2f}{p99:9.2f}{cpu:9.0f}{of_hello:9.2f}"
        if ours := found.get((what, _OURS)):
            ratio, by_cpu = _ratios(ours, slices)
            line += f"{ratio:11.2f}{by_cpu:8.2f}"
        print(line)


def _ratios(ones: Sequence[Slice], others: Sequence[Slice]) -> tuple[float, float]:
    pairs = list(zip(ones, others, strict=True))
    ratio = median(one.per_second / other.per_second for one, other in pairs)
    return ratio, median(other.cpu_us / one.cpu_us for one, other in pairs)


async def _prepare(settings: Settings, courses: int) -> None:
    async with database(settings) as db:
        await fill(db, courses)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--peers", nargs="*", choices=_PEERS, default=list(_PEERS))
    asked = parser.parse_args()
    install()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="peerloop-peers-")))
        server = stack.enter_context(installation("sqlite", module="bench.quiet", settings=_UNLIMITED))
        uvloop.run(_prepare(Settings(data_dir=server.data_dir, database_url=""), 1000))
        books = folder / "courses.db"
        slugs = copy_courses(server.base_url, books)
        peers = {_OURS: Peer(server.port, pid_of(server), (pid_of(server),))}
        for name in asked.peers:
            peers[name] = stack.enter_context(_PEERS[name](books))
        compare(peers, slugs)
        plain = stack.enter_context(peer("bench.hello"))
        nothing = Peer(plain.port, pid_of(plain), (pid_of(plain),))
        questions = [_Target(who, each, request) for who, each in peers.items() for request in _questions(each, slugs)]
        questions.append(
            _Target(_HELLO_ASKED[1], nothing, Request(_HELLO_ASKED[0], partial(get, "/hello", plain.port)))
        )
        load = os.getloadavg()[0]
        report(uvloop.run(measure(questions, asked)))
        resident = ", ".join(f"{who} {each.resident_mib:.0f}" for who, each in peers.items())
        print(f"resident MiB: {resident}; load of the machine before: {load:.1f}")


if __name__ == "__main__":
    main()
