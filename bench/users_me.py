"""What it costs to know who is asking: GET /api/users/me against routes that do nothing, in one interleaved run."""

import argparse
import os
import random
from statistics import median

import uvloop

from app.sandbox.demo.cast import SAM
from bench.installation import access_token, installation, peer, pid_of
from bench.load import Request, Slice, drive, get, resident_mib
from tests.journeys.server import Server

_NOTHING, _HELLO, _ME = "GET /api/health", "FastAPI hello", "GET /api/users/me"
_UNLIMITED = {"PEERLOOP_REQUESTS_PER_MINUTE": "1000000"}
Rounds = dict[str, list[Slice]]


async def measure(server: Server, hello: Server, asked: argparse.Namespace) -> Rounds:
    """Rounds of all requests in turn, in another order each time, after one that is thrown away."""
    token = access_token(server, SAM.email)
    plain, peer = get("/api/health", server.port), get("/hello", hello.port)
    me = get("/api/users/me", server.port, f"Authorization: Bearer {token}")
    targets = [
        (server, Request(_NOTHING, lambda: plain)),
        (hello, Request(_HELLO, lambda: peer)),
        (server, Request(_ME, lambda: me)),
    ]
    found: Rounds = {request.name: [] for _, request in targets}
    for number in range(asked.rounds + 1):
        for target, request in random.sample(targets, len(targets)):
            options = {"port": target.port, "pid": pid_of(target), "connections": asked.connections}
            done = await drive(request, seconds=asked.seconds, **options)
            if number:
                found[request.name].append(done)
    return found


def report(found: Rounds) -> None:
    print(f"{'':20}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}")
    for name, slices in found.items():
        rate, p50, p99, cpu = (
            median(getattr(each, what) for each in slices) for what in ("per_second", "p50_ms", "p99_ms", "cpu_us")
        )
        print(f"{name:20}{rate:12.0f}{p50:9.2f}{p99:9.2f}{cpu:9.0f}")
    for base in (_NOTHING, _HELLO):
        pairs = list(zip(found[_ME], found[base], strict=True))
        _ratio(f"{_ME} : {base}", [one.per_second / other.per_second for one, other in pairs])
        _ratio("  by processor time", [other.cpu_us / one.cpu_us for one, other in pairs])


def _ratio(name: str, values: list[float]) -> None:
    print(f"{name:38} {median(values):.2f} (of {len(values)} rounds, {min(values):.2f} to {max(values):.2f})")


def profile(asked: argparse.Namespace) -> None:
    """Load `me` on a server that is profiled; its own words are in its log."""
    with installation(asked.database, module="bench.profiled", settings=_UNLIMITED) as server:
        token = access_token(server, SAM.email)
        content = get("/api/users/me", server.port, f"Authorization: Bearer {token}")
        options = {"port": server.port, "pid": pid_of(server), "connections": asked.connections}
        done = uvloop.run(drive(Request(_ME, lambda: content), seconds=asked.seconds * asked.rounds, **options))
        server.stop()
        print((server.data_dir / "server.log").read_text(encoding="utf-8").rpartition("\n{")[2].partition("\n")[2])
        print(f"{len(done.latencies)} requests")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--profile", action="store_true", help="show where the time of a request goes")
    asked = parser.parse_args()
    if asked.profile:
        profile(asked)
        return
    with (
        installation(asked.database, module="bench.quiet", settings=_UNLIMITED) as server,
        peer("bench.hello") as hello,
    ):
        load = os.getloadavg()[0]
        report(uvloop.run(measure(server, hello, asked)))
        print(f"resident {resident_mib(pid_of(server)):.0f} MiB; load of the machine before: {load:.1f}")


if __name__ == "__main__":
    main()
