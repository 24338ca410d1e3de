"""What a public answer costs that was kept as bytes: a page of the catalogue and a course, against routes that do
nothing."""

import argparse
import asyncio
import os
import random
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import count
from statistics import median

import httpx
import uvloop

from app.core.clock import SystemClock
from app.core.config import Settings
from app.core.events import EventBus
from app.db.database import Database
from app.db.engines import create_engines
from app.db.session import WriteSession
from app.domains.courses import service as courses
from app.domains.courses.types import CourseDraft, Level, ModuleDraft
from app.domains.users import service as users
from app.domains.users.types import UserId
from app.sandbox.demo.cast import SAM
from app.wiring.handlers import subscribe_handlers
from bench.installation import installation, peer, pid_of
from bench.load import Request, Slice, drive, get, resident_mib
from bench.shelf import THUMBNAIL
from tests.journeys.server import Server

_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}
_PAGE = "/api/courses?topic=automation&level=beginner&max_price_cents=50000&limit=20"
_HELLO, _NOTHING = "FastAPI hello", "GET /api/health"
_WARM = "page of 20, warm"
Rounds = dict[str, list[Slice]]


def drafts(creator_id: UserId, numbers: Iterable[int]) -> Iterator[CourseDraft]:
    """Courses that are complete enough to be on sale."""
    for number in numbers:
        yield CourseDraft(
            creator_id=creator_id,
            topic="automation",
            title=f"Course {number} about workflows",
            tagline="What it is about in one line, as most courses have it.",
            description="What this course is about, told in a paragraph. " * 10,
            level=Level.BEGINNER,
            price_cents=9_900 + number,
            session_count=2,
            session_duration_minutes=60,
            modules=tuple(ModuleDraft(f"Part {part}", "", part, 60) for part in (1, 2)),
            tags=("workflows", f"tag {number % 50}"),
            thumbnail_key=THUMBNAIL,
        )


def _publish(session: WriteSession, creator_id: UserId, numbers: range) -> None:
    for draft in drafts(creator_id, numbers):
        courses.publish_course(session, courses.create_course(session, draft))


async def fill(server: Server, number: int) -> None:
    """So many courses on sale, beside those of the demo."""
    settings = Settings(data_dir=server.data_dir, database_url=server.database_url)
    events = EventBus()
    subscribe_handlers(events, settings, ())
    db = Database(create_engines(settings), SystemClock(), events)
    creator_id = await db.write(_add_topic_and_creator)
    for start in range(0, number, 100):
        await db.write(_publish, creator_id, range(start, min(start + 100, number)))
    await db.engines.dispose()


def _add_topic_and_creator(session: WriteSession) -> UserId:
    courses.add_topic(session, slug="automation", name="Automation", position=1)
    made = users.create_user(
        session,
        email=f"bench.{SAM.email}",
        name="Bea Bench",
        password_hash="none",  # noqa: S106 - no password has it
        timezone="UTC",
    )
    assert made is not None
    return made


def targets(server: Server, hello: Server) -> Iterator[tuple[Server, Request]]:
    """What is measured. A cold request asks for what nobody asked for before; the highest price is part of its
    address."""
    port, numbers = server.port, count()
    page = httpx.get(server.base_url + _PAGE, timeout=20).raise_for_status()
    assert len(page.json()["items"]) == 20  # noqa: PLR2004
    detail = f"/api/courses/{page.json()['items'][0]['slug']}"
    held = f"If-None-Match: {page.headers['etag']}"
    plain = {
        _NOTHING: get("/api/health", port),
        _WARM: get(_PAGE, port),
        "page of 20, 304": get(_PAGE, port, held),
        "course, warm": get(detail, port),
    }

    def cold_page() -> bytes:
        return get(_PAGE.replace("50000", str(50_000 + next(numbers))), port)

    for name, content in plain.items():
        yield server, Request(name, partial(bytes, content), 304 if "304" in name else 200)
    yield server, Request("page of 20, cold", cold_page)
    nothing = get("/hello", hello.port)
    yield hello, Request(_HELLO, lambda: nothing)


async def measure(server: Server, hello: Server, asked: argparse.Namespace) -> Rounds:
    """Rounds of all requests in turn, in another order each time, after one that is thrown away."""
    found: Rounds = {}
    wanted = list(targets(server, hello))
    for number in range(asked.rounds + 1):
        for target, request in random.sample(wanted, len(wanted)):
            options = {"port": target.port, "pid": pid_of(target), "connections": asked.connections}
            done = await drive(request, seconds=asked.seconds, **options)
            if number:
                found.setdefault(request.name, []).append(done)
    return found


def report(found: Rounds) -> None:
    print(f"{'':20}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{': hello':>9}{'by CPU':>9}")
    for name, slices in sorted(found.items(), key=lambda item: median(each.cpu_us for each in item[1])):
        rate, p50, p99, cpu = (
            median(getattr(each, what) for each in slices) for what in ("per_second", "p50_ms", "p99_ms", "cpu_us")
        )
        pairs = list(zip(slices, found[_HELLO], strict=True))
        ratio = median(one.per_second / hello.per_second for one, hello in pairs)
        by_cpu = median(hello.cpu_us / one.cpu_us for one, hello in pairs)
        print(f"{name:20}{rate:12.0f}{p50:9.2f}{p99:9.2f}{cpu:9.0f}{ratio:9.2f}{by_cpu:9.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with (
        installation(asked.database, module="bench.quiet", settings=_UNLIMITED) as server,
        peer("bench.hello") as hello,
    ):
        asyncio.run(fill(server, asked.courses))
        load = os.getloadavg()[0]
        report(uvloop.run(measure(server, hello, asked)))
        print(f"resident {resident_mib(pid_of(server)):.0f} MiB; load of the machine before: {load:.1f}")


if __name__ == "__main__":
    main()
