"""Backups of the SQLite file: made while it is in use, checked when they are made, and once more before one takes the
place of the file."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from app.db.migrations import known_revisions

_PATIENCE_S: Final = 0.5


class BackupRefused(Exception):
    """Nothing was changed; the text says why and what to do."""


@contextmanager
def back_up(live: Path) -> Iterator[Path]:
    """A checked copy of the file as it is in one instant, there until this is closed. It takes as much room beside the
    file as that. Raises `BackupRefused`."""
    if not live.exists():
        raise BackupRefused(f"There is no database {live}.")
    copy = _empty(live, "backup")
    try:
        with closing(sqlite3.connect(f"file:{live}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        check(copy)
        yield copy
    finally:
        copy.unlink()


def restore(live: Path, backup: BinaryIO, *, now: datetime) -> Path | None:
    """Put the backup in the place of the file, in one step; answers under which name the file that was there stays.
    Raises `BackupRefused`, also while anybody has the file open."""
    live.parent.mkdir(parents=True, exist_ok=True)
    fresh = _empty(live, "restored")
    try:
        with fresh.open("wb") as copy:
            shutil.copyfileobj(backup, copy)
            os.fsync(copy.fileno())
        check(fresh)
        with _alone(live):
            former = _keep(live, now) if live.exists() else None
            fresh.replace(live)
            _sync(live.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return former


def check(file: Path) -> None:
    """Raises `BackupRefused` unless all of a database of this version or of an earlier one is there."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            is_whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            # A last page that is cut off is read as if it ended in zeros.
            (size,) = connection.execute(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            ).fetchone()
            has_all = connection.execute("PRAGMA foreign_key_check").fetchone() is None
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        raise BackupRefused("The file is no database of PeerLoop, or a part of one.") from None
    if not (is_whole and has_all and size == file.stat().st_size):
        raise BackupRefused("The file is damaged.")
    if revision not in known_revisions():
        raise BackupRefused(f"The file is of revision {revision}, which this version does not know. Update first.")


def _empty(live: Path, name: str) -> Path:
    """A file beside the database that nobody else may read; what a killed command left of it goes."""
    file = live.with_name(f"{live.name}.{name}")
    file.unlink(missing_ok=True)
    file.touch(0o600)
    return file


@contextmanager
def _alone(live: Path) -> Iterator[None]:
    """Nobody else has the file open meanwhile, and all of it is in the file itself. One that is damaged is let be."""
    if not live.exists():
        yield
        return
    with closing(sqlite3.connect(live, timeout=_PATIENCE_S, isolation_level=None)) as connection:
        try:
            connection.executescript("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise BackupRefused("The database is in use. Stop the API first.") from None
        yield


def _keep(live: Path, now: datetime) -> Path:
    """A log belongs to one file only, and goes with it; it has something in it when the file is damaged."""
    former = live.with_name(f"{live.name}.{now:%Y%m%dT%H%M%SZ}")
    os.link(live, former)
    log = live.with_name(f"{live.name}-wal")
    if log.exists() and log.stat().st_size:
        log.rename(former.with_name(f"{former.name}-wal"))
    for suffix in ("-wal", "-shm"):
        live.with_name(live.name + suffix).unlink(missing_ok=True)
    return former


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
