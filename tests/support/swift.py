"""A real S3 server of the tests' own, which checks signatures: OpenStack Swift, in a process beside."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ACCESS_KEY, SECRET, REGION = "AKIDTEST:adm", "the-secret-of-the-tests", "auto"
NO_SWIFT = "OpenStack Swift is not installed: its wheel is for Linux."


def is_installed() -> bool:
    return find_spec("swift") is not None


class SwiftServer:
    """Keeps everything in `folder`, whose file system needs extended attributes."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-W", "ignore", "-m", "tests.support.swift_server", str(folder)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()
