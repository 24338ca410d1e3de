"""Backups of the SQLite file: whole or refused, and nothing is lost by putting one back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from app.db.backups import BackupRefused, back_up, restore
from tests.support.databases import copy_sqlite
from tests.test_cli import Run, run

__all__ = ["run"]

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated database in which somebody wrote something."""
    copy_sqlite(sqlite_template, tmp_path)
    write(tmp_path / "peerloop.db", "before")
    return tmp_path / "peerloop.db"


@pytest.fixture
def server(live: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        yield connection


def write(file: Path, word: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO topics (id, slug, name, position) VALUES (?, ?, ?, 1)", (word, word, word))


def words(file: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM topics ORDER BY name")]


def backup_of(live: Path) -> bytes:
    with back_up(live) as copy:
        return copy.read_bytes()


def names(live: Path) -> set[str]:
    return {path.name for path in live.parent.iterdir()}


def test_it_has_rows_that_are_only_in_the_log(live: Path, server: sqlite3.Connection, tmp_path: Path) -> None:
    server.execute("PRAGMA wal_autocheckpoint=0")
    server.execute("INSERT INTO topics (id, slug, name, position) VALUES ('late', 'late', 'late', 2)")
    (tmp_path / "copied").write_bytes(backup_of(live))
    assert words(tmp_path / "copied") == ["before", "late"]


def test_what_was_written_since_is_kept_beside_it(live: Path) -> None:
    backup = backup_of(live)
    write(live, "after")
    former = restore(live, BytesIO(backup), now=NOW)
    assert former == live.with_name("peerloop.db.20261201T090000Z")
    assert (words(live), words(former)) == (["before"], ["after", "before"])
    assert names(live) == {live.name, former.name}


def test_the_log_of_a_killed_server_is_not_mixed_into_another_file(live: Path, tmp_path: Path) -> None:
    backup = backup_of(live)
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(sqlite3.connect(live, isolation_level=None)) as server:
        server.execute("PRAGMA journal_mode=WAL")
        server.execute("INSERT INTO topics (id, slug, name, position) VALUES ('late', 'late', 'late', 2)")
        for name in (live.name, f"{live.name}-wal"):  # as a power cut leaves them
            (killed / name).write_bytes((tmp_path / name).read_bytes())
    former = restore(killed / live.name, BytesIO(backup), now=NOW)
    assert former is not None
    assert (words(killed / live.name), words(former)) == (["before"], ["before", "late"])


def test_nothing_is_done_while_a_server_runs(live: Path, server: sqlite3.Connection) -> None:
    backup = backup_of(live)
    server.execute("SELECT count(*) FROM topics").fetchone()
    before = names(live)
    with pytest.raises(BackupRefused, match="Stop the API first"):
        restore(live, BytesIO(backup), now=NOW)
    assert (words(live), names(live)) == (["before"], before)


def test_a_damaged_database_gives_way_and_is_kept(live: Path) -> None:
    backup = backup_of(live)
    damaged = b"what the disk made of it" * 1000
    live.write_bytes(damaged)
    former = restore(live, BytesIO(backup), now=NOW)
    assert former is not None
    assert (words(live), former.read_bytes()) == (["before"], damaged)


def test_a_lost_database_comes_back(live: Path) -> None:
    backup = backup_of(live)
    live.unlink()
    for place in (live, live.parent / "another machine" / live.name):
        assert restore(place, BytesIO(backup), now=NOW) is None
        assert words(place) == ["before"]


def test_what_a_killed_command_left_is_in_nobodys_way(live: Path) -> None:
    for name in ("backup", "restored"):
        live.with_name(f"{live.name}.{name}").write_bytes(b"half")
    restore(live, BytesIO(backup_of(live)), now=NOW)
    assert words(live) == ["before"]


@pytest.mark.parametrize("kind", ["nothing", "text", "cut off", "half a page", "holed", "newer", "of something else"])
def test_what_is_no_backup_is_refused_and_changes_nothing(live: Path, tmp_path: Path, kind: str) -> None:
    whole = backup_of(live)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        other.execute("CREATE TABLE songs (name)")
    with closing(sqlite3.connect(live)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = live.read_bytes()
    live.write_bytes(whole)
    made = {
        "nothing": b"",
        "text": b"-- a dump\nCREATE TABLE songs (name);\n",
        "cut off": whole[: len(whole) // 2],
        "half a page": whole[:-2000],
        "holed": whole[:8192] + bytes(16384) + whole[24576:],
        "newer": newer,
        "of something else": (tmp_path / "other.db").read_bytes(),
    }
    (tmp_path / "other.db").unlink()
    with pytest.raises(BackupRefused):
        restore(live, BytesIO(made[kind]), now=NOW)
    assert (words(live), names(live)) == (["before"], {live.name})


def test_the_commands_make_one_and_put_it_back(run: Run, tmp_path: Path) -> None:
    assert run("demo").exit_code == 0
    done = run("database", "backup", str(tmp_path / "copy.db"))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "The backup is whole.\n")
    done = run("database", "restore", str(tmp_path / "copy.db"))
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "The backup is in its place.")
    (tmp_path / "part.db").write_bytes((tmp_path / "copy.db").read_bytes()[:5000])
    done = run("database", "restore", str(tmp_path / "part.db"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("Nothing was changed.\n")


def test_there_is_none_of_nothing_and_none_of_postgres(run: Run, tmp_path: Path) -> None:
    for settings in ({}, {"database_url": "postgresql://db.peerloop.example/live"}):
        done = run("database", "backup", str(tmp_path / "copy.db"), **settings)
        assert (done.exit_code, done.stdout, (tmp_path / "copy.db").exists()) == (1, "", False)
