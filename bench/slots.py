"""What free slots cost: the computation alone against a naive loop, and the two public routes against one that does
nothing."""

import argparse
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

import httpx
import uvloop

from app.domains.calendar.slots import free_starts, united
from app.domains.calendar.types import (
    AvailabilityRules,
    Busy,
    OpeningHours,
    OutsideTime,
    Period,
    SessionTime,
    WeeklyHours,
)
from bench.installation import installation, peer, pid_of
from bench.load import Request, Slice, drive, get
from tests.journeys.server import Server

NOW = datetime(2026, 3, 2, 8, 7, tzinfo=UTC)  # clocks change within the time asked for, in Europe and in America
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Tokyo")
_HEALTH, _HELLO = "GET /api/health", "FastAPI hello"
_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}


def teacher(number: int, *, days: int, sessions: int) -> tuple[AvailabilityRules, Busy]:
    """Somebody who teaches on six days of the week, in two windows each, and is booked now and then."""
    chance = random.Random(number)
    hours = (OpeningHours.from_wall("09:00", "12:30"), OpeningHours.from_wall("14:00", "19:00"))
    weekly = tuple(WeeklyHours(weekday, each) for weekday in range(1, 7) for each in hours)
    rules = AvailabilityRules(ZONES[number % len(ZONES)], weekly, step_min=30, horizon_days=days)
    starts = [NOW + timedelta(minutes=15 * chance.randrange(days * 96)) for _ in range(sessions)]
    taken = [Period(start, start + timedelta(minutes=60)) for start in starts]
    half = len(taken) // 2
    teaching = tuple(
        SessionTime(str(each), each, Period(each.start, each.end + timedelta(minutes=15))) for each in taken[:half]
    )
    return rules, Busy(teaching=teaching, outside=tuple(map(OutsideTime, taken[half:])))


def naive(rules: AvailabilityRules, busy: Busy, now: datetime, window: Period) -> list[datetime]:
    """The same answer as one would write it at first: starts on the teacher's clock, moved on by way of UTC, and each
    held against everything that is taken."""
    zone, found = ZoneInfo(rules.zone), list[datetime]()
    length, step = timedelta(minutes=rules.duration_min), timedelta(minutes=rules.step_min or rules.duration_min)
    before, after = timedelta(minutes=rules.buffer_before_min), timedelta(minutes=rules.buffer_after_min)
    taken = [(each.occupied.start, each.occupied.end) for each in busy.teaching]
    taken += [(each.time.start, each.time.end) for each in busy.outside if isinstance(each, OutsideTime)]
    last = now.astimezone(zone).date() + timedelta(days=rules.horizon_days)
    for opens, closes in _opened(rules, zone, window):
        start = opens
        while start + length <= closes:
            local = start.astimezone(zone)
            is_free = not any(first - after - length < local < until + before for first, until in taken)
            if is_free and _may_begin(local, window, now, rules) and local.date() <= last:
                found.append(start)
            start += step
    return sorted(found)


def _may_begin(start: datetime, window: Period, now: datetime, rules: AvailabilityRules) -> bool:
    return window.start <= start < window.end and start >= now + timedelta(minutes=rules.notice_min)


def _opened(rules: AvailabilityRules, zone: ZoneInfo, window: Period) -> Iterator[tuple[datetime, datetime]]:
    day, last = window.start.date() - timedelta(days=1), window.end.date() + timedelta(days=1)
    while day <= last:
        for rule in rules.weekly:
            if rule.weekday == day.isoweekday() % 7:
                yield _instant(day, rule.hours.start_minute, zone), _instant(day, rule.hours.until_minute, zone)
        day += timedelta(days=1)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return (datetime(day.year, day.month, day.day) + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC)  # noqa: DTZ001


def _cost(work: Callable[[], object], times: int) -> float:
    """Milliseconds of processor time, the least of several: what else the machine does only adds."""
    found = []
    for _ in range(times):
        before = process_time()
        work()
        found.append((process_time() - before) * 1000)
    return min(found)


def _swept(teachers: Sequence[tuple[AvailabilityRules, Busy]], window: Period) -> list[datetime]:
    """The starts of one, or of all together, as times like those of the naive way."""
    if len(teachers) == 1:
        starts: Iterable[int] = free_starts(*teachers[0], NOW, window)
    else:
        starts = united(((number, *each) for number, each in enumerate(teachers)), NOW, window)
    return [datetime.fromtimestamp(start, UTC) for start in starts]


