"""A closed-loop HTTP driver: some connections, each of which sends its next request when the last one is answered.

It reads no more of an answer than its status and length, so that the server and not the driver is what gets busy.
"""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import cast

_TICKS = os.sysconf("SC_CLK_TCK")
_LENGTH = b"\r\ncontent-length: "


@dataclass(frozen=True, slots=True)
class Request:
    """What is measured: a name, and the bytes of each next request."""

    name: str
    make: Callable[[], bytes]
    status: int = 200


@dataclass(slots=True)
class Slice:
    """One stretch of load on one request. Latencies are in seconds; `cpu_s` is the server's own time."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of the server's processor time for one request; hardly moved by what else the machine does."""
        return self.cpu_s / len(self.latencies) * 1e6

    @property
    def p50_ms(self) -> float:
        return median(self.latencies) * 1e3

    @property
    def p99_ms(self) -> float:
        return quantiles(self.latencies, n=100)[98] * 1e3


def get(path: str, port: int, *headers: str) -> bytes:
    """A GET as bytes."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: */*", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, port: int, body: bytes, *headers: str) -> bytes:
    """A POST of JSON as bytes."""
    fixed = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json"]
    return "\r\n".join([*fixed, f"Content-Length: {len(body)}", *headers]).encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    """Sends, waits for the whole answer, notes how long it took, sends again."""

    def __init__(self, request: Request, latencies: list[float], until: float) -> None:
        self._request, self._latencies, self._until = request, latencies, until
        self._buffer, self._sent_at = b"", 0.0
        self._status = b"HTTP/1.1 %d " % request.status
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without deriving from it
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._request.make())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._latencies.append(now - self._sent_at)
        self._buffer = b""
        if not head.startswith(self._status):
            self._end(RuntimeError(f"{self._request.name}: {head[:40]!r} {body[:300]!r}"))
        elif now < self._until:
            self._send()
        else:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server hung up"))

    def _end(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)
            self._transport.close()


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def drive(request: Request, *, port: int, pid: int, connections: int, seconds: float) -> Slice:
    """Load one request for so many seconds. Raises `RuntimeError` at the first answer of another status."""
    found, loop = Slice(), asyncio.get_running_loop()
    cpu, started = cpu_seconds(pid), time.perf_counter()
    opened = [
        await loop.create_connection(
            lambda: _Connection(request, found.latencies, started + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(connection.done for _, connection in opened))
    found.seconds, found.cpu_s = time.perf_counter() - started, cpu_seconds(pid) - cpu
    return found


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processor, in user and kernel mode (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def forget_peak(pid: int) -> None:
    """What a process holds at most is counted anew (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def resident_mib(pid: int, field: str = "VmRSS:") -> float:
    """What a process holds in memory now, or has held at most (`VmHWM:`; proc(5), status)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024
