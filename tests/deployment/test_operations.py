"""The operations guide describes the settings that exist, and its backup really is one."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.config import Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def _rows() -> dict[str, tuple[str, str]]:
    """The settings table: variable to (default, meaning)."""
    _, _, section = GUIDE.partition("\n## Settings\n")
    found = re.findall(r"^\| `PEERLOOP_(\w+)` \| ([^|]*) \| ([^|]*) \|$", section, re.MULTILINE)
    return {name.lower(): (default, meaning) for name, default, meaning in found}


def test_the_table_lists_exactly_the_settings() -> None:
    assert _rows().keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_table_gives_the_default(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = _rows()[name][0]
    if default == "":
        assert shown == "empty"
    elif re.match(r"`", shown):
        assert re.match(r"`([^`]*)`", shown)[1] == str(default)  # type: ignore[index]


def test_the_backup_command_keeps_rows_that_are_only_in_the_log(tmp_path: Path) -> None:
    source = tmp_path / "peerloop.db"
    live = sqlite3.connect(source, isolation_level=None)
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE alembic_version (version_num TEXT)")
    live.execute("INSERT INTO alembic_version VALUES ('0001')")
    (script,) = re.findall(r"<<'PY'\n(.*?)\nPY\n", GUIDE, re.DOTALL)
    done = subprocess.run(  # noqa: S603 - the guide's own script
        [sys.executable, "-c", script.replace("/data", str(tmp_path)), "copy.db"],
        capture_output=True,
        text=True,
        check=False,
    )
    live.close()
    assert (done.returncode, done.stdout) == (0, f"good {tmp_path}/copy.db 0001\n"), done.stderr
