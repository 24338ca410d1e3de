"""Peers as processes: installed on first use in an ignored folder, each on a free port, stopped in the end."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bench.load import resident_mib
from tests.journeys.server import free_port

_SOURCES: Final = Path(__file__).parent
_INSTALLED: Final = _SOURCES.parents[1] / "build" / "peers"
_LOCK: Final = "package-lock.json"
_PATIENCE_S: Final = 60.0
_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Peer:
    """A running server: `pid` is that of the process that answers."""

    port: int
    pid: int
    pids: tuple[int, ...]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def resident_mib(self) -> float:
        """Of all its processes."""
        return sum(map(resident_mib, self.pids))


def install() -> None:
    """What the lock file names, unless it is there already. Takes a minute: better-sqlite3 is compiled."""
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    installed, wanted = _INSTALLED / _LOCK, (_SOURCES / _LOCK).read_bytes()
    if not installed.exists() or installed.read_bytes() != wanted:
        shutil.copy(_SOURCES / "package.json", _INSTALLED)
        shutil.copy(_SOURCES / _LOCK, _INSTALLED / "wanted.json")
        (_INSTALLED / _LOCK).unlink(missing_ok=True)
        _install_locked()
    for source in _SOURCES.glob("*.mjs"):
        shutil.copy(source, _INSTALLED)


def _install_locked() -> None:
    """The lock file stays under its own name only when all went well."""
    lock = _INSTALLED / _LOCK
    shutil.copy(_INSTALLED / "wanted.json", lock)
    npm = shutil.which("npm")
    done = subprocess.run([npm or "npm", "ci", "--no-audit", "--no-fund"], cwd=_INSTALLED, check=False)  # noqa: S603
    if done.returncode != 0:
        lock.unlink()
        raise RuntimeError("npm ci failed: see above")


@contextmanager
def fastify(books: Path) -> Iterator[Peer]:
    with _running([_node(), str(_INSTALLED / "fastify.mjs")], books) as peer:
        yield peer


@contextmanager
def workerd(books: Path) -> Iterator[Peer]:
    """Node starts workerd and then waits; workerd answers."""
    with _running([_node(), str(_INSTALLED / "workerd.mjs")], books, is_ready_when_filled=True) as peer:
        (child,) = _children(peer.pid)
        yield Peer(peer.port, child, (peer.pid, child))


@contextmanager
def usual(books: Path) -> Iterator[Peer]:
    with _running([sys.executable, "-m", "bench.peers.usual"], books) as peer:
        yield peer


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        raise RuntimeError("the peers need Node: https://nodejs.org")
    return found


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split() if "workerd" in Path(f"/proc/{child}/cmdline").read_text("utf-8")]


@contextmanager
def _running(command: Sequence[str], books: Path, *, is_ready_when_filled: bool = False) -> Iterator[Peer]:
    port = free_port()
    log = books.with_name(f"{port}.log")
    environment = {**os.environ, "NODE_ENV": "production"}
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            [*command, str(port), str(books)], stdout=output, stderr=output, env=environment
        )
    try:
        _wait(process, port, log, mark="filled" if is_ready_when_filled else "")
        yield Peer(port, process.pid, (process.pid,))
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, *, mark: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            is_up = httpx.get(f"http://127.0.0.1:{port}/api/ready", timeout=2).is_success
        except httpx.TransportError:
            is_up = False
        if is_up and mark in log.read_text("utf-8"):
            return
        time.sleep(_PAUSE_S)
    raise RuntimeError(log.read_text("utf-8"))