def compute(name: str, teachers: Sequence[tuple[AvailabilityRules, Busy]], days: int, wanted_ms: float) -> None:
    """Both ways, whose answers must be the same."""
    window = Period(NOW, NOW + timedelta(days=days))
    slow = {start for rules, busy in teachers for start in naive(rules, busy, NOW, window)}
    fast = _swept(teachers, window)
    assert fast == sorted(slow), "the two ways disagree"
    naive_ms = _cost(lambda: [naive(rules, busy, NOW, window) for rules, busy in teachers], 3)
    sweep_ms = _cost(lambda: _swept(teachers, window), 30)
    print(
        f"{name:26}{len(fast):6} starts  naive {naive_ms:9.1f} ms  sweep {sweep_ms:7.2f} ms"
        f" (wanted: less than {wanted_ms:g})  {naive_ms / sweep_ms:5.0f} times (wanted: 100)"
    )


async def measure(server: Server, hello: Server, asked: argparse.Namespace) -> dict[str, list[Slice]]:
    """Rounds of all requests in turn, in another order each time, after one that is thrown away."""
    course, teacher_id = _sample(server)
    until = (datetime.now(UTC) + timedelta(days=28)).strftime("%Y-%m-%dT%H:%M:%SZ")
    first = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    window = f"from={first}&to={until}&timezone=America/New_York"
    paths = {
        "slots of a teacher, 28 days": f"/api/teachers/{teacher_id}/availability?course_id={course}&{window}",
        "slots of a course, 28 days": f"/api/courses/{course}/availability?{window}",
        _HEALTH: "/api/health",
    }
    contents = {name: get(path, server.port) for name, path in paths.items()}
    targets = [(server, Request(name, lambda content=content: content)) for name, content in contents.items()]  # type: ignore[misc]
    plain = get("/hello", hello.port)
    targets.append((hello, Request(_HELLO, lambda: plain)))
    found: dict[str, list[Slice]] = {request.name: [] for _, request in targets}
    for number in range(asked.rounds + 1):
        for target, request in random.sample(targets, len(targets)):
            options = {"port": target.port, "pid": pid_of(target), "connections": asked.connections}
            done = await drive(request, seconds=asked.seconds, **options)
            if number:
                found[request.name].append(done)
    return found


def _sample(server: Server) -> tuple[str, str]:
    """A course with free slots, and a teacher of it."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as http:
        for course in http.get("/api/courses").raise_for_status().json()["items"]:
            items = http.get(f"/api/courses/{course['id']}/availability").raise_for_status().json()["items"]
            if items:
                return course["id"], items[0]["teachers"][0]["teacher_id"]
    raise RuntimeError("no course has a free slot")


def report(found: dict[str, list[Slice]]) -> None:
    print(f"{'':30}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{': health':>10}{': hello':>10}")
    for name, slices in found.items():
        rate, p50, p99, cpu = (
            median(getattr(each, what) for each in slices) for what in ("per_second", "p50_ms", "p99_ms", "cpu_us")
        )
        ratios = [
            median(one.per_second / other.per_second for one, other in zip(slices, found[base], strict=True))
            for base in (_HEALTH, _HELLO)
        ]
        print(f"{name:30}{rate:12.0f}{p50:9.2f}{p99:9.2f}{cpu:9.0f}{ratios[0]:10.2f}{ratios[1]:10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--compute-only", action="store_true", help="without a server")
    asked = parser.parse_args()
    compute("1 teacher, 14 days", [teacher(1, days=14, sessions=60)], 14, 2)
    compute("1 teacher, 60 days", [teacher(0, days=60, sessions=160)], 60, 2)
    compute("200 teachers, 14 days", [teacher(number, days=14, sessions=60) for number in range(200)], 14, 40)
    if asked.compute_only:
        return
    with (
        installation(asked.database, module="bench.quiet", settings=_UNLIMITED) as server,
        peer("bench.hello") as hello,
    ):
        load = os.getloadavg()[0]
        report(uvloop.run(measure(server, hello, asked)))
        print(f"load of the machine before: {load:.1f}")


if __name__ == "__main__":
    main()
