"""A real server of its own: a process that is started, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_PATIENCE_S = 120.0
_PAUSE_S = 0.02


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One installation: a data folder, maybe a Postgres database, and at most one running process (of `module`,
    with `settings` added to its environment)."""

    data_dir: Path
    database_url: str = ""
    module: str = "app.main"
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PEERLOOP_")}
        return own | {
            "PEERLOOP_DATA_DIR": str(self.data_dir),
            "PEERLOOP_DATABASE_URL": self.database_url,
            "PEERLOOP_PORT": str(self.port),
            "PEERLOOP_PUBLIC_URL": self.base_url,
            "PEERLOOP_APP_URL": f"{self.base_url}/sandbox/app",
            **self.settings,
        }

    def run(self, *arguments: str) -> str:
        """A command of the CLI against this installation; answers what it printed."""
        command = [sys.executable, "-m", "app.cli", *arguments]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        log = (self.data_dir / "server.log").open("ab")
        command = [sys.executable, "-m", self.module]
        self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)  # noqa: S603
        log.close()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.base_url}/api/ready", timeout=2).is_success:
                    return
            except httpx.TransportError:
                time.sleep(_PAUSE_S)
        raise TimeoutError(f"the server did not come up: see {self.data_dir / 'server.log'}")

    def kill(self) -> None:
        """As a power cut would end it: nothing is finished, nothing is flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; answers the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(_PATIENCE_S)
        self.process = None
        return code
