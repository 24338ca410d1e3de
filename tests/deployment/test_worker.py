"""The worker starts only where it can help."""

import subprocess
import sys
from pathlib import Path


def test_on_sqlite_the_worker_says_in_one_line_that_nothing_is_left_for_it(tmp_path: Path) -> None:
    environment = {"PEERLOOP_DATA_DIR": str(tmp_path), "PEERLOOP_ENVIRONMENT": "test"}
    done = subprocess.run(
        [sys.executable, "-m", "app.worker"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "PEERLOOP_DATABASE_URL: a worker needs Postgres; on SQLite the server carries out the jobs\n"
    )
    assert list(tmp_path.iterdir()) == []
