"""Calendar files as two programs in JavaScript read them, which are fetched from their registry once."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

_SOURCE = Path(__file__).parent / "calendar_readers"
_KEPT_IN = Path("var")
_FILES = ("package.json", "package-lock.json", "read.mjs")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Essence = tuple[str, datetime, datetime, str]


def install() -> Path | None:
    """The folder with the readers, made on first use; None where there is no Node or no registry."""
    if shutil.which("node") is None:
        return None
    mark = sha256(b"".join((_SOURCE / name).read_bytes() for name in _FILES)).hexdigest()[:16]
    folder = _KEPT_IN / f"calendar-readers-{mark}"
    if folder.exists() or _fetch(folder):
        return folder
    return None


def _fetch(folder: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    _KEPT_IN.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=_KEPT_IN) as draft:
        for name in _FILES:
            shutil.copy(_SOURCE / name, draft)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=draft, capture_output=True, timeout=120, check=False).returncode:  # noqa: S603
            return False
        shutil.copytree(draft, folder, dirs_exist_ok=True)  # another worker may be doing the same
    return True


def read(folder: Path, files: Sequence[bytes]) -> list[dict[str, list[Essence]]]:
    """What each reader finds in each file: UID, start, end and summary of its events, by UID."""
    node = shutil.which("node") or "node"
    given = json.dumps([file.decode() for file in files])
    done = subprocess.run(  # noqa: S603
        [node, "read.mjs"], cwd=folder, input=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return [{name: list(map(_essence, events)) for name, events in found.items()} for found in json.loads(done.stdout)]


def _essence(event: tuple[str, int, int, str]) -> Essence:
    uid, start, end, summary = event
    return uid, _EPOCH + timedelta(milliseconds=start), _EPOCH + timedelta(milliseconds=end), summary
